"""`/creators/search`: creators by name, niche word, followers, region."""

from typing import Final, NamedTuple

from mcp_server.local.metrics.parameters import ACTIVE_DAYS
from mcp_server.local.text import match_expression
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.lists import NOTHING, Params, count, page_of
from mcp_server.local.toklytics.rows import creator, creators_by_id, rests_on_few
from mcp_server.local.toklytics.wire import Answer, Found, Page, invalid, listed

_FEW: Final = 3_000
"""So many matches of a text are read and sorted; more are met while walking the sort order."""

_ORDERS: Final = {
    "followers": "followers",
    "likes": "total_likes",
    "videos": "video_count",
    "recent": "scraped_at",
}
_MATCH: Final = "SELECT rowid FROM creators_fts WHERE creators_fts MATCH :match"


class _Order(NamedTuple):
    """By which column creators are listed; unknown values come last in both directions."""

    column: str
    ascending: bool

    def sorted(self, source: str, conditions: list[str]) -> str:
        """Return a query that reads everything and sorts it."""
        order = (
            f"c.{self.column} ASC NULLS LAST, c.id DESC"
            if self.ascending
            else f"c.{self.column} DESC, c.id"
        )
        return f"SELECT c.id {source} {_where(conditions)} ORDER BY {order}"

    def walked(self, conditions: list[str]) -> str:
        """Return a query that walks the column's index, until a page is full.

        An index has the unknown values on the other side when it is read backwards, so that they
        are asked for apart; ties go by id backwards as well.
        """
        if not self.ascending:
            return self.sorted("FROM creators c", conditions)
        known, unknown = (
            f"SELECT id FROM (SELECT c.id FROM creators c"  # noqa: S608 (our own columns)
            f" {_where([*conditions, f'c.{self.column} {test}'])}"
            f" ORDER BY {order} LIMIT :_limit + :_offset)"
            for test, order in (
                ("IS NOT NULL", f"c.{self.column}, c.id DESC"),
                ("IS NULL", "c.id DESC"),
            )
        )
        return f"{known} UNION ALL {unknown}"


_BASIS: Final = (
    "engagement_rate weighted by views over each one's videos_rated; posts_per_week over up to"
    f" {ACTIVE_DAYS} days"
)


def search_creators(call: Call) -> Answer:
    """Find creators, by default the most followed first; unknown figures come last."""
    page = call.page()
    column = _ORDERS[call.choice("sort", tuple(_ORDERS), "followers") or "followers"]
    ascending = call.choice("order", ("asc", "desc"), "desc") == "asc"
    conditions, params = _filters(call)
    text = call.text("q")
    match = match_expression(text, prefix_last=True) if text else None
    if text and match is None:
        return listed([], NOTHING, page, {"basis": _BASIS})
    order = _Order(column, ascending=ascending)
    found = (
        _all(call, conditions, params, order, page)
        if match is None
        else _matching(call, conditions, {**params, "match": match}, order, page)
    )
    rows = creators_by_id(call.data, found.ids)
    few = any(rests_on_few(row) for row in rows)
    return listed([creator(row) for row in rows], found, page, {"basis": _BASIS, "low_sample": few})


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


def _all(call: Call, conditions: list[str], params: Params, order: _Order, page: Page) -> Found:
    total = count(call.data, f"FROM creators c {_where(conditions)}", params)
    return page_of(call.data, order.walked(conditions), params, page, total)


def _matching(
    call: Call, conditions: list[str], params: Params, order: _Order, page: Page
) -> Found:
    matched = count(call.data, "FROM creators_fts WHERE creators_fts MATCH :match", params)
    joined = "FROM creators_fts f CROSS JOIN creators c ON c.id = f.rowid"
    fitting = ["creators_fts MATCH :match", *conditions]
    query = (
        order.sorted(joined, fitting)
        if matched[0] <= _FEW
        else order.walked([f"c.id IN ({_MATCH})", *conditions])
    )
    total = count(call.data, f"{joined} {_where(fitting)}", params) if conditions else matched
    return page_of(call.data, query, params, page, total)
