"""The rules that a test can hold, so that no page has to state them."""

import ast
import io
import re
import statistics
import sys
import tokenize
from functools import cache
from pathlib import Path

import pytest

from tests.console import run

ROOT = Path(__file__).parents[1]
PACKAGES = ("mcp_server", "tools")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
EVERYTHING = [
    *SOURCES,
    *(
        path
        for folder in ("tests", "scripts", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
    ),
]

TAKES_STDOUT_AWAY = "mcp_server/transports/descriptors.py"
IGNORE = re.compile(r"#\s*(type|pyright):\s*ignore(?P<code>\[[\w, -]+\])?")
VAGUE = {"common", "helpers", "manager", "misc", "util", "utils"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def comments(path: Path) -> list[str]:
    lines = io.StringIO(path.read_text("utf-8")).readline
    tokens = tokenize.generate_tokens(lines)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def mentions(path: Path, word: str) -> bool:
    """Whether a name, or a dotted name, of this spelling stands in the code."""
    return any(
        isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) == word
        for node in nodes(path)
    )


def swallows_everything(node: ast.AST) -> bool:
    """Whether a handler catches every error, other than to clean up and raise it again."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    everything = any(
        kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in caught
    )
    match node.body[-1]:
        case ast.Raise(exc=None):
            return False
        case _:
            return everything


def test_imports_point_downwards() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = run([program, "--no-cache"], cwd=ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("word", "exceptions"), [("print", []), ("sys.stdout", [TAKES_STDOUT_AWAY])]
)
def test_only_the_command_line_writes_to_stdout(word: str, exceptions: list[str]) -> None:
    # On stdio, standard output belongs to the protocol alone.
    writers = [
        name
        for path in SOURCES
        if not (name := name_of(path)).startswith("mcp_server/cli/") and mentions(path, word)
    ]
    assert writers == exceptions


def test_only_the_command_line_draws_with_click_and_rich() -> None:
    drawing = {
        name_of(path).rsplit("/", 1)[0] for path in SOURCES if imported(path) & {"click", "rich"}
    }
    assert drawing == {"mcp_server/cli"}


def test_no_source_file_is_longer_than_400_lines() -> None:
    long = {
        name_of(path): lines
        for path in SOURCES
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_functions_are_short() -> None:
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.quantiles(lengths, n=20)[-1] <= 40


def test_only_one_place_swallows_every_error() -> None:
    places = [
        name_of(path) for path in SOURCES for node in nodes(path) if swallows_everything(node)
    ]
    assert len(places) <= 1, places
    assert all(place.startswith("mcp_server/boundary/") for place in places)


def test_nothing_is_typed_any() -> None:
    assert [
        name_of(path) for path in SOURCES if mentions(path, "Any") or mentions(path, "typing.Any")
    ] == []


def test_every_ignored_type_error_has_its_code() -> None:
    nameless = [
        f"{name_of(path)}: {comment}"
        for path in EVERYTHING
        for comment in comments(path)
        for match in IGNORE.finditer(comment)
        if match["code"] is None
    ]
    assert nameless == []


def test_ignored_type_errors_are_few() -> None:
    ignored = [
        f"{name_of(path)}: {comment}"
        for path in SOURCES
        for comment in comments(path)
        if IGNORE.search(comment)
    ]
    assert len(ignored) <= 5, ignored


def test_nothing_imports_httpx_which_httpx2_continues() -> None:
    assert [name_of(path) for path in EVERYTHING if "httpx" in imported(path)] == []


def test_annotations_are_there_at_run_time() -> None:
    # pydantic and the SDK read them.
    assert [name_of(path) for path in EVERYTHING if "__future__" in imported(path)] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name_of(path) for path in SOURCES if path.stem in VAGUE] == []


def test_nothing_is_left_to_do() -> None:
    undone = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    left = [
        f"{name_of(path)}: {comment}"
        for path in EVERYTHING
        for comment in comments(path)
        if undone.search(comment)
    ]
    assert left == []


def test_the_tests_are_no_packages() -> None:
    # Else `import tools` would find tests/tools.
    assert [name_of(path) for path in (ROOT / "tests").rglob("__init__.py")] == []


@pytest.mark.parametrize("file", ["LICENSE", *(f"{package}/py.typed" for package in PACKAGES)])
def test_what_a_distribution_promises_is_there(file: str) -> None:
    assert (ROOT / file).is_file()


@pytest.mark.parametrize(("file", "lines"), [("CONTRIBUTING.md", 100), ("AGENTS.md", 60)])
def test_pages_stay_short_enough_to_be_read(file: str, lines: int) -> None:
    assert len((ROOT / file).read_text("utf-8").splitlines()) <= lines
