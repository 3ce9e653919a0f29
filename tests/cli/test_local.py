"""`tokmetrics local`: every file here is synthetic."""

import gzip
import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import anyio
import httpx2
import pytest

from mcp_server.cli.local_server import build_server
from mcp_server.cli.local_tables import written
from mcp_server.local import LocalConfig, LocalWorld
from mcp_server.local.inventory import inventory
from mcp_server.local.sample import generate
from tests.cli.calling import NEWEST, Run, cells
from tests.console import PATIENCE_SECONDS, SCRIPT

AS_OF = "2026-02-02T02:40:00Z"


def test_an_import_shows_its_counts_and_what_it_assumed(run: Run, flat: Path) -> None:
    result = run("import", flat)
    assert result.exit_code == 0
    assert cells(result.stdout, "flat.csv ") == ["flat.csv", "flat-table", "3", "2", "0", "0", "1"]
    assert (
        f"no crawl time; {NEWEST} is that of its newest post (--scraped-at gives another)"
        in result.stdout
    )
    assert "rejected 1: the id lost its last digits" in result.stdout
    assert "--rejects FILE" in result.stdout
    assert result.stderr == ""


def test_an_import_says_where_it_went_by_the_date_of_a_file(run: Run, flat: Path) -> None:
    os.utime(flat, (1_709_900_000, 1_709_900_000))
    said = "no crawl time; 2024-03-08T12:13:20Z is assumed from the file's date"
    assert said in run("import", flat).stdout


def test_a_second_import_finds_nothing_new(run: Run, flat: Path) -> None:
    run("import", flat)
    assert cells(run("import", flat).stdout, "flat.csv ")[2:] == ["3", "0", "0", "2", "1"]


def test_rejected_rows_are_written_where_asked(run: Run, flat: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    result = run("import", flat, "--rejects", rejects)
    assert f"The rejected rows are in {rejects}." in result.stdout
    (row,) = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
    assert (row["file"], row["line"], row["row"]["video_id"]) == ("flat.csv", 4, "7,34E+18")


def test_a_given_crawl_time_is_used_without_a_remark(run: Run, flat: Path, folder: Path) -> None:
    result = run("import", flat, "--scraped-at", "2024-03-08")
    assert "newest post" not in result.stdout
    found = inventory(LocalConfig(folder, "own"))
    assert found is not None
    assert written(found.last_crawl_at) == "2024-03-08T00:00:00Z"


@pytest.mark.parametrize(("time", "complaint"), [("soon", "is no time"), ("2099-01-01", "future")])
def test_an_impossible_crawl_time_is_wrong_usage(
    run: Run, flat: Path, time: str, complaint: str
) -> None:
    result = run("import", flat, "--scraped-at", time)
    assert result.exit_code == 2
    assert complaint in result.stderr


def test_a_dry_run_leaves_no_folder_behind(run: Run, flat: Path, folder: Path) -> None:
    result = run("import", flat, "--dry-run", "--account", "invented.baker")
    assert cells(result.stdout, "flat.csv ")[3] == "2"
    assert "Dry run: nothing was stored." in result.stdout
    assert not folder.exists()


def test_an_imported_creator_becomes_an_account_with_an_id(run: Run, flat: Path) -> None:
    imported = run("import", flat, "--account", "@Invented.Baker")
    (line,) = [line for line in imported.stdout.splitlines() if line.endswith("Invented.Baker")]
    account_id = line.split()[0]
    assert len(account_id) == 36
    listed = cells(run("account", "list").stdout, account_id)
    assert listed == [account_id, "invented.baker", "1", NEWEST]


def test_an_unknown_account_is_an_error_after_the_import(run: Run, flat: Path) -> None:
    result = run("import", flat, "--account", "nobody")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: No creator named 'nobody'")
    assert cells(run("stats").stdout, "videos ") == ["videos", "2"]


def test_times_of_another_zone_and_many_reasons_are_remarked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "items.json"
    video = {"id": "7341363547541362296", "authorMeta": {"name": "invented.baker"}}
    bad: list[object] = [{"error": "x"}, {"id": "7.3E+18"}, 7, {"authorMeta": {"name": "x"}}]
    bad.append({"id": video["id"]})
    path.write_text(json.dumps([video | {"createTime": "2024-03-01 21:00:00"}, *bad]), "utf-8")
    shown = run("import", path).stdout
    assert "1 post times were of another time zone" in shown
    assert "and 2 more reasons" in shown


def test_a_missing_file_is_one_line_of_error(run: Run, tmp_path: Path) -> None:
    result = run("import", tmp_path / "absent.csv")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {tmp_path / 'absent.csv'}: No such file or directory\n"


def test_an_unknown_format_names_those_that_are_known(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "invoice.json"
    path.write_text('[{"total": 3}]', "utf-8")
    result = run("import", path)
    assert result.exit_code == 1
    assert "invoice.json is not in a known format" in result.stderr
    assert "tiktok-scraper" in result.stderr


def test_a_damaged_packing_is_told_and_the_rows_ahead_of_it_are_stored(
    run: Run, flat: Path, tmp_path: Path
) -> None:
    path = tmp_path / "flat.csv.gz"
    path.write_bytes(gzip.compress(flat.read_bytes())[:-6])
    result = run("import", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "the gzip data is damaged or ends early; nothing after this was read" in result.stdout


def test_a_damaged_packing_without_a_row_is_one_line_of_error(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "flat.csv.gz"
    path.write_bytes(gzip.compress(b"video_id,username,plays")[:12])
    result = run("import", path)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "gzip data is damaged" in result.stderr


def test_a_wrong_setting_is_one_line_of_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKMETRICS_LOCAL_COOLDOWN_HOURS", "never")
    result = run("stats")
    assert result.exit_code == 1
    assert "TOKMETRICS_LOCAL_COOLDOWN_HOURS" in result.stderr


def test_generating_fills_the_sample_world(run: Run) -> None:
    result = run("generate", "--creators", "20", "--as-of", AS_OF, "--seed", "3")
    assert result.exit_code == 0
    assert cells(result.stdout, "world ") == ["world", "sample", "(synthetic)"]
    assert cells(result.stdout, "creators ") == ["creators", "20"]
    assert cells(result.stdout, "videos ") == ["videos", "400"]
    assert AS_OF in result.stdout
    assert "no analytics yet" in result.stdout


def test_a_sample_world_is_replaced_only_by_force(run: Run) -> None:
    run("generate", "--creators", "20", "--videos", "0")
    refused = run("generate", "--creators", "15", "--videos", "30")
    assert refused.exit_code == 1
    assert "--force replaces it" in refused.stderr
    forced = run("generate", "--creators", "15", "--videos", "30", "--force")
    assert cells(forced.stdout, "creators ") == ["creators", "15"]


def test_a_world_generated_now_is_hours_old(run: Run) -> None:
    assert "(0 hours ago)" in run("generate", "--creators", "13", "--videos", "0").stdout


def test_only_loopback_is_served(run: Run) -> None:
    result = run("serve", "--host", "0.0.0.0")  # noqa: S104 - is refused
    assert result.exit_code == 2
    assert "127.0.0.1" in result.stderr


async def test_both_apis_are_served_under_the_live_paths_to_this_machine_only(
    tmp_path: Path,
) -> None:
    world = LocalWorld(LocalConfig(tmp_path, "sample"))
    generate(world, creators=13, videos=20, seed=1, as_of=1_770_000_000)
    server = build_server(world, "127.0.0.1", 0)
    asked: list[tuple[str, dict[str, str]]] = [
        ("/api/ext/accounts", {"X-API-Key": "any"}),
        ("/api/v1/analytics/platform-stats", {}),
        ("/api/v1/analytics/platform-stats", {"Host": "evil.example"}),
    ]
    answers: list[httpx2.Response] = []
    with anyio.fail_after(PATIENCE_SECONDS):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve)
            while not server.started:
                await anyio.lowlevel.checkpoint()
            port = server.servers[0].sockets[0].getsockname()[1]
            async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                for path, headers in asked:
                    answers.append(await client.get(path, headers=headers))
            server.should_exit = True
    world.close()
    mine, stats, rebound = answers
    assert len(mine.json()["data"]) == 12
    assert mine.headers["X-Tokmetrics-World"] == "sample"
    assert stats.json()["data"]["creators"] == 13
    assert rebound.status_code == 400


def test_serve_says_where_it_is_reached_and_ends_with_ctrl_c(folder: Path) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own script
        [SCRIPT, "local", "serve", "--port", "0", "--data-dir", folder],
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
    assert said[0].startswith("World sample in ")
    assert "/api/ext" in said[1]
    assert "/api/v1" in said[2]
    assert process.returncode in {0, 130, -signal.SIGINT}


@pytest.mark.parametrize("command", [["import"], ["stats"], ["account", "add"], ["generate"]])
def test_a_command_explains_itself(run: Run, command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "--data-dir" in result.stdout


def test_instants_on_the_command_line_may_be_numbers(run: Run) -> None:
    shown = run("generate", "--creators", "13", "--videos", "0", "--as-of", "1770000000").stdout
    assert AS_OF in shown
