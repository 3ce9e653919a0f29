"""A file as decoded text, however it is packed: gzip or not, UTF-8 with or without BOM, UTF-16."""

import gzip
import io
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

SAMPLE_CHARACTERS: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class Source:
    """An open file: its text, and how many bytes of the file were read."""

    def __init__(
        self, text: io.TextIOWrapper, raw: BinaryIO, packing: "_Packing | None" = None
    ) -> None:
        self.text = text
        self._raw = raw
        self._packing = packing

    @property
    def is_damaged(self) -> bool:
        """Whether the packing broke off where the text seems to end."""
        return self._packing is not None and self._packing.is_damaged

    @property
    def offset(self) -> int:
        """Bytes of the file behind us; of the packed file where it is packed."""
        return self._raw.tell()

    def sample(self) -> str:
        """Return the beginning of the text."""
        return self.text.read(SAMPLE_CHARACTERS)


class _Packing(io.BufferedIOBase):
    """What a packed file holds, up to where it is damaged or ends early."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        super().__init__()
        self._packed = packed
        self.is_damaged = False

    @property
    def name(self) -> str:
        return self._packed.name

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        return self._up_to_the_damage(lambda: self._packed.read1(size))

    def read(self, size: int | None = -1, /) -> bytes:
        # Piece by piece: what precedes the damage is handed over before it is met.
        return self.read1(-1 if size is None else size)

    def peek(self, size: int) -> bytes:
        return self._up_to_the_damage(lambda: self._packed.peek(size))

    def _up_to_the_damage(self, read: Callable[[], bytes]) -> bytes:
        if self.is_damaged:
            return b""
        try:
            return read()
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self.is_damaged = True
            return b""


@contextmanager
def opened(path: Path) -> Generator[Source]:
    """Open a file for reading as text.

    Bytes that are no UTF-8 become replacement characters: one broken caption is no reason to
    refuse a file. Where its packing is damaged the text ends, and `Source.is_damaged` says so.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as raw:
        packing = _Packing(gzip.GzipFile(fileobj=raw)) if raw.peek(2)[:2] == _GZIP else None
        plain = raw if packing is None else packing
        encoding = "utf-16" if plain.peek(2)[:2] in _UTF16 else "utf-8-sig"
        with io.TextIOWrapper(plain, encoding, "replace", newline="") as text:
            yield Source(text, raw, packing)
