from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from mcp_server.answers.budget import MAX_BYTES, Fit, Paging, fit, size

ROOM = 4_000


def rows(count: int, caption: int) -> list[JsonValue]:
    return [{"id": n, "description": "é" * caption, "plays": n * 10} for n in range(count)]


def ids(fitted: Fit) -> list[JsonValue]:
    return [cast("dict[str, JsonValue]", row)["id"] for row in cast("list[JsonValue]", fitted.data)]


def test_what_fits_is_untouched() -> None:
    data = rows(5, 10)
    assert fit(data, room=ROOM, paging=None) == Fit(data)


def test_captions_are_shortened_before_a_row_is_cut() -> None:
    fitted = fit(rows(5, 2_000), room=ROOM, paging=Paging("limit", 5, 1))
    assert ids(fitted) == [0, 1, 2, 3, 4]
    assert fitted.next_page is None
    assert fitted.notes == ("Long texts are shortened to fit.",)


def test_numbers_are_never_shortened() -> None:
    fitted = fit(rows(5, 2_000), room=ROOM, paging=None)
    assert [
        cast("dict[str, JsonValue]", row)["plays"] for row in cast("list[JsonValue]", fitted.data)
    ] == [
        0,
        10,
        20,
        30,
        40,
    ]


@pytest.mark.parametrize("page", [1, 2, 7])
@pytest.mark.parametrize("limit", [100, 50, 48, 7])
def test_after_a_cut_the_next_page_begins_at_the_first_missing_row(limit: int, page: int) -> None:
    first = (page - 1) * limit
    data = rows(limit, 900)
    fitted = fit(data, room=ROOM, paging=Paging("limit", limit, page))
    shown = len(ids(fitted))
    if shown == limit:
        assert fitted.next_page is None
        return
    assert limit % shown == 0
    assert fitted.next_page is not None
    following = cast("int", fitted.next_page["page"])
    assert fitted.next_page["limit"] == shown
    assert (following - 1) * shown == first + shown


def test_a_list_without_pages_says_that_it_is_cut() -> None:
    fitted = fit(rows(100, 900), room=ROOM, paging=None)
    assert f"{len(ids(fitted))} of 100 rows" in fitted.notes[0]
    assert fitted.next_page is None


def test_one_giant_row_loses_its_largest_fields_and_keeps_its_figures() -> None:
    giant: dict[str, JsonValue] = {f"field{n}": "x" * 4_000 for n in range(80)}
    giant["plays"] = 12
    fitted = fit([giant], room=ROOM, paging=Paging("limit", 1, 1))
    (row,) = cast("list[dict[str, JsonValue]]", fitted.data)
    assert row["plays"] == 12


def test_an_object_that_is_too_large_keeps_its_small_fields() -> None:
    data: JsonValue = {"plays": 7, "history": [{"at": "x" * 50, "n": n} for n in range(5_000)]}
    fitted = fit(data, room=ROOM, paging=None)
    assert isinstance(fitted.data, dict)
    assert fitted.data["plays"] == 7
    assert size(fitted.data) <= ROOM


def test_a_link_is_kept_whole_or_left_out() -> None:
    link = "https://example.com/" + "a" * 150
    data: JsonValue = {"short": link, "long": link * 5, "text": "x" * 5_000}
    fitted = fit(data, room=ROOM, paging=None)
    assert isinstance(fitted.data, dict)
    assert fitted.data["short"] == link
    assert "long" not in fitted.data


@given(
    data=st.recursive(
        st.integers() | st.text(max_size=3_000) | st.booleans(),
        lambda inner: st.lists(inner, max_size=60) | st.dictionaries(st.text(), inner, max_size=30),
        max_leaves=60,
    )
)
def test_nothing_is_ever_larger_than_its_room(data: JsonValue) -> None:
    data = [data] * 40
    assert size(fit(data, room=ROOM, paging=Paging("limit", 40, 1)).data) <= ROOM


def test_the_budget_is_the_one_that_hosts_accept() -> None:
    assert MAX_BYTES == 48_000
