"""What the local upstream says of its own figures; a live answer says none of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Basis:
    """On what derived figures rest; `None` is not told.

    Attributes:
        metrics_version: Which version of the formulas they were computed by.
        text: On how many videos, over which time, in words.
        low_sample: Whether that is little.
    """

    metrics_version: int | None = None
    text: str | None = None
    low_sample: bool | None = None


NOT_TOLD: Final = Basis()
"""That of a live answer, and of what was stored before any was kept."""


def basis_in(meta: Mapping[str, JsonValue]) -> Basis:
    """Return what the metadata of an answer tell; what is of another type counts as not told."""
    version, text = meta.get("metrics_version"), meta.get("basis")
    low = meta.get("low_sample")
    return Basis(
        version if isinstance(version, int) and not isinstance(version, bool) else None,
        text if isinstance(text, str) else None,
        low if isinstance(low, bool) else None,
    )
