"""The refusal to run a `tools` package that is not ours."""

import sys
from importlib.util import find_spec
from pathlib import Path

_OURS = Path(__file__).parents[2] / "tools" / "__init__.py"

_ADVICE = (
    "Nothing of it was run. Take its folder off PYTHONPATH, start the console script "
    "`tokmetrics` itself, or install Tokmetrics into an environment of its own "
    "(`uvx tokmetrics`, `pipx install tokmetrics`)."
)


def refuse_a_foreign_tools_package() -> None:
    """End the process when `import tools` would run somebody else's code.

    `tools` is a common name: a folder of that name on PYTHONPATH, or another distribution,
    comes before ours, and would run with the user's API keys in its environment. To be
    called before anything imports `tools`; finding a top-level package executes nothing.

    Raises:
        SystemExit: With a message that says what was found and what to do.
    """
    spec = find_spec("tools")
    found = spec.origin if spec else None
    if found and _OURS.exists() and _OURS.samefile(found):
        return
    places = list(spec.submodule_search_locations or ()) if spec else []
    what = found or ", ".join(places) or "nothing"
    sys.exit(f"tokmetrics: `tools` is {what} here, where {_OURS} is expected. {_ADVICE}")
