"""Two answers about one collection: what is kept of both."""

from mcp_server.store.records import Body
from mcp_server.store.rules import completed


def test_a_figure_that_the_newer_answer_nulls_or_omits_stays() -> None:
    # A change of plan may redact figures; unavailable is not a reason to forget.
    known: Body = {"followers_count": 10, "total_views": 5, "note": None}
    kept = completed("account", {"followers_count": None, "total_likes": 3}, known)
    assert kept == {"followers_count": 10, "total_views": 5, "total_likes": 3, "note": None}


def test_a_corrected_figure_counts() -> None:
    assert completed("account", {"total_views": 6}, {"total_views": 5}) == {"total_views": 6}


def test_what_was_null_from_the_beginning_stays_null() -> None:
    assert completed("video", {"shares": None}, {}) == {"shares": None}


def test_pages_of_one_list_are_joined_by_id() -> None:
    known: Body = {"videos": [{"id": "va_1", "views": 1}, {"id": "va_2", "views": 2}], "total": 3}
    new: Body = {"videos": [{"id": "va_2", "views": 22}, {"id": "va_3", "views": 3}], "total": 3}
    kept = completed("videos", new, known)
    assert kept["videos"] == [
        {"id": "va_1", "views": 1},
        {"id": "va_2", "views": 22},
        {"id": "va_3", "views": 3},
    ]
    assert kept["total"] == 3
