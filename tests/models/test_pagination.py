import pytest

from mcp_server.models.pagination import LimitPagination, PagePagination


@pytest.mark.parametrize(
    ("page", "total_pages", "more"),
    [(1, 2, True), (2, 2, False), (3, 2, False), (1, 0, False), (None, 2, None), (1, None, None)],
)
def test_a_page_follows_only_before_the_last(
    page: int | None,
    total_pages: int | None,
    *,
    more: bool | None,
) -> None:
    assert PagePagination(page=page, total_pages=total_pages).has_next() is more
    assert LimitPagination(page=page, total_pages=total_pages).has_next() is more


@pytest.mark.parametrize("more", [True, False])
def test_toklytics_own_word_decides_over_the_numbers(*, more: bool) -> None:
    pagination = LimitPagination(page=1, total_pages=1 if more else 9, has_more=more)
    assert pagination.has_next() is more


def test_both_apis_have_a_page_size() -> None:
    assert PagePagination(per_page=10).page_size == 10
    assert LimitPagination(limit=20).page_size == 20
