"""`tokmetrics local account`. All data is synthetic."""

from pathlib import Path

from tests.cli.calling import NEWEST, Run, cells


def test_an_account_is_added_listed_and_removed(run: Run, flat: Path) -> None:
    run("import", flat)
    assert "No accounts yet" in run("account", "list").stdout
    account_id, name = run("account", "add", "invented.baker").stdout.split()
    assert name == "invented.baker"
    listed = cells(run("account", "list").stdout, account_id)
    assert listed == [account_id, "invented.baker", "1", NEWEST]
    removed = run("account", "remove", "invented.baker").stdout
    assert removed.startswith("invented.baker is no longer one of your accounts.")
    assert "No accounts yet" in run("account", "list").stdout


def test_removing_an_account_keeps_the_creator_and_its_videos(run: Run, flat: Path) -> None:
    run("import", flat, "--account", "invented.baker")
    run("account", "remove", "invented.baker")
    shown = run("stats").stdout
    assert cells(shown, "creators ") == ["creators", "1"]
    assert cells(shown, "videos ") == ["videos", "2"]


def test_adding_it_again_gives_the_same_id_and_says_so(run: Run, flat: Path) -> None:
    run("import", flat)
    first = run("account", "add", "invented.baker")
    again = run("account", "add", "@invented.baker")
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert again.stderr == "invented.baker was one of your accounts already.\n"
    assert first.stderr == ""


def test_an_unknown_creator_comes_with_the_nearest_names(run: Run, flat: Path) -> None:
    run("import", flat)
    result = run("account", "add", "Inventd.Baker")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: No creator named 'Inventd.Baker' is stored in the own world."
        " Perhaps one of: invented.baker.\n"
    )


def test_a_name_like_no_other_asks_for_a_file_that_has_it(run: Run, flat: Path) -> None:
    run("import", flat)
    result = run("account", "add", "zzz")
    assert result.stderr.endswith("Import a file that has one first.\n")


def test_an_account_of_an_empty_world_is_refused_and_creates_nothing(
    run: Run, folder: Path
) -> None:
    result = run("account", "add", "invented.baker", "--world", "own")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: The own world is empty")
    assert not folder.exists()


def test_removing_what_is_no_account_names_those_that_are(run: Run, flat: Path) -> None:
    run("import", flat)
    none = run("account", "remove", "invented.baker")
    assert none.exit_code == 1
    assert none.stderr == "Error: invented.baker is none of your accounts. You have none.\n"
    run("account", "add", "invented.baker")
    other = run("account", "remove", "nobody")
    assert other.stderr == "Error: nobody is none of your accounts. Yours: invented.baker.\n"


def test_of_many_accounts_a_few_are_named(run: Run) -> None:
    run("generate", "--creators", "13", "--videos", "0")
    assert "and 7 more." in run("account", "remove", "nobody").stderr


def test_listing_accounts_of_an_empty_world_creates_nothing(run: Run, folder: Path) -> None:
    assert "No accounts yet" in run("account", "list").stdout
    assert not folder.exists()
