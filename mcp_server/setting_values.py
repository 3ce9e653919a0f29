"""What values of settings may look like, wherever they are written."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

# A header can carry these characters and nothing else; TokPortal's prefixes have changed once
# already, so none is asked for.
_KEY: Final = re.compile(r"[\x21-\x7e]+")
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
"""What callers and tenants may be called."""

_URL: Final = re.compile(r"https?://[\x21-\x7e]+", re.IGNORECASE)
_URL_REFUSED: Final = re.compile(r"[?#\\]")
_STORE: Final = re.compile(r"(redis|rediss|valkey|valkeys)://[\x21-\x7e]+")
_ORIGIN: Final = re.compile(r"https?://[^\s/?#@*]+", re.IGNORECASE)
_DATABASE: Final = re.compile(r"(/\d*)?")


def is_loopback(host: str) -> bool:
    """Say whether a host name or address never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_key(key: str) -> str:
    """Return the key if a header can carry it.

    Raises:
        ValueError: It cannot; the text does not repeat it.
    """
    if not _KEY.fullmatch(key):
        raise ValueError("a key has only visible ASCII characters and no spaces")
    return key


def checked_url(url: str) -> str:
    """Return `url` without a trailing slash if keys may be sent there.

    Raises:
        ValueError: They may not; the text does not repeat it.
    """
    if not _URL.fullmatch(url) or _URL_REFUSED.search(url):
        raise ValueError(
            "expected an address such as https://host/path without query, fragment and blanks"
        )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("the host or port is not valid") from None
    if "@" in parts.netloc:
        raise ValueError("an address must not hold a user name or password")
    if not host:
        raise ValueError("the address names no host")
    if parts.scheme != "https" and not is_loopback(host):
        raise ValueError("plain http is allowed for this machine only (localhost); use https")
    return url.rstrip("/")


def checked_store(url: str) -> str:
    """Return `url` if a shared store can be there.

    Raises:
        ValueError: It cannot; the text does not repeat it.
    """
    expected = "expected redis://user:password@host:6379/0 (also rediss, valkey or valkeys)"
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(expected) from None
    if not is_whole or not _STORE.fullmatch(url) or not _DATABASE.fullmatch(parts.path):
        raise ValueError(expected)
    if _URL_REFUSED.search(url):
        raise ValueError(f"{expected}, without options")
    return url


def checked_origin(origin: str) -> str:
    """Return an origin of web pages as browsers write it.

    Raises:
        ValueError: It is none; the text does not repeat it.
    """
    if not _ORIGIN.fullmatch(origin):
        raise ValueError("expected origins such as https://app.example.com, without a path or *")
    return origin.lower()


def listed(text: str) -> list[str]:
    """Return the parts of a list with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]
