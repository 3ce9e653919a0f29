"""Which tools are on: what the operator chose, and what one request narrows it to. Pure."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_server.boundary import Effect, ToolSpec
from mcp_server.errors import SettingsError
from mcp_server.settings import Settings, environment_name

_ALIKE: Final = 0.5
_OWN: Final = "accounts"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for; each part can only take away."""

    toolsets: frozenset[str] | None = None
    """Only tools of these; `None`: of all."""
    tools: frozenset[str] | None = None
    """Only these; `None`: all."""
    excluded: frozenset[str] = frozenset()
    """None of these, also where they are named elsewhere."""
    read_only: bool = False
    """None that spends, also where it is named elsewhere."""

    def leaves(self, spec: ToolSpec) -> bool:
        """Whether a tool stays on."""
        return (
            (self.toolsets is None or spec.toolset in self.toolsets)
            and (self.tools is None or spec.name in self.tools)
            and spec.name not in self.excluded
            and not (self.read_only and spec.effect is not Effect.READ)
        )


@dataclass(frozen=True, slots=True)
class Exposure:
    """The tools that one caller is offered, in the catalogue's order."""

    specs: tuple[ToolSpec, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of the tools."""
        return frozenset(spec.name for spec in self.specs)

    @property
    def accounts(self) -> bool:
        """Whether own accounts are spoken of; their resources stand and fall with it."""
        return any(spec.toolset == _OWN for spec in self.specs)

    def narrowed(self, choice: Choice) -> "Exposure":
        """Return what a choice leaves of it."""
        return Exposure(tuple(spec for spec in self.specs if choice.leaves(spec)))

    def within(self, names: frozenset[str]) -> "Exposure":
        """Return what it has in common with other names."""
        return Exposure(tuple(spec for spec in self.specs if spec.name in names))


def exposed(catalogue: Sequence[ToolSpec], settings: Settings) -> Exposure:
    """Return the tools that the settings leave switched on.

    Toolsets and single tools both have to allow a tool; with all toolsets, the default, single
    tools can be named from any. A tool of a toolset that was left out is a contradiction.

    Raises:
        SettingsError: A name is unknown or contradicts the toolsets, or no tool is left.
    """
    known = [spec.name for spec in catalogue]
    for field, names in (("tools", settings.tools), ("exclude_tools", settings.exclude_tools)):
        if (wrong := unknown_name(names or (), known)) is not None:
            raise _refused(field, wrong)
    outside = [
        spec
        for spec in catalogue
        if spec.name in (settings.tools or ()) and spec.toolset not in settings.toolsets
    ]
    if outside:
        tool, toolset = outside[0].name, outside[0].toolset
        raise _refused(
            "tools",
            f"{tool} is of the toolset {toolset}, which {environment_name('toolsets')} leaves out",
        )
    chosen = Exposure(tuple(catalogue)).narrowed(
        Choice(
            toolsets=frozenset(settings.toolsets),
            tools=None if settings.tools is None else frozenset(settings.tools),
            excluded=frozenset(settings.exclude_tools),
            read_only=settings.read_only,
        )
    )
    if not chosen.specs:
        field = "exclude_tools" if settings.exclude_tools else "tools"
        raise _refused(field, "together with the other choices it leaves no tool")
    return chosen


def _refused(field: str, reason: str) -> SettingsError:
    variable = environment_name(field)
    return SettingsError(f"{variable} cannot be used: {reason}.", variable=variable)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`, whatever the case."""
    folded = {other.lower(): other for other in known}
    found = difflib.get_close_matches(name.lower(), folded, 1, _ALIKE)
    return folded[found[0]] if found else None


def unknown_name(names: Sequence[str], known: Sequence[str]) -> str | None:
    """Say what is wrong with a list of names, without repeating any; `None`: nothing.

    Args:
        names: As they were given.
        known: All that there are.
    """
    for place, name in enumerate(names, 1):
        if name not in known:
            meant = nearest(name, known)
            hint = f"perhaps {meant} is meant" if meant else f"there are {', '.join(sorted(known))}"
            return f"name {place} of its list is unknown; {hint}"
    return None
