"""Where a page stands; the two APIs count pages differently."""

from mcp_server.models.base import Count, Tolerant


class PagePagination(Tolerant):
    """TokPortal's page."""

    page: Count | None = None
    per_page: Count | None = None
    total: Count | None = None
    total_pages: Count | None = None

    @property
    def page_size(self) -> int | None:
        """Rows per page."""
        return self.per_page

    def has_next(self) -> bool | None:
        """Say whether a page follows; None if the upstream did not tell."""
        return _before_the_last(self.page, self.total_pages)


class LimitPagination(Tolerant):
    """Toklytics' page."""

    page: Count | None = None
    limit: Count | None = None
    total: Count | None = None
    total_pages: Count | None = None
    has_more: bool | None = None

    @property
    def page_size(self) -> int | None:
        """Rows per page."""
        return self.limit

    def has_next(self) -> bool | None:
        """Say whether a page follows; None if the upstream did not tell."""
        if self.has_more is not None:
            return self.has_more
        return _before_the_last(self.page, self.total_pages)


Pagination = PagePagination | LimitPagination


def _before_the_last(page: int | None, total_pages: int | None) -> bool | None:
    return None if page is None or total_pages is None else page < total_pages
