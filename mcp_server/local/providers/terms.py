"""What whoever runs this should know about where refreshes get their figures."""

import logging
from importlib.util import find_spec
from typing import Final

from mcp_server.local.config import LocalConfig

INSTALL: Final = "yt-dlp is not installed; in a checkout of Tokmetrics: pip install '.[scrape]'"
TERMS: Final = (
    "figures are read from TikTok's public profile pages, because TOKMETRICS_LOCAL_SCRAPE is on. "
    "TikTok's terms of service restrict automated collection; whether you may do it is for you to "
    "find out."
)
_LOG: Final = logging.getLogger(__name__)


def is_installed() -> bool:
    """Say whether the extra `scrape` is there."""
    return find_spec("yt_dlp") is not None


def announce(config: LocalConfig) -> None:
    """Log where refreshes get their figures; a warning where that sends requests to TikTok."""
    if config.provider == "scrape":
        _LOG.warning("Refreshes of the %s world: %s", config.world, TERMS)
    else:
        _LOG.info(
            "Refreshes of the %s world get their figures from: %s", config.world, config.provider
        )
