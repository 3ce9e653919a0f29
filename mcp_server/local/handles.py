"""Handles over time: who had which, and what somebody is called whose handle is another's now."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, Protocol, TypeVar

_BEFORE_ALL: Final = -1
_FORMER: Final = re.compile(r"(.+)\.([0-9a-z]+)\.")
_USER_ID: Final = re.compile(r"[0-9]{1,24}")
_NOTHING_KNOWN: Final = "unknown"


class Span(NamedTuple):
    """When somebody was first and last seen under a handle, in Unix seconds; `None`: undated."""

    first: int | None = None
    last: int | None = None

    @property
    def begin(self) -> int:
        """The first time; what is undated was before everything that is dated."""
        return _BEFORE_ALL if self.first is None else self.first

    @property
    def end(self) -> int:
        """The last time, likewise."""
        return _BEFORE_ALL if self.last is None else self.last

    def seen(self, at: int | None) -> "Span":
        """Return the span with one more sighting."""
        return self.joined(Span(at, at))

    def joined(self, other: "Span") -> "Span":
        """Return the span from the first to the last time of both."""
        times = [time for time in (*self, *other) if time is not None]
        return Span(min(times), max(times)) if times else self


class Holder(Protocol):
    """Somebody who was seen under handles."""

    @property
    def handles(self) -> Mapping[str, Span]:
        """When, by handle."""
        ...


H = TypeVar("H", bound=Holder)


def key(username: str) -> str:
    """Return a handle in the form in which handles are compared."""
    return username.strip().removeprefix("@").lower()


def former_name(handle: str, user_id: str | None, sec_uid: str | None) -> str:
    """Return what somebody is called whose handle is another's now, such as `handle.1001.`.

    TikTok's handles do not end in a period, so nobody can come to be called like that, and a
    parameter for a handle takes it. It follows from the person alone, not from the order of
    imports.
    """
    if user_id is not None and _USER_ID.fullmatch(user_id):
        mark = user_id
    else:
        known = user_id or sec_uid
        mark = hashlib.sha256(known.encode()).hexdigest()[:12] if known else _NOTHING_KNOWN
    return f"{handle}.{mark}."


def former_handle(username: str) -> str | None:
    """Return the handle that somebody had who is called by `former_name`; `None` for a handle."""
    found = _FORMER.fullmatch(username)
    return found[1] if found else None


def former_user_id(username: str) -> str | None:
    """Return the user id in a `former_name`, where it has one."""
    found = _FORMER.fullmatch(username)
    return found[2] if found and _USER_ID.fullmatch(found[2]) else None


def profile_page(username: str) -> str | None:
    """Return the address of a profile; `None` where its handle is another's now."""
    return None if former_handle(username) else f"https://www.tiktok.com/@{username}"


def post_page(username: str, kind: str, video_id: str) -> str:
    """Return the address of a post, which TikTok finds by its id whatever the handle."""
    return f"https://www.tiktok.com/@{former_handle(username) or username}/{kind}/{video_id}"


def had(handles: Mapping[str, Span], name: str, at: int) -> bool:
    """Return whether somebody seen under a handle had it at a time too, as far as is known.

    They did, unless they were seen under another one between then and the nearest sighting.
    """
    span = handles[name]
    begin, end = (at, span.begin) if at < span.begin else (span.end, at)
    return span.begin <= at <= span.end or not any(
        seen.begin < end and seen.end > begin for other, seen in handles.items() if other != name
    )


def holder(people: Iterable[H], name: str, at: int | None) -> H | None:
    """Return who of those seen under a handle had it at a time, `None` for none of them.

    Whoever had been seen under it last by then, else whoever was seen under it next. Without a
    time it is whoever was seen under it last.
    """
    known = list(people)
    if at is None:
        return max(known, key=lambda one: _newest(one.handles[name]), default=None)
    fits = [one for one in known if had(one.handles, name, at)]
    by_then = [one for one in fits if one.handles[name].begin <= at]
    if by_then:
        return max(by_then, key=lambda one: min(one.handles[name].end, at))
    return min(fits, key=lambda one: one.handles[name].begin, default=None)


def _newest(span: Span) -> tuple[int, int]:
    return span.end, span.begin
