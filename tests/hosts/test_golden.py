"""What each kind of host shows of some answers is what was committed."""

from pathlib import Path

import pytest

from tests.hosts import golden
from tests.hosts.conftest import Wire
from tests.hosts.golden import COMMAND, FOLDER, GOLDEN, check, path_of, rendered
from tests.hosts.line import Era


@pytest.mark.parametrize("call", GOLDEN)
def test_hosts_show_what_was_committed(call: str, wires: dict[Era, Wire]) -> None:
    check(call, rendered(call, wires["2026-07-28"].results[call]))


@pytest.mark.parametrize("call", GOLDEN)
def test_both_eras_show_the_same(call: str, wires: dict[Era, Wire]) -> None:
    old, new = (wires[era].results[call] for era in ("2025-11-25", "2026-07-28"))
    assert rendered(call, old) == rendered(call, new)


def test_no_golden_file_outlives_its_call_and_all_are_small() -> None:
    files = [*FOLDER.iterdir()]
    assert {path.name for path in files} == {path_of(call).name for call in GOLDEN}
    assert sum(path.stat().st_size for path in files) <= 200_000


def test_a_difference_is_shown_with_the_command_that_accepts_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("UPDATE_GOLDEN", "1")
    path_of("search").write_text("one\ntwo\n", "utf-8")
    with pytest.raises(AssertionError) as raised:
        check("search", "one\nthree\n")
    assert COMMAND in str(raised.value)
    assert "-two\n+three" in str(raised.value)
    assert path_of("search").read_text("utf-8") == "one\ntwo\n"
