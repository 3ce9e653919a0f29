"""Identifiers of TikTok: strings of digits that a spreadsheet or a float has often damaged."""

import re
from typing import Final
from urllib.parse import unquote

from mcp_server.local.importers.items import JsonValue, Rejected
from mcp_server.local.importers.values import word

_ID = re.compile(r"[1-9]\d{0,19}")
_VIDEO_ID = re.compile(r"[1-9]\d{4,19}")
_DAMAGED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+|\d+[.,]\d*")
_POST = re.compile(r"/(?:video|photo|v)/(\d{5,20})")
_PROFILE = re.compile(r"(?:^|/)@([^/?#\s]+)")
_HANDLE = re.compile(r"(?!_\Z)[\w.]{1,64}")  # `@_` stands in URLs for a handle that is not known
_ROUNDED_BY_SPREADSHEET: Final = "0000"  # 15 digits are kept, 4 of 19 become zero
_ROUNDED_BY_FLOAT: Final = "000"
_FULL_LENGTH: Final = 18

_EARLIEST: Final = 1_388_534_400  # 2014, before the first post
_LATEST: Final = 4_102_444_800  # 2100


def identifier(value: JsonValue) -> str | None:
    """Return an id as digits; `None` where there is none, or one that went through a float."""
    found = word(value)
    return found if found is not None and _ID.fullmatch(found) else None


def is_damaged(value: JsonValue) -> bool:
    """Say whether this was an id before a spreadsheet or a float took its last digits."""
    if isinstance(value, float):
        return True
    found = word(value)
    return found is not None and _DAMAGED.fullmatch(found) is not None


def id_in(url: str | None) -> str | None:
    """Return the id of the post that a URL leads to."""
    found = _POST.search(url) if url else None
    return found[1] if found else None


def video_id(value: JsonValue, url: str | None, *, cell: bool = False) -> str:
    """Return a post's id as given, or from its URL where the given one is absent or damaged.

    Args:
        value: The id as it was found.
        url: The address of the post, if there is one.
        cell: Whether the id stood in a table. A spreadsheet may have rounded it there; elsewhere
            one id in ten thousand ends in the same zeros, and is sound.

    Raises:
        Rejected: There is no id that can be trusted.
    """
    given, linked = identifier(value), id_in(url)
    if given is not None and not _VIDEO_ID.fullmatch(given):
        given = None
    if linked is not None and (given is None or _looks_rounded(given, _ROUNDED_BY_FLOAT)):
        return linked
    rounded = cell and given is not None and _looks_rounded(given, _ROUNDED_BY_SPREADSHEET)
    if given is not None and (linked or not rounded):
        return given
    if given is not None or is_damaged(value):
        raise Rejected("the id lost its last digits in a spreadsheet and no URL holds it")
    if word(value) is not None:
        raise Rejected("the id is not a TikTok video id")
    raise Rejected("no video id")


def _looks_rounded(digits: str, zeros: str) -> bool:
    return len(digits) >= _FULL_LENGTH and digits.endswith(zeros)


def username(value: JsonValue, url: str | None = None) -> str | None:
    """Return a handle without its `@`, or the one in a URL; `None` where neither is one."""
    found = word(value)
    return _handle(found or "") or handle_in(found) or handle_in(url)


def handle_in(url: str | None) -> str | None:
    """Return the handle that a URL names; `None` where it names none or only holds its place."""
    linked = _PROFILE.search(url) if url else None
    return _handle(unquote(linked[1])) if linked else None


def _handle(written: str) -> str | None:
    found = written.lstrip("@")
    return found if _HANDLE.fullmatch(found) else None


def created_at(video: str) -> int | None:
    """Return the Unix time in the upper half of a video's id; `None` where it is no time."""
    seconds = int(video) >> 32
    return seconds if _EARLIEST <= seconds <= _LATEST else None
