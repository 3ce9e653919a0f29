"""Toklytics' reports. The contract specifies no shape: every field is a hint."""

from pydantic import Field, JsonValue

from mcp_server.models.base import Count, Number, Text, Tolerant
from mcp_server.models.creator import Creator


class PlatformStats(Tolerant):
    """How much Toklytics tracks."""

    creators: Count | None = None
    videos: Count | None = None
    total_views: Count | None = None
    hashtags: Count | None = None
    sounds: Count | None = None
    newest_video_at: Text | None = Field(default=None, description="ISO 8601")


class CreatorComparison(Tolerant):
    """Two to ten creators side by side."""

    creators: list[Creator] | None = Field(default=None, description="In the asked order")
    comparison: dict[str, JsonValue] | None = Field(
        default=None, description="Best and values per figure"
    )
    not_found: list[Text] | None = None


class NicheReport(Tolerant):
    """What is usual in a niche."""

    niche: Text | None = None
    match_basis: dict[str, JsonValue] | None = Field(
        default=None, description="How creators were matched"
    )
    creators: Count | None = Field(default=None, description="Sample size")
    tiers: list[JsonValue] | None = Field(default=None, description="Figures by size class")
    top_creators: list[JsonValue] | None = None
    trending_hashtags: list[JsonValue] | None = None
    formats: dict[str, JsonValue] | None = None
    best_times: JsonValue = Field(default=None, description="When posts do best")


class CampaignPlan(Tolerant):
    """A roster of creators within a budget; costs and returns are estimates."""

    budget: Number | None = Field(default=None, description="US dollars")
    spent: Number | None = Field(default=None, description="US dollars")
    remaining: Number | None = Field(default=None, description="US dollars")
    currency: Text | None = None
    niche: Text | None = None
    region: Text | None = None
    allocation: list[JsonValue] | None = Field(default=None, description="Budget by size class")
    roster: list[JsonValue] | None = Field(default=None, description="Creators with estimated cost")
    totals: dict[str, JsonValue] | None = None
    roi: dict[str, JsonValue] | None = Field(default=None, description="Estimated return")
    assumptions: JsonValue = None
    rules: JsonValue = None
    warnings: list[Text] | None = None
