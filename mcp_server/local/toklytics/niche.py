"""Who belongs to a niche: by lexicon, by hashtag, by bio, whichever says so."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from mcp_server.local.metrics import niche_word
from mcp_server.local.metrics.parameters import NICHE_TAG_USES
from mcp_server.local.text import match_expression, normalise_tag
from mcp_server.local.toklytics.rows import Record

_MEMBERS: Final = """
WITH found (id, lexicon, hashtag, said) AS (
  SELECT id, 1, 0, 0 FROM creators WHERE niche = :niche
  UNION ALL SELECT id, 1, 0, 0 FROM creators WHERE niche2 = :niche
  UNION ALL SELECT creator_id, 0, 1, 0 FROM creator_tags WHERE hashtag_id = :tag AND n >= :uses
  UNION ALL SELECT rowid, 0, 0, 1 FROM creators_fts WHERE :match <> '' AND creators_fts MATCH :match
), matched AS (
  SELECT id, max(lexicon) AS by_lexicon, max(hashtag) AS by_hashtag, max(said) AS by_text
  FROM found GROUP BY id
)
"""


def members(
    data: sqlite3.Connection,
    niche: str,
    columns: Sequence[str],
    conditions: Sequence[str],
    params: Mapping[str, object],
) -> list[sqlite3.Row]:
    """Return columns of the creators of a niche that fit, the most followed first.

    A creator belongs to it when the lexicon says so, when they use the niche as a hashtag, or
    when their bio names it.
    """
    words = match_expression(niche)
    tag = data.execute(
        "SELECT id FROM hashtags WHERE name = ?", ("".join(normalise_tag(niche).split()),)
    ).fetchone()
    return data.execute(
        f"{_MEMBERS} SELECT m.by_lexicon, m.by_hashtag, m.by_text, {', '.join(columns)}"  # noqa: S608
        " FROM matched m CROSS JOIN creators c ON c.id = m.id"
        f" WHERE {' AND '.join(conditions) or '1'} ORDER BY c.followers DESC, c.id",
        {
            **params,
            "niche": niche_word(niche) or normalise_tag(niche),
            "tag": None if tag is None else tag[0],
            "uses": NICHE_TAG_USES,
            "match": f"bio : ({words})" if words else "",
        },
    ).fetchall()


def match_basis(rows: Sequence[sqlite3.Row]) -> Record:
    """Return how many creators each way of matching found; one may count in several."""
    return {way: sum(row[f"by_{way}"] for row in rows) for way in ("lexicon", "hashtag", "text")}
