"""A file as decoded text, however it is packed: gzip or not, UTF-8 with or without BOM, UTF-16."""

import errno
import gzip
import io
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

SAMPLE_CHARACTERS: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class Source:
    """An open file: its text, and how many bytes of the file were read."""

    def __init__(self, text: io.TextIOWrapper, raw: BinaryIO) -> None:
        self.text = text
        self._raw = raw

    @property
    def offset(self) -> int:
        """Bytes of the file behind us; of the packed file where it is packed."""
        return self._raw.tell()

    def sample(self) -> str:
        """Return the beginning of the text."""
        return self.text.read(SAMPLE_CHARACTERS)


@contextmanager
def _named(path: Path) -> Generator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = "the gzip data is damaged or ends early"
        raise OSError(errno.EIO, reason, str(path)) from error


@contextmanager
def opened(path: Path) -> Generator[Source]:
    """Open a file for reading as text.

    Bytes that are no UTF-8 become replacement characters: one broken caption is no reason to
    refuse a file.

    Raises:
        OSError: The file cannot be read, or its packing is damaged.
    """
    with path.open("rb") as raw, _named(path):
        packed = raw.peek(2)[:2] == _GZIP
        with gzip.open(raw, "rb") if packed else raw as plain:
            buffered = io.BufferedReader(plain) if packed else raw
            encoding = "utf-16" if buffered.peek(2)[:2] in _UTF16 else "utf-8-sig"
            with io.TextIOWrapper(buffered, encoding, "replace", newline="") as text:
                yield Source(text, raw)
