"""What a campaign plan reckons."""

from typing import Final

from mcp_server.local.metrics.registry.formula import Formula

_PLACEHOLDER: Final = "own proposal; the rates are placeholders without a source"
_ROSTER: Final = "the chosen creators, one post each"

CAMPAIGN_FORMULAS: Final = (
    Formula(
        name="split of the budget",
        unit="USD",
        text="macro (with mega), mid, micro by `PLAN_SHARES`: small below "
        "${p.PLAN_SMALL_BUDGET:,}, large above ${p.PLAN_LARGE_BUDGET:,}; the share of a class "
        "without candidates and what is left over flow down, else up",
        code="metrics.campaign.allocate",
        fields=(
            "*.allocation.share",
            "*.allocation.carried_over",
            "*.allocation.spent",
            "*.allocation.creators",
            "*.allocation.budget",
            "planTikTokInfluencerCampaign.spent",
            "*.remaining",
        ),
        window="the plan",
        null="never",
    ),
    Formula(
        name="choice of creators",
        unit="points, 2 decimals",
        text="rank_score = score * min(engagement rate / par, {p.PLAN_FIT_MAX:g}); the best "
        "first, whoever costs no more than what is left and than {p.PLAN_ONE_POST:.0%} of the "
        "class's budget, at most {p.PLAN_MOST_PER_TIER} of a class. Candidates have "
        "{p.PLAN_MIN_FOLLOWERS:,} followers, {p.MIN_VIDEOS} videos with a rate, a score, a price "
        "and an engagement rate of {p.PLAN_MIN_RATE:g} % or as asked; fewer than {p.PLAN_FEW} are "
        "warned of",
        code="metrics.campaign.Candidate",
        fields=("*.rank_score", "*.reason"),
        window="the creators of the niche and region",
        null="never",
        least="{p.MIN_VIDEOS} videos with a rate of each",
        changed=2,
    ),
    Formula(
        name="views and engagements of a plan",
        unit="counts, whole",
        text="views = Σ median views (range: Σ 25th, Σ 75th percentile); engagements = Σ median "
        "views * engagement rate / 100; reach = views * {p.ASSUMPTIONS[reach_per_view]:g} * "
        "(1 - {p.ASSUMPTIONS[audience_overlap]:g} with more than one creator)",
        code="metrics.campaign.totals",
        fields=("*.totals.creators", "*.totals.views.*", "*.totals.reach", "*.totals.engagements"),
        window=_ROSTER,
        null="never",
        source=_PLACEHOLDER,
    ),
    Formula(
        name="cost per view and per engagement",
        unit="USD, 2 and 4 decimals",
        text="cpm = 1000 * cost / views; cpe = cost / engagements",
        code="metrics.campaign.totals",
        fields=("*.totals.cpm", "*.totals.cpe", "*.roster.cpm"),
        window=_ROSTER,
        null="no views, no engagements",
    ),
    Formula(
        name="earned media value",
        unit="USD, 2 decimals",
        text="views * ${p.ASSUMPTIONS[emv_per_1000_views]:g} / 1000 + views * Σ (Σ count / Σ plays "
        "* value) over the videos that have a rate, as the engagements are; "
        "${p.ASSUMPTIONS[emv_per_like]:g} a like, "
        "${p.ASSUMPTIONS[emv_per_comment]:g} a comment, ${p.ASSUMPTIONS[emv_per_share]:g} a "
        "share, ${p.ASSUMPTIONS[emv_per_save]:g} a save; emv_roi = value / cost",
        code="metrics.campaign.returns",
        fields=("*.roi.emv", "*.roi.emv_roi"),
        window=_ROSTER,
        null="emv_roi: nobody chosen; both: figures of version 1",
        changed=2,
        source=_PLACEHOLDER,
    ),
    Formula(
        name="clicks, orders, revenue",
        unit="counts, whole; USD, 2 decimals",
        text="clicks = views * {p.ASSUMPTIONS[click_rate]:.0%}, orders = clicks * "
        "{p.ASSUMPTIONS[order_rate]:.0%}, revenue = orders * "
        "${p.ASSUMPTIONS[order_value]:g}, roas = revenue / cost; rounded only when shown",
        code="metrics.campaign.returns",
        fields=("*.roi.clicks", "*.roi.orders", "*.roi.revenue", "*.roi.roas"),
        window=_ROSTER,
        null="roas: nobody chosen",
        source=_PLACEHOLDER,
    ),
)
