"""The wheel: what is in it, and that it runs where a foreign `tools` lies in wait."""

import importlib.util
import os
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from mcp_server import __version__
from tests.console import run
from tests.wire import HANDSHAKE, started

ROOT = Path(__file__).parents[2]
PACKAGES = ("mcp_server", "tools")


@dataclass(frozen=True)
class Installation:
    """The wheel in a folder of its own, over the dependencies of the test environment."""

    site: Path
    home: Path

    @property
    def script(self) -> Path:
        return self.site / "bin/tokmetrics"

    def environment(self, *before: Path) -> dict[str, str]:
        """A whole environment, as bare as hosts give it. Folders `before` ours come first."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(map(str, (*before, self.site))),
            "TOKMETRICS_DATA_DIR": str(self.home / "data"),
        }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        folder,
        ROOT,
    ]
    done = run(build)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    site = tmp_path_factory.mktemp("site")
    # An environment that uv has made holds no pip, and then uv is there.
    pip: list[str | Path] = [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("pip") is None:
        uv = shutil.which("uv")
        assert uv, "neither pip nor uv is there to install the wheel"
        pip = [uv, "pip"]
    done = run([*pip, "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel])
    assert done.returncode == 0, done.stderr
    return Installation(site, tmp_path_factory.mktemp("home"))


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder with a package `tools` that leaves the file `it-ran` when it runs."""
    (tmp_path / "tools").mkdir()
    trace = tmp_path / "it-ran"
    (tmp_path / "tools/__init__.py").write_text(f"open({str(trace)!r}, 'w').close()\n")
    return tmp_path


def test_the_wheel_holds_the_two_packages_whole_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    info = f"tokmetrics-{__version__}.dist-info"
    sources = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    metadata = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    assert names == sources | {f"{info}/{name}" for name in metadata}
    assert names > {
        "mcp_server/instructions.md",
        "mcp_server/local/data.sql",
        "mcp_server/local/state.sql",
        "mcp_server/py.typed",
        "tools/py.typed",
    }


def test_the_installed_wheel_is_what_the_tests_start(installation: Installation) -> None:
    where = "import mcp_server, tools; print(mcp_server.__file__, tools.__file__)"
    done = run([sys.executable, "-P", "-c", where], env=installation.environment())
    expected = [str(installation.site / package / "__init__.py") for package in PACKAGES]
    assert done.stdout.split() == expected


async def test_the_wheel_serves_over_stdio_in_a_folder_with_a_foreign_tools_package(
    installation: Installation, trap: Path
) -> None:
    command = (installation.script, "serve", "--local")
    async with started(*command, cwd=trap, env=installation.environment()) as server:
        await server.send(*HANDSHAKE)
        match await server.receive():
            case {"result": {"serverInfo": {"name": name, "version": version}}}:
                assert (name, version) == ("tokmetrics", __version__)
            case other:
                raise AssertionError(other)
        answer = await server.call("listAccounts")
        await server.close_input()
        status, said = await server.end()
    assert isinstance(answer, str)
    assert '"synthetic":true' in answer
    assert status == 0, said
    assert not (trap / "it-ran").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_served_wheel_within_two_seconds(
    installation: Installation, number: signal.Signals
) -> None:
    command = (installation.script, "serve", "--local")
    async with started(*command, env=installation.environment()) as server:
        await server.shake_hands()
        server.process.send_signal(number)
        status, said = await server.end(within=2)
    assert status == 128 + number
    assert not any("Traceback" in line for line in said)


def test_the_installed_script_refuses_a_foreign_tools_package_before_it_runs(
    installation: Installation, trap: Path
) -> None:
    env = installation.environment(trap)
    done = run([installation.script, "serve", "--local"], cwd=trap, env=env)
    assert done.returncode == 1
    assert str(trap / "tools/__init__.py") in done.stderr
    assert not (trap / "it-ran").exists()
