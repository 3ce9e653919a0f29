"""Baselines are read as the official suite reads them, or not at all."""

from pathlib import Path

import pytest

from tests.conformance.baseline import BaselineError, read
from tests.conformance.suite import ENTRIES, REVISIONS


def written(folder: Path, text: str) -> Path:
    (folder / "shipped-2025-11-25.yml").write_text(text)
    return folder


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("revision", REVISIONS)
def test_every_committed_entry_has_a_reason(entry: str, revision: str) -> None:
    assert read(entry, revision).failing


def test_entries_belong_to_the_section_above_them(tmp_path: Path) -> None:
    text = "# a word\nserver:\n  - one # because\nvacuous:\n  - two:check # so\n"
    found = read("shipped", "2025-11-25", written(tmp_path, text))
    assert (found.failing, found.vacuous) == ({"one": "because"}, {"two:check": "so"})


@pytest.mark.parametrize(
    "text",
    [
        "server:\n  - one\n",
        "server:\n  - one #\n",
        "  - one # because\n",
        "server: [one]\n",
        "client:\n  - one # because\n",
        "server:\n  - one: two # because\n",
    ],
)
def test_an_entry_that_is_not_understood_or_has_no_reason_is_refused(
    text: str, tmp_path: Path
) -> None:
    with pytest.raises(BaselineError, match=r"shipped-2025-11-25\.yml:"):
        read("shipped", "2025-11-25", written(tmp_path, text))
