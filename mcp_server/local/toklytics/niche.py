"""Who belongs to a niche: by lexicon, by hashtag, by bio, whichever says so.

A large niche has tens of thousands of creators: their figures are read from an index, as columns.
"""

import json
import math
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard, cast

from mcp_server.local.database import json_list
from mcp_server.local.metrics import niche_word
from mcp_server.local.metrics.parameters import NICHE_TAG_USES
from mcp_server.local.text import match_expression, normalise_tag
from mcp_server.local.toklytics.rows import Record

Column = Sequence[float | None]
_Row = tuple[int, int, *tuple[float | None, ...]]

# The first of these walks `creators_niche`, which holds all that is asked for, in its order.
_FIRST: Final = "FROM creators c WHERE c.niche = :niche"
_SECOND: Final = "FROM creators c WHERE c.niche2 = :niche AND c.niche IS NOT :niche"
_OTHERS: Final = "FROM json_each(:others) o CROSS JOIN creators c ON c.id = o.value WHERE true"
_AT_ONCE: Final = 500
_PLACE: Final = "coalesce(-c.followers, 1), c.id"  # unknown ones come last
_TAGGING: Final = "SELECT creator_id AS id FROM creator_tags WHERE hashtag_id = :tag AND n >= :uses"
_SAYING: Final = "SELECT rowid AS id FROM creators_fts WHERE creators_fts MATCH :match"


def known(column: Column) -> Sequence[float]:
    """Return the values of a column that are known."""
    return column if _all_known(column) else [value for value in column if value is not None]


def _all_known(column: Column) -> TypeGuard[Sequence[float]]:
    return None not in column


@dataclass(frozen=True, slots=True)
class Members:
    """Creators of a niche, the most followed first."""

    ids: Sequence[int]
    followers: Sequence[int | None]
    columns: Mapping[str, Column]
    """The figures that were asked for, each in the order of the ids."""
    match_basis: Record
    """How many creators each way of matching found; one may count in several."""


def members(
    data: sqlite3.Connection,
    niche: str,
    columns: Sequence[str],
    conditions: Sequence[str],
    params: Mapping[str, object],
) -> Members:
    """Return figures of the creators of a niche that fit, the most followed first.

    A creator belongs to it when the lexicon says so, when they use the niche as a hashtag, or
    when their bio names it.
    """
    cursor = data.cursor()
    cursor.row_factory = None  # tuples are made faster than rows
    word = {"niche": niche_word(niche) or normalise_tag(niche)}
    lexicon = _ids(cursor, f"SELECT c.id {_FIRST} UNION ALL SELECT c.id {_SECOND}", word)
    tagging, saying = _tagging(cursor, niche), _saying(cursor, niche)
    names = ", ".join((_PLACE, *(f"c.{column}" for column in columns)))
    fits = "".join(f" AND {condition}" for condition in conditions)
    values = {**params, **word, "others": json_list((tagging | saying) - lexicon)}
    second, others = (
        cursor.execute(f"SELECT {names} {source}{fits}", values).fetchall()
        for source in (_SECOND, _OTHERS)
    )
    order = "ORDER BY c.followers DESC, c.id"
    cursor.execute(f"SELECT {names} {_FIRST}{fits} {order}", values)
    found = _columns(cursor, sorted([*second, *others]), 2 + len(columns))
    places, ids = cast("list[list[int]]", found[:2])
    if conditions:  # else everybody fits
        fitting = set(ids)
        tagging, saying = tagging & fitting, saying & fitting
    return Members(
        ids,
        [None if place > 0 else -place for place in places],
        dict(zip(columns, found[2:], strict=True)),
        {
            "lexicon": len(ids) - len(others),
            "hashtag": len(tagging),
            "text": len(saying),
        },
    )


def _columns(cursor: sqlite3.Cursor, more: Sequence[_Row], width: int) -> list[list[float | None]]:
    """Return the columns of rows and of some more rows, all in the order of their first columns.

    A few hundred tuples at a time: with all of them alive the garbage collector looks through
    them again and again.
    """
    columns: list[list[float | None]] = [[] for _ in range(width)]
    start = 0
    while rows := cursor.fetchmany(_AT_ONCE):
        stop = bisect_right(more, rows[-1])
        if start < stop:
            rows = sorted([*rows, *more[start:stop]])
            start = stop
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    for row in more[start:]:
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return columns


def _tagging(cursor: sqlite3.Cursor, niche: str) -> set[int]:
    name = "".join(normalise_tag(niche).split())
    tag = cursor.execute("SELECT id FROM hashtags WHERE name = ?", (name,)).fetchone()
    if tag is None:
        return set()
    return _ids(cursor, _TAGGING, {"tag": tag[0], "uses": NICHE_TAG_USES})


def _saying(cursor: sqlite3.Cursor, niche: str) -> set[int]:
    words = match_expression(niche)
    return _ids(cursor, _SAYING, {"match": f"bio : ({words})"}) if words else set()


def _ids(cursor: sqlite3.Cursor, query: str, params: Mapping[str, object]) -> set[int]:
    """Return the row ids that a query finds, in one piece: many small rows take longer."""
    cursor.execute(f"SELECT json_group_array(id) FROM ({query})", params)  # noqa: S608 (ours)
    return set(json.loads(cursor.fetchone()[0]))


def runs(followers: Column, edges: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield from where to where creators, the most followed first, lie between the same edges."""
    start = 0
    for edge in sorted({*edges, 0}, reverse=True):
        stop = bisect_right(followers, -float(edge), key=_fewer_than)
        if start < stop:
            yield start, stop
        start = stop
    if start < len(followers):
        yield start, len(followers)


def _fewer_than(followers: float | None) -> float:
    return math.inf if followers is None else -followers
