"""What a comparison, a benchmark or a plan rests on, and what in it cannot be compared.

Only what the API itself sent is counted. Where it does not say, that is said instead.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from mcp_server.models.base import Tolerant
from mcp_server.models.creator import Creator
from mcp_server.models.market import CampaignPlan, NicheReport
from mcp_server.models.time import parse_time

FEW_VIDEOS: Final = 5
"""Below so many videos one of them moves a creator's rates too much to rank by."""
FEW_CREATORS: Final = 30
"""Below so many creators the ends of a distribution are single creators."""
FAR_APART: Final = 7
"""Days between two collections from which on their figures are not of the same time."""


def of_comparison(rows: Sequence[Creator], *, local: bool) -> list[str]:
    """Say how many videos stand behind the creators, and where they differ in more than figures.

    Args:
        rows: The creators side by side.
        local: Whether the local upstream answered, the only one whose grades are documented.
    """
    return [*_videos(rows), *_dates(rows), *_unknown(rows), *(_classes(rows) if local else ())]


def of_niche(report: NicheReport) -> list[str]:
    """Say how many creators and videos stand behind a benchmark."""
    if report.creators is None:
        return ["The API does not say on how many creators or videos these figures rest."]
    small = " - too few for more than a hint" if report.creators < FEW_CREATORS else ""
    videos, creators = (_count(_beside(report, "sample"), name) for name in ("videos", "creators"))
    if videos is None or creators is None:
        rest = "the API does not say on how many videos."
    else:
        rest = f"formats and best times on the {videos} newest videos of {creators} of them."
    return [f"Figures rest on {report.creators} creators{small}; {rest}"]


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
    few = sum(count < FEW_VIDEOS for count in known)
    if few:
        notes.append(f"{few} of {len(rows)} rest on under {FEW_VIDEOS} videos: not comparable.")
    return notes


def _dates(rows: Sequence[Creator]) -> list[str]:
    seen = [moment for row in rows if (moment := parse_time(row.last_updated))]
    notes: list[str] = []
    if len(seen) < len(rows):
        notes.append(f"When collected is unknown for {len(rows) - len(seen)} of {len(rows)}.")
    days = (max(seen) - min(seen)).days if seen else 0
    if days > FAR_APART:
        notes.append(f"Collected up to {days} days apart: not the same period.")
    return notes


def _unknown(rows: Sequence[Creator]) -> list[str]:
    missing = sum(row.followers is None for row in rows)
    return [f"Followers are unknown for {missing} of {len(rows)}."] if missing else []


def _classes(rows: Sequence[Creator]) -> list[str]:
    classes = {str(_beside(row, "tier")) for row in rows}
    if len(classes) <= 1:
        return []
    return ["Grades are relative to size, so not ranked across sizes."]


def _tracked(row: Creator) -> int | None:
    """Return on how many videos the least founded figure of a creator rests; none rests on none."""
    if row.metrics is None:
        return None
    counts = row.metrics.model_extra or {}
    behind = [_count(counts, f"videos_{name}") for name in ("tracked", "viewed", "rated")]
    return min((count for count in behind if count), default=behind[0])


def _count(value: JsonValue | Mapping[str, JsonValue], name: str) -> int | None:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _beside(model: Tolerant, name: str) -> JsonValue:
    """Return a field that the model does not declare."""
    return (model.model_extra or {}).get(name)
