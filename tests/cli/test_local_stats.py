"""`tokmetrics local stats`: what is stored, since when, how fresh, from where. All synthetic."""

import json
from pathlib import Path

from mcp_server.local import LocalConfig, LocalWorld
from tests.cli.calling import NEWEST, Run, cells


def test_an_empty_world_says_how_to_fill_it(run: Run, folder: Path) -> None:
    for world in ("sample", "own"):
        shown = run("stats", "--world", world).stdout
        assert shown.startswith(f"The {world} world is empty.\n")
        assert "tokmetrics local generate" in shown
        assert "tokmetrics local import PATH" in shown
    assert not folder.exists()


def test_stats_say_what_is_stored_and_from_where(run: Run, flat: Path) -> None:
    run("import", flat, "--account", "invented.baker")
    shown = run("stats").stdout
    assert cells(shown, "world ") == ["world", "own", "(imported)"]
    assert cells(shown, "creators ") == ["creators", "1"]
    assert cells(shown, "videos ") == ["videos", "2"]
    assert cells(shown, "posted ") == ["posted", "2024-03-01T12:00:00Z", "to", NEWEST]
    assert cells(shown, "crawled ")[1:4] == [NEWEST, "to", NEWEST]
    assert cells(shown, "metrics ") == ["metrics", "v2"]
    assert cells(shown, "refreshes ")[1:3] == ["from", "inbox,"]
    assert "data.db " in shown
    assert "flat-table (1 creator)" in shown
    assert cells(shown, "flat-table ")[1:7] == ["1", "1", "3", "2", "0", "1"]
    assert "invented.baker" in shown
    assert "Unfinished" not in shown


def test_a_later_crawl_makes_history_and_moves_the_last_crawl(run: Run, flat: Path) -> None:
    run("import", flat, "--scraped-at", "2024-03-08")
    later = flat.with_name("later.csv")
    later.write_text(flat.read_text("utf-8-sig").replace("541.2K", "600K"), "utf-8")
    run("import", later, "--scraped-at", "2024-04-01")
    shown = run("stats").stdout
    crawled = ["2024-03-08T00:00:00Z", "to", "2024-04-01T00:00:00Z"]
    assert cells(shown, "crawled ")[1:4] == crawled
    # Of the two videos one changed; of the other the later sight is the same figures again.
    assert int(cells(shown, "snapshots ")[1]) >= 1
    assert cells(shown, "flat-table ")[1:4] == ["2", "2", "6"]


def test_an_interrupted_import_is_named_until_it_is_completed(
    run: Run, flat: Path, folder: Path
) -> None:
    run("import", flat)
    world = LocalWorld(LocalConfig(folder, "own"))
    world.state().execute("UPDATE import_runs SET finished_at = NULL, started_at = 1700000000")
    world.close()
    line = "Unfinished: a flat-table file, begun 2023-11-14T22:13:20Z, has 3 rows read."
    assert line in run("stats").stdout
    completed = run("import", flat).stdout
    assert "an earlier import stopped after 3 rows; this one completed it" in completed
    assert "Unfinished" not in run("stats").stdout


def test_a_world_without_times_says_that_its_age_is_unknown(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "profiles.csv"
    path.write_text("username,followers\ninvented.baker,12\n", "utf-8")
    run("import", path)
    assert "unknown to unknown (age unknown)" in run("stats").stdout


def test_the_age_of_a_world_made_an_hour_ago_is_an_hour(run: Run, folder: Path) -> None:
    run("generate", "--creators", "13", "--videos", "0")
    world = LocalWorld(LocalConfig(folder, "sample"))
    world.data().execute("UPDATE creators SET scraped_at = NULL WHERE id > 1")
    world.data().execute(
        "UPDATE creators SET scraped_at = strftime('%s', 'now') - 4000 WHERE id = 1"
    )
    world.state().execute("DELETE FROM creator_snapshots")
    world.close()
    assert "(1 hour ago)" in run("stats").stdout


def test_a_provider_without_a_folder_is_named_alone(run: Run) -> None:
    shown = run("generate", "--creators", "2", "--videos", "0").stdout
    assert cells(shown, "refreshes ") == ["refreshes", "from", "sample"]


def test_the_same_is_one_object_for_programs(run: Run, flat: Path, folder: Path) -> None:
    run("import", flat, "--account", "invented.baker")
    found = json.loads(run("stats", "--json").stdout)
    assert (found["world"], found["synthetic"], found["empty"]) == ("own", False, False)
    assert found["folder"] == str(folder / "local" / "own")
    assert found["provider"] == "inbox"
    assert (found["creators"], found["videos"], found["metrics_version"]) == (1, 2, 2)
    assert found["sizes"]["data.db"] > 4096
    assert found["first_post_at"] == "2024-03-01T12:00:00Z"
    assert found["last_crawl_at"] == NEWEST
    assert found["age_seconds"] > 86_400
    assert found["sources"] == {"flat-table": 1}
    (account,) = found["accounts"]
    assert (account["username"], account["last_snapshot_at"]) == ("invented.baker", NEWEST)
    (imported,) = found["formats"]
    assert (imported["format"], imported["files"], imported["read"]) == ("flat-table", 1, 3)
    assert imported["first_at"].endswith("Z")
    assert found["unfinished"] == []


def test_an_empty_world_is_an_object_that_says_so(run: Run, folder: Path) -> None:
    found = json.loads(run("stats", "--json").stdout)
    assert found == {
        "world": "sample",
        "synthetic": True,
        "folder": str(folder / "local" / "sample"),
        "provider": "sample",
        "empty": True,
    }


def test_what_is_unknown_is_null_for_programs(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "profiles.csv"
    path.write_text("username,followers\ninvented.baker,12\n", "utf-8")
    run("import", path)
    found = json.loads(run("stats", "--json").stdout)
    assert found["first_post_at"] is None
    assert found["age_seconds"] is None


def test_a_world_whose_generation_was_stopped_is_explained(run: Run, folder: Path) -> None:
    run("generate", "--creators", "2", "--videos", "0")
    (folder / "local" / "sample" / "data.db-unfinished").touch()
    for command in (["stats"], ["export"], ["account", "list"], ["account", "add", "x"]):
        result = run(*command)
        assert result.exit_code == 1
        assert "is not finished" in result.stderr
        assert "`tokmetrics local generate` makes it anew" in result.stderr
    assert run("generate", "--creators", "3", "--videos", "0").exit_code == 0
    assert cells(run("stats").stdout, "creators ") == ["creators", "3"]
