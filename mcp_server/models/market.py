"""Toklytics' reports. The contract specifies no shape: every field is a hint."""

from pydantic import Field, JsonValue

from mcp_server.models.base import Count, Number, Text, Tolerant
from mcp_server.models.creator import Creator


class PlatformStats(Tolerant):
    """How much Toklytics tracks."""

    creators: Count | None = Field(default=None, description="Creators tracked")
    videos: Count | None = Field(default=None, description="Videos tracked")
    total_views: Count | None = Field(default=None, description="Views of all tracked videos")
    hashtags: Count | None = Field(default=None, description="Hashtags tracked")
    sounds: Count | None = Field(default=None, description="Sounds tracked")
    newest_video_at: Text | None = Field(default=None, description="Newest post, ISO 8601")


class CreatorComparison(Tolerant):
    """Two to ten creators side by side."""

    creators: list[Creator] | None = Field(
        default=None, description="The creators, in the asked order"
    )
    comparison: dict[str, JsonValue] | None = Field(
        default=None, description="Best and values per figure"
    )
    not_found: list[Text] | None = Field(default=None, description="Names that are not tracked")


class NicheReport(Tolerant):
    """What is usual in a niche."""

    niche: Text | None = Field(default=None, description="Niche as asked for")
    match_basis: dict[str, JsonValue] | None = Field(
        default=None, description="How creators were matched"
    )
    creators: Count | None = Field(default=None, description="Creators behind the figures")
    tiers: list[JsonValue] | None = Field(default=None, description="Figures by size class")
    top_creators: list[JsonValue] | None = Field(default=None, description="Leading creators")
    trending_hashtags: list[JsonValue] | None = Field(
        default=None, description="Hashtags of the niche"
    )
    formats: dict[str, JsonValue] | None = Field(
        default=None, description="Figures by kind of post"
    )
    best_times: JsonValue = Field(default=None, description="When posts do best")


class CampaignPlan(Tolerant):
    """A roster of creators within a budget; costs and returns are estimates."""

    budget: Number | None = Field(default=None, description="Budget, US dollars")
    spent: Number | None = Field(default=None, description="Cost of the roster, US dollars")
    remaining: Number | None = Field(default=None, description="Left over, US dollars")
    currency: Text | None = Field(default=None, description="Currency code")
    niche: Text | None = Field(default=None, description="Niche as asked for")
    region: Text | None = Field(default=None, description="Region as asked for")
    allocation: list[JsonValue] | None = Field(default=None, description="Budget by size class")
    roster: list[JsonValue] | None = Field(default=None, description="Creators with estimated cost")
    totals: dict[str, JsonValue] | None = Field(default=None, description="Sums of the roster")
    roi: dict[str, JsonValue] | None = Field(default=None, description="Estimated return")
    assumptions: JsonValue = Field(default=None, description="What the estimates assume")
    warnings: list[Text] | None = Field(default=None, description="What to mind")
