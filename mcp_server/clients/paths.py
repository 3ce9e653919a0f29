"""Values from callers as one segment of a path."""

from urllib.parse import quote

from mcp_server.errors import InvalidArgumentError

_MAX_LENGTH = 256


def segment(value: str, parameter: str) -> str:
    """Percent-encode `value` so that it stays one path segment whatever it holds.

    Raises:
        InvalidArgumentError: The value is empty, too long, holds a control character, or is
            `.` or `..`: servers on the way resolve these two even when they are encoded.
    """
    text = value.strip()
    if not text:
        raise InvalidArgumentError("The value is empty.", parameter=parameter, allowed="any text")
    if len(text) > _MAX_LENGTH:
        raise InvalidArgumentError(
            "The value is too long.",
            parameter=parameter,
            allowed=f"at most {_MAX_LENGTH} characters",
        )
    if text in {".", ".."} or any(ord(char) < ord(" ") or char == "\x7f" for char in text):
        raise InvalidArgumentError(
            "The value cannot be part of an address.",
            parameter=parameter,
            allowed="text without control characters, other than one or two full stops",
        )
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        # A lone surrogate; the exception would quote the value.
        raise InvalidArgumentError(
            "The value is no valid Unicode text.", parameter=parameter, allowed="valid Unicode text"
        ) from None
