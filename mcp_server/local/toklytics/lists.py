"""Reading one page of a long list, and counting the list without reading all of it."""

import sqlite3
from collections.abc import Mapping

from mcp_server.local.toklytics.wire import COUNTED, Found, Page

Params = Mapping[str, object]


def page_of(
    data: sqlite3.Connection, query: str, params: Params, page: Page, total: tuple[int, bool]
) -> Found:
    """Run a query that yields ordered ids, for one page; one more row tells whether more follow."""
    rows = data.execute(
        f"{query} LIMIT :_limit OFFSET :_offset",
        {**params, "_limit": page.limit + 1, "_offset": page.offset},
    ).fetchall()
    ids = [int(row[0]) for row in rows[: page.limit]]
    return Found(ids, *total, has_more=len(rows) > page.limit)


def count(data: sqlite3.Connection, rows: str, params: Params) -> tuple[int, bool]:
    """Count what `FROM ... WHERE ...` yields, up to the cap; say whether there are more."""
    query = f"SELECT count(*) FROM (SELECT 1 {rows} LIMIT {COUNTED + 1})"  # noqa: S608
    found = int(data.execute(query, params).fetchone()[0])
    return min(found, COUNTED), found > COUNTED


NOTHING = Found([], 0, capped=False, has_more=False)
"""What a filter finds that nothing can fit."""
