"""Parameter types that several tools share: what people paste is accepted and put right once."""

import re
from itertools import pairwise
from typing import Annotated, Final, Literal, cast
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, Field

_HANDLE = re.compile(r"[\w.]{1,64}")
_DIGITS = re.compile(r"\d{1,25}")
_TIKTOK_HOSTS: Final = ("tiktok.com", ".tiktok.com")


def _tiktok_path(text: str) -> list[str] | None:
    """Return the path segments of a TikTok address, or `None` if `text` is no address."""
    candidate = text if "://" in text else f"https://{text}"
    if not re.match(r"(https?://)?([\w-]+\.)*tiktok\.com(/|$|\?)", text, re.IGNORECASE):
        return None
    parts = urlsplit(candidate)
    if not (parts.hostname or "").endswith(_TIKTOK_HOSTS):
        return None
    return [unquote(segment) for segment in parts.path.split("/") if segment]


def _username(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if (path := _tiktok_path(text)) is not None:
        text = next((part for part in path if part.startswith("@")), "")
    text = text.lstrip("@").strip()
    if not text:
        raise ValueError("expected a TikTok username such as charlidamelio, or a profile address")
    if not _HANDLE.fullmatch(text):
        raise ValueError("a username has only letters, digits, underscores and full stops")
    return text


def _tag(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip()
    path = _tiktok_path(text)
    if path is not None:
        text = path[1] if len(path) > 1 and path[0] == "tag" else ""
    text = text.lstrip("#\uff03").strip()
    if not text or any(ch.isspace() or ch in "#/?" for ch in text):
        raise ValueError("expected one hashtag without spaces, such as fitness")
    return text


def _platform_id(value: object, *, kind: Literal["video", "music"]) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    path = _tiktok_path(text)
    if path is not None:
        text = _id_in(path, kind)
    if not _DIGITS.fullmatch(text):
        example = "7123456789012345678"
        what = "a video address" if kind == "video" else "a sound address"
        raise ValueError(f"expected TikTok's {kind} id, digits only such as {example}, or {what}")
    return text


def _id_in(path: list[str], kind: Literal["video", "music"]) -> str:
    if kind == "music":
        return path[1].rsplit("-", 1)[-1] if len(path) > 1 and path[0] == "music" else ""
    for marker, identifier in pairwise(path):
        if marker in {"video", "photo"}:
            return identifier
    return ""


def _video_id(value: object) -> object:
    return _platform_id(value, kind="video")


def _music_id(value: object) -> object:
    return _platform_id(value, kind="music")


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def blank_is_none(value: object) -> object:
    """Take an empty text for an argument that was not given."""
    return None if isinstance(value, str) and not value.strip() else _trimmed(value)


def _split_names(value: object) -> object:
    """Accept `a,b` where a list is expected, as the API itself takes it."""
    if isinstance(value, str):
        return [part for part in value.split(",") if part.strip()]
    return value


def _distinct(value: object) -> object:
    """Drop what names the same creator again, before the names are counted."""
    value = _split_names(value)
    if not isinstance(value, list):
        return value
    names: dict[str, object] = {}
    for item in cast("list[object]", value):
        mark = item.strip().lstrip("@").casefold() if isinstance(item, str) else repr(item)
        names.setdefault(mark, item)
    return [*names.values()]


AccountId = Annotated[
    str,
    BeforeValidator(_trimmed),
    Field(
        min_length=1,
        max_length=128,
        description="`account_id` of an own account. From listAccounts",
    ),
]
AccountIds = Annotated[
    list[AccountId],
    BeforeValidator(_split_names),
    Field(min_length=1, max_length=25, description="1 to 25 TokPortal account ids"),
]
VideoAnalyticsId = Annotated[
    str,
    BeforeValidator(_trimmed),
    Field(
        min_length=1,
        max_length=128,
        description="Record id such as va_001, neither video_id nor TikTok's id. `id` of a "
        "listAccountVideoAnalytics row",
    ),
]
Username = Annotated[
    str,
    BeforeValidator(_username),
    Field(description="TikTok username, @name or profile URL"),
]
Usernames = Annotated[
    list[Username],
    BeforeValidator(_distinct),
    Field(min_length=2, max_length=10, description="Different TikTok usernames"),
]
Tag = Annotated[
    str,
    BeforeValidator(_tag),
    Field(description="One hashtag, # optional, any script"),
]
VideoId = Annotated[
    str,
    BeforeValidator(_video_id),
    Field(description="TikTok video id (string of digits) or full URL"),
]
MusicId = Annotated[
    str,
    BeforeValidator(_music_id),
    Field(description="TikTok music id (string of digits) or full URL"),
]
ShortText = Annotated[str, Field(max_length=200)]
# The bound stands on the text alone: on the union it would be applied to None.
Query = Annotated[ShortText | None, BeforeValidator(blank_is_none)]
OptionalUsername = Annotated[Username | None, BeforeValidator(blank_is_none)]
OptionalTag = Annotated[Tag | None, BeforeValidator(blank_is_none)]
Region = Annotated[
    Query,
    Field(description="Region as the API writes it, such as US or UK"),
]
Niche = Annotated[
    str,
    BeforeValidator(_trimmed),
    Field(min_length=1, max_length=100, description="Niche or category, such as fitness"),
]
Page = Annotated[int, Field(ge=1, le=1_000_000, description="Page number")]
Limit = Annotated[int, Field(ge=1, le=50, description="Rows per page")]
Rows = Annotated[int, Field(ge=1, le=50, description="Number of rows")]
PerPage = Annotated[int, Field(ge=1, le=100, description="Rows per page")]
Count = Annotated[int | None, Field(ge=0, le=10**15)]
