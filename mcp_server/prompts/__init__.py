"""Prompts for the jobs people have; one file each, and none names a tool that is off."""

from typing import Final

from mcp_server.prompts import (
    account_health_report,
    campaign_plan,
    compare_account_with_niche,
    creator_shortlist,
    should_i_refresh_now,
)
from mcp_server.prompts.server import register
from mcp_server.prompts.spec import PromptSpec, tools_in

ALL: Final[tuple[PromptSpec, ...]] = (
    account_health_report.PROMPT,
    should_i_refresh_now.PROMPT,
    creator_shortlist.PROMPT,
    compare_account_with_niche.PROMPT,
    campaign_plan.PROMPT,
)

__all__ = ["ALL", "PromptSpec", "register", "tools_in"]
