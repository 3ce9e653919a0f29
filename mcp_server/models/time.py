"""Times stay the text that the upstream sent; this reads them where arithmetic is needed."""

from datetime import UTC, datetime


def parse_time(text: str | None) -> datetime | None:
    """Read an ISO 8601 time as an aware UTC instant; None if there is none or it is unreadable.

    A time without a zone is taken as UTC, the only zone both APIs use.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None
