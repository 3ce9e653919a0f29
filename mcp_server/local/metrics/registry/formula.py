"""What is written down of a formula."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from mcp_server.local.metrics import parameters

_NAMED: Final = re.compile(r"(?<=\{p\.)[A-Z_]+|(?<=`)[A-Z_]+(?=`)")
OWN: Final = "own proposal"
DOCUMENTED: Final = "TokPortal's API documentation"
COUNTED: Final = "counted, not estimated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """One derived quantity: how it comes about and where it appears.

    Texts name parameters as `{p.NAME}`, so that no number stands here a second time.
    """

    name: str
    unit: str
    text: str
    """The formula in words and notation."""
    code: str
    """The module and function that compute it, below `mcp_server.local`."""
    fields: tuple[str, ...]
    """Where it appears: patterns of operation and path, `*` for anything."""
    parameters: tuple[str, ...] = ()
    """Names in `parameters` that it uses beside those in its texts."""
    window: str
    """Over which rows, over which time."""
    null: str
    """When it is null."""
    least: str = "none"
    """From how many rows on it says something."""
    source: str = OWN
    since: int = 1
    """The `metrics_version` that brought it."""
    changed: int | None = None
    """The newest `metrics_version` that computes it in another way than the one before."""

    @property
    def used(self) -> list[str]:
        """All parameters that it uses."""
        texts = (self.text, self.window, self.null, self.least, self.unit)
        named = [name for text in texts for name in _NAMED.findall(text)]
        return sorted({*self.parameters, *named} & vars(parameters).keys())

    def filled(self, text: str) -> str:
        """Return one of the texts with the values of the parameters."""
        return text.format(p=parameters)

    def covers(self, field: str) -> bool:
        """Say whether a field of an answer, such as `getX.data.name`, is this quantity."""
        return any(fnmatchcase(field, pattern) for pattern in self.fields)
