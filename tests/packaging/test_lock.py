"""requirements.lock belongs to pyproject.toml, and its check finds what is wrong."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = """
[project]
dependencies = ["Some_Thing>=2,<3"]
[dependency-groups]
dev = ["tester[extra]>=1"]
"""
GOOD = [
    "# what a comment says is no entry: https://example.invalid",
    "some-thing==2.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb",
    "tester==1.0 ; python_full_version < '3.13' \\\n    --hash=sha256:cc",
    "transitive==7 \\\n    --hash=sha256:dd",
]


def load_faults() -> Callable[[str, str], list[str]]:
    """The script is a program, not a package: load it from its file."""
    spec = importlib.util.spec_from_file_location("check_lock", ROOT / "scripts/check_lock.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Callable[[str, str], list[str]]", module.faults)


faults = load_faults()


def test_the_lock_of_this_repository_is_complete_and_names_no_address() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    assert faults(pyproject, (ROOT / "requirements.lock").read_text("utf-8")) == []


def test_a_complete_lock_has_no_faults() -> None:
    assert faults(PYPROJECT, "\n".join(GOOD[1:])) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([GOOD[1]], "tester is missing"),
        ([GOOD[2]], "Some_Thing is missing"),
        ([*GOOD[1:], "extra>=1 \\\n    --hash=sha256:ee"], "extra is not pinned to one version"),
        ([*GOOD[1:], "extra==1"], "extra has no hash"),
        (GOOD, "an address or an index option stands in it"),
        (["--index-url x", *GOOD[1:]], "an address or an index option stands in it"),
        (
            [GOOD[1].replace("2.1", "3.0"), GOOD[2]],
            "Some_Thing 3.0 is not what pyproject.toml asks",
        ),
    ],
)
def test_a_fault_is_named(lines: list[str], fault: str) -> None:
    assert faults(PYPROJECT, "\n".join(lines)) == [fault]
