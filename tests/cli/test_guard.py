"""A foreign `tools` package never runs."""

import sys
from pathlib import Path

import pytest

from mcp_server.cli.guard import refuse_a_foreign_tools_package
from tests.console import SCRIPT, run


def foreign_tools(folder: Path) -> Path:
    """Write a package `tools` that leaves a trace when it runs."""
    package = folder / "tools"
    package.mkdir()
    (package / "__init__.py").write_text("open('it-ran', 'w').close()\n")
    return package


def test_our_own_package_is_accepted() -> None:
    refuse_a_foreign_tools_package()


def test_a_foreign_package_on_the_path_is_refused_by_name_and_never_runs(tmp_path: Path) -> None:
    package = foreign_tools(tmp_path)
    done = run([SCRIPT, "--version"], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 1
    assert str(package / "__init__.py") in done.stderr
    assert "PYTHONPATH" in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "it-ran").exists()


def test_a_foreign_package_in_the_current_folder_is_not_even_seen(tmp_path: Path) -> None:
    foreign_tools(tmp_path)
    done = run([SCRIPT, "--version"], cwd=tmp_path)
    assert done.returncode == 0
    assert not (tmp_path / "it-ran").exists()


def test_a_foreign_package_is_refused_in_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = foreign_tools(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "tools", raising=False)
    with pytest.raises(SystemExit) as refused:
        refuse_a_foreign_tools_package()
    assert str(package / "__init__.py") in str(refused.value.code)


def test_a_folder_without_an_init_file_is_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tools").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "tools", raising=False)
    with pytest.raises(SystemExit) as refused:
        refuse_a_foreign_tools_package()
    assert str(tmp_path / "tools") in str(refused.value.code)


def test_no_package_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "tools", raising=False)
    with pytest.raises(SystemExit, match="is nothing here"):
        refuse_a_foreign_tools_package()
