"""`/creators/search`: creators by name, niche word, followers, region."""

from typing import Final

from mcp_server.local.text import match_expression
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.lists import NOTHING, Params, count, page_of
from mcp_server.local.toklytics.rows import creator, creators_by_id
from mcp_server.local.toklytics.wire import Answer, Found, Page, invalid, listed

_FEW: Final = 3_000
"""So many matches of a text are read and sorted; more are met while walking the sort order."""

# Ascending reads the same index backwards, so ties go by id backwards as well.
_ORDERS: Final = {
    "followers": "followers",
    "likes": "total_likes",
    "videos": "video_count",
    "recent": "scraped_at",
}
_MATCH: Final = "SELECT rowid FROM creators_fts WHERE creators_fts MATCH :match"


def search_creators(call: Call) -> Answer:
    """Find creators, by default the most followed first; unknown figures come last."""
    page = call.page()
    column = _ORDERS[call.choice("sort", tuple(_ORDERS), "followers") or "followers"]
    ascending = call.choice("order", ("asc", "desc"), "desc") == "asc"
    conditions, params = _filters(call)
    text = call.text("q")
    match = match_expression(text, prefix_last=True) if text else None
    if text and match is None:
        return listed([], NOTHING, page)
    order = f"c.{column} ASC NULLS LAST, c.id DESC" if ascending else f"c.{column} DESC, c.id"
    found = (
        _all(call, conditions, params, order, page)
        if match is None
        else _matching(call, conditions, {**params, "match": match}, order, page)
    )
    return listed([creator(row) for row in creators_by_id(call.data, found.ids)], found, page)


def _filters(call: Call) -> tuple[list[str], dict[str, object]]:
    least = call.whole("min_followers")
    most = call.whole("max_followers")
    if least is not None and most is not None and most < least:
        raise invalid("max_followers", "at least min_followers")
    tests = {
        "c.followers >= :least": least,
        "c.followers <= :most": most,
        "c.region = :region": call.region(),
    }
    conditions = [test for test, value in tests.items() if value is not None]
    if call.flag("verified"):
        conditions.append("c.verified = 1")
    return conditions, {"least": least, "most": most, "region": tests["c.region = :region"]}


def _where(conditions: list[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _all(call: Call, conditions: list[str], params: Params, order: str, page: Page) -> Found:
    rows = f"FROM creators c {_where(conditions)}"
    query = f"SELECT c.id {rows} ORDER BY {order}"
    return page_of(call.data, query, params, page, count(call.data, rows, params))


def _matching(call: Call, conditions: list[str], params: Params, order: str, page: Page) -> Found:
    matched = count(call.data, "FROM creators_fts WHERE creators_fts MATCH :match", params)
    joined = (
        "FROM creators_fts f CROSS JOIN creators c ON c.id = f.rowid"
        f" {_where(['creators_fts MATCH :match', *conditions])}"
    )
    rows = (
        joined
        if matched[0] <= _FEW
        else f"FROM creators c {_where([f'c.id IN ({_MATCH})', *conditions])}"
    )
    total = count(call.data, joined, params) if conditions else matched
    return page_of(call.data, f"SELECT c.id {rows} ORDER BY {order}", params, page, total)
