"""What a comparison, a benchmark or a plan rests on, and what in it cannot be compared.

Only what the API itself sent is counted. Where it does not say, that is said instead.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from mcp_server.models.base import Tolerant
from mcp_server.models.creator import Creator
from mcp_server.models.market import CampaignPlan, CreatorComparison, NicheReport
from mcp_server.models.time import parse_time

FEW_CREATORS: Final = 30
"""Below so many creators the ends of a distribution are single creators.

For an API that counts and does not judge; one that says itself what is little is taken at its word.
"""
FAR_APART: Final = 7
"""Days between two collections from which on their figures are not of the same time; as above."""


def of_comparison(found: CreatorComparison) -> list[str]:
    """Say how many videos stand behind the creators, and where they differ in more than figures."""
    rows = found.creators or []
    return [*_videos(rows), *_dates(rows, _beside(found, "not_comparable")), *_unknown(rows)]


def of_niche(report: NicheReport) -> list[str]:
    """Say how many creators and videos stand behind a benchmark, as far as it does not itself."""
    if report.creators is None:
        return ["The API does not say on how many creators or videos these figures rest."]
    videos, creators = (_count(_beside(report, "sample"), name) for name in ("videos", "creators"))
    is_judged = isinstance(_beside(report, "low_sample"), bool)
    if videos is None or creators is None:
        rest = "the API does not say on how many videos."
    elif is_judged:
        return [f"Formats and best times rest on {videos} newest videos of {creators} creators."]
    else:
        rest = f"formats and best times on the {videos} newest videos of {creators} of them."
    small = report.creators < FEW_CREATORS and not is_judged
    hint = " - too few for more than a hint" if small else ""
    return [f"Figures rest on {report.creators} creators{hint}; {rest}"]


def of_plan(plan: CampaignPlan) -> list[str]:
    """Say from how many creators a roster was chosen."""
    found = _count(plan.model_extra or {}, "candidates")
    if found is not None:
        return [f"Chosen from {found} fitting creators; estimates assume one post each."]
    return ["The API does not say from how many creators or videos it estimated."]


def _videos(rows: Sequence[Creator]) -> list[str]:
    known = [count for row in rows if (count := _tracked(row)) is not None]
    if not known:
        return ["The API does not say on how many videos each creator's figures rest."]
    notes: list[str] = []  # each row has its own numbers, as `videos_tracked`
    if len(known) < len(rows):
        notes.append(f"The sample is unknown for {len(rows) - len(known)} of {len(rows)}.")
    few = sum(_beside(row, "low_sample") is True for row in rows)
    if few:
        notes.append(f"{few} of {len(rows)} rest on too few videos: not comparable.")
    return notes


def _dates(rows: Sequence[Creator], told: JsonValue) -> list[str]:
    seen = [moment for row in rows if (moment := parse_time(row.last_updated))]
    notes: list[str] = []
    if len(seen) < len(rows):
        notes.append(f"When collected is unknown for {len(rows) - len(seen)} of {len(rows)}.")
    days = _days_apart(seen) if not isinstance(told, Mapping) else _count(told, "days_apart")
    if days is not None:
        notes.append(f"Collected up to {days} days apart: not the same period.")
    return notes


def _days_apart(seen: Sequence[datetime]) -> int | None:
    days = (max(seen) - min(seen)).days if seen else 0
    return days if days > FAR_APART else None


def _unknown(rows: Sequence[Creator]) -> list[str]:
    missing = sum(row.followers is None for row in rows)
    return [f"Followers are unknown for {missing} of {len(rows)}."] if missing else []


def _tracked(row: Creator) -> int | None:
    return None if row.metrics is None else row.metrics.videos_tracked


def _count(value: JsonValue | Mapping[str, JsonValue], name: str) -> int | None:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _beside(model: Tolerant, name: str) -> JsonValue:
    """Return a field that the model does not declare."""
    return (model.model_extra or {}).get(name)
