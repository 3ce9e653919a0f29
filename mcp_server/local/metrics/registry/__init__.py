"""Every formula written down once: what it says, with which parameters, over which rows.

`docs/metrics.md` is generated from here.
"""

from typing import Final

from mcp_server.local.metrics.registry.campaigns import CAMPAIGN_FORMULAS
from mcp_server.local.metrics.registry.content import CONTENT_FORMULAS
from mcp_server.local.metrics.registry.creators import CREATOR_FORMULAS
from mcp_server.local.metrics.registry.formula import Formula
from mcp_server.local.metrics.registry.groups import GROUP_FORMULAS
from mcp_server.local.metrics.registry.uses import USE_FORMULAS
from mcp_server.local.metrics.registry.videos import VIDEO_FORMULAS

__all__ = ["FORMULAS", "Formula"]

FORMULAS: Final = {
    "Videos": VIDEO_FORMULAS,
    "Creators": CREATOR_FORMULAS,
    "Content and times": CONTENT_FORMULAS,
    "Hashtags, sounds, the store": USE_FORMULAS,
    "Niches and comparisons": GROUP_FORMULAS,
    "Campaign plans": CAMPAIGN_FORMULAS,
}
"""The formulas by what they are about."""
