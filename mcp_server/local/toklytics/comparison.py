"""`/analytics/creator-comparison`: two to ten creators side by side."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from mcp_server.local.metrics import tier_of
from mcp_server.local.metrics.parameters import COMPARABLE_DAYS, COMPARED_VIDEOS, DAY, MIN_VIDEOS
from mcp_server.local.metrics.score import band_of
from mcp_server.local.toklytics import content
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.kept import kept_analysis
from mcp_server.local.toklytics.rows import Record, creator, find_creator, rests_on_few, sample
from mcp_server.local.toklytics.wire import Answer, ApiError, invalid, iso

_LEAST: Final = 2
_MOST: Final = 10


class _Figure(NamedTuple):
    """One figure of the table."""

    ranked: str
    """The column by which the best is found."""
    shown: str
    """The column that is shown: of a grade the letter, not the points."""
    sample: str | None
    """The column that counts the videos it rests on: where they are few, it says little."""
    engaged: bool = False
    """Whether engagement is in it: without saves that is lower than with them."""


_COMPARED: Final = {
    "engagement_rate": _Figure("er", "er", "n_rated", engaged=True),
    "followers": _Figure("followers", "followers", None),
    "creator_score": _Figure("score", "grade", "n_rated", engaged=True),
    "viral_ratio": _Figure("viral_ratio", "viral_ratio", "n_viewed"),
    "posts_per_week": _Figure("ppw", "ppw", "n_tracked"),
    "avg_views": _Figure("avg_views", "avg_views", "n_viewed"),
}


def compare_creators(call: Call) -> Answer:
    """Compare creators; names that are not tracked are listed, not guessed."""
    names = _names(call.required("usernames"))
    if not _LEAST <= len(names) <= _MOST:
        raise invalid("usernames", f"{_LEAST} to {_MOST} distinct names, separated by commas")
    rows, not_found = _found(call.data, names)
    if len(rows) < _LEAST:
        raise ApiError(
            400, "TOO_FEW_CREATORS", f"At least {_LEAST} of the creators have to be tracked."
        )
    data = {
        "creators": [_side(call, row) for row in rows],
        "comparison": {name: _compare(rows, figure) for name, figure in _COMPARED.items()},
        "not_comparable": _not_comparable(rows),
        "not_found": not_found,
    }
    oldest = min((row["scraped_at"] for row in rows if row["scraped_at"]), default=None)
    meta = {
        "as_of": iso(oldest),
        "basis": (
            "engagement_rate weighted by views over each one's videos_rated; each as of their"
            f" last_updated; best only among those whose figure rests on {MIN_VIDEOS} videos"
        ),
        "low_sample": any(rests_on_few(row) for row in rows),
    }
    return Answer(data, meta=meta)


def _names(text: str) -> list[str]:
    names = (part.strip().removeprefix("@").strip() for part in text.split(","))
    return list({name.lower(): name for name in names if name}.values())


def _found(data: sqlite3.Connection, names: Sequence[str]) -> tuple[list[sqlite3.Row], list[str]]:
    found: dict[int, sqlite3.Row] = {}
    not_found: list[str] = []
    for name in names:
        if (row := find_creator(data, name)) is None:
            not_found.append(name)
        else:
            found[row["id"]] = row
    return list(found.values()), not_found


def _side(call: Call, row: sqlite3.Row) -> Record:
    def analyze() -> Record:
        videos = content.recent_videos(call.data, row["id"], COMPARED_VIDEOS)
        return content.analysis(videos, row["region"])

    return {
        **creator(row),
        "tier": tier_of(row["followers"]),
        "niche": row["niche"],
        "low_sample": rests_on_few(row),
        "content_analysis": kept_analysis(call, row["id"], analyze),
    }


def _compare(rows: Sequence[sqlite3.Row], figure: _Figure) -> Record:
    """Return every value and who alone has the highest of at least two, else why nobody is best."""
    best, why = _best(rows, figure)
    compared: Record = {
        "best": best,
        "values": {row["username"]: row[figure.shown] for row in rows},
    }
    return compared if why is None else {**compared, "why": why}


def _best(rows: Sequence[sqlite3.Row], figure: _Figure) -> tuple[str | None, str | None]:
    known = [row for row in rows if row[figure.ranked] is not None]
    enough = [row for row in known if _rests_on_enough(row, figure)]
    if len(enough) < _LEAST:
        few = len(known) >= _LEAST
        return None, "too few videos" if few else "known of fewer than two"
    if figure.ranked == "score" and len({_basis(row) for row in rows}) > 1:
        return None, "graded against different sizes"
    if figure.engaged and _without_saves(enough):
        return None, "saves known of some only"
    first, second = sorted(enough, key=lambda row: row[figure.ranked], reverse=True)[:2]
    if first[figure.ranked] == second[figure.ranked]:
        return None, "a tie"
    return first["username"], None


def _rests_on_enough(row: sqlite3.Row, figure: _Figure) -> bool:
    return figure.sample is None or sample(row, figure.sample) >= MIN_VIDEOS


def _without_saves(rows: Sequence[sqlite3.Row]) -> list[str]:
    """Return whose rates mostly lack saves, where those of others mostly have them."""
    rated = [row for row in rows if row["n_rated"]]
    lacking = [row["username"] for row in rated if 2 * row["n_unsaved"] > row["n_rated"]]
    return lacking if len(lacking) < len(rated) else []


def _basis(row: sqlite3.Row) -> tuple[str | None, int | None]:
    """Return by what pars a creator is graded: that of the size class, that of the band."""
    followers = row["followers"]
    return tier_of(followers), None if followers is None else band_of(followers)


def _not_comparable(rows: Sequence[sqlite3.Row]) -> Record:
    """Return what sets creators apart beside their figures: whom it concerns, or by how much."""
    seen = [row["scraped_at"] for row in rows if row["scraped_at"] is not None]
    days = (max(seen) - min(seen)) // DAY if seen else 0
    return {
        "few_videos": _names_of(rows, rests_on_few),
        "views_unknown": _names_of(rows, lambda row: row["avg_views"] is None),
        "followers_unknown": _names_of(rows, lambda row: row["followers"] is None),
        "date_unknown": _names_of(rows, lambda row: row["scraped_at"] is None),
        "saves_unknown": _without_saves(rows),
        "days_apart": days if days > COMPARABLE_DAYS else None,
    }


def _names_of(rows: Sequence[sqlite3.Row], fits: Callable[[sqlite3.Row], bool]) -> list[str]:
    return [row["username"] for row in rows if fits(row)]
