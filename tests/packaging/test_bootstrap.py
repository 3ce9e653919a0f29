"""scripts/bootstrap with stand-ins for uv and Python: what it runs, and when it runs nothing."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.console import run

SCRIPT = Path(__file__).parents[2] / "scripts/bootstrap"
NEEDED = ("sh", "dirname", "cat", "cmp", "cp", "mv", "rm", "mkdir", "chmod")

PYTHON = """#!/bin/sh
case "$*" in
    *version_info*) echo "$0" ;;
    *ensurepip*) exit {ensurepip} ;;
esac
"""
UV = """#!/bin/sh
echo "$1 $2" >>calls
[ ! -e fail ] || exit 1
[ "$1" != venv ] || {{ mkdir -p .venv/bin; cp "{python}" .venv/bin/python; }}
"""
OLD_PYTHON = "#!/bin/sh\nexit 1\n"
EVERYTHING = ["venv --quiet", "pip install", "pip install"]


@dataclass
class Checkout:
    """A checkout of three files, and a PATH on which only chosen programs stand."""

    root: Path
    path: Path

    def put(self, name: str, text: str) -> Path:
        program = self.path / name
        program.write_text(text)
        program.chmod(0o755)
        return program

    def bootstrap(self, **environment: str) -> tuple[int, str]:
        """Run it; answer the exit status and what it said."""
        path = {"PATH": str(self.path), "PYTHON": "", **environment}
        done = run([self.root / "scripts/bootstrap"], cwd=self.root, env=path)
        return done.returncode, done.stderr

    def calls(self) -> list[str]:
        """What uv was asked since the last question, by its first two words."""
        log = self.root / "calls"
        calls = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return calls


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root, path = tmp_path / "checkout", tmp_path / "bin"
    (root / "scripts").mkdir(parents=True)
    path.mkdir()
    shutil.copy(SCRIPT, root / "scripts")
    (root / "requirements.lock").write_text("one==1\n")
    (root / "pyproject.toml").write_text("[project]\n")
    for name in NEEDED:
        program = shutil.which(name)
        assert program
        (path / name).symlink_to(program)
    return Checkout(root, path)


@pytest.fixture
def with_uv(checkout: Checkout) -> Checkout:
    python = checkout.put("python3", PYTHON.format(ensurepip=0))
    checkout.put("uv", UV.format(python=python))
    return checkout


def test_the_second_run_does_nothing(with_uv: Checkout) -> None:
    assert with_uv.bootstrap()[0] == 0
    assert with_uv.calls() == EVERYTHING
    assert with_uv.bootstrap() == (0, "")
    assert with_uv.calls() == []


def test_another_lock_file_sets_up_everything_anew(with_uv: Checkout) -> None:
    with_uv.bootstrap()
    with_uv.calls()
    (with_uv.root / "requirements.lock").write_text("one==2\n")
    with_uv.bootstrap()
    assert with_uv.calls() == EVERYTHING


def test_another_python_sets_up_everything_anew(with_uv: Checkout) -> None:
    with_uv.bootstrap()
    with_uv.calls()
    other = with_uv.put("other", PYTHON.format(ensurepip=0))
    with_uv.bootstrap(PYTHON=str(other))
    assert with_uv.calls() == EVERYTHING


def test_another_pyproject_installs_only_the_project_again(with_uv: Checkout) -> None:
    with_uv.bootstrap()
    with_uv.calls()
    (with_uv.root / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    with_uv.bootstrap()
    assert with_uv.calls() == ["pip install"]


def test_an_environment_whose_python_is_gone_is_set_up_anew(with_uv: Checkout) -> None:
    with_uv.bootstrap()
    with_uv.calls()
    (with_uv.root / ".venv/bin/python").unlink()
    with_uv.bootstrap()
    assert with_uv.calls() == EVERYTHING


def test_a_run_that_failed_starts_over(with_uv: Checkout) -> None:
    (with_uv.root / "fail").touch()
    assert with_uv.bootstrap()[0] != 0
    (with_uv.root / "fail").unlink()
    with_uv.calls()
    assert with_uv.bootstrap()[0] == 0
    assert with_uv.calls() == EVERYTHING


def test_without_any_suitable_python_it_says_what_is_needed(checkout: Checkout) -> None:
    checkout.put("python3", OLD_PYTHON)
    status, said = checkout.bootstrap()
    assert status == 1
    assert "Python 3.11 or newer is needed" in said


def test_a_newer_python_is_found_behind_an_old_one(with_uv: Checkout) -> None:
    with_uv.put("python3.12", PYTHON.format(ensurepip=0))
    with_uv.put("python3", OLD_PYTHON)
    assert with_uv.bootstrap()[0] == 0
    pins = (with_uv.root / ".venv/.pins").read_text()
    assert str(with_uv.path / "python3.12") in pins


def test_a_chosen_python_that_is_too_old_is_named(with_uv: Checkout) -> None:
    old = with_uv.put("old", OLD_PYTHON)
    status, said = with_uv.bootstrap(PYTHON=str(old))
    assert status == 1
    assert f"PYTHON={old} is not Python 3.11 or newer" in said


def test_a_python_without_venv_says_what_to_install(checkout: Checkout) -> None:
    checkout.put("python3", PYTHON.format(ensurepip=1))
    status, said = checkout.bootstrap()
    assert status == 1
    assert "apt install python3-venv" in said
