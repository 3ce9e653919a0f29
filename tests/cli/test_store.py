"""What happens to history when an API key changes."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mcp_server.auth.tokens import hash_line
from mcp_server.cli.store import store
from mcp_server.store.records import KnownAccount
from mcp_server.store.sqlite import FILE_NAME, open_store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = KnownAccount("acc-1", "brand.house", "tiktok", NOW, NOW)
OLD, NEW = "sk_old_synthetic", "sk_new_synthetic"
ADDRESS = "https://app.tokportal.com/api/ext"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("TOKMETRICS_", "TOKPORTAL_", "TOKLYTICS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TOKMETRICS_DATA_DIR", str(tmp_path))


def rekey(*arguments: str, **environment: str) -> Result:
    given = {"TOKPORTAL_API_KEY": NEW, "OLD_KEY": OLD, **environment}
    done = CliRunner().invoke(store, ["rekey", "--old-key", "OLD_KEY", *arguments], env=given)
    assert OLD not in done.output
    assert NEW not in done.output
    return done


def kept(folder: Path, address: str, key: str, *accounts: KnownAccount) -> list[KnownAccount]:
    """What the store has of a key, after adding accounts."""
    import asyncio  # noqa: PLC0415 - the command runs a loop of its own, so no test is a coroutine

    async def looked() -> list[KnownAccount]:
        opened = open_store(folder / FILE_NAME)
        try:
            partition = await opened.partition("tokportal", address, key)
            if accounts:
                await opened.put_accounts(partition, accounts)
            return await opened.accounts(partition)
        finally:
            await opened.aclose()

    return asyncio.run(looked())


def test_what_was_stored_under_the_old_key_is_there_under_the_new_one(tmp_path: Path) -> None:
    kept(tmp_path, ADDRESS, OLD, ACCOUNT)
    done = rekey()
    assert done.exit_code == 0
    assert done.output == "1 entries have moved to the new key.\n"
    assert kept(tmp_path, ADDRESS, NEW) == [ACCOUNT]
    assert kept(tmp_path, ADDRESS, OLD) == []


def test_a_tenants_part_moves_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "auth.toml"
    path.write_text(
        f'[[tokens]]\nname = "ci"\nhash = "{hash_line("tokm_x")}"\ntenant = "acme"\n'
        '[tenants.acme]\ntokportal_api_key = "env:ACME_KEY"\n',
        "utf-8",
    )
    kept(tmp_path, ADDRESS, OLD, ACCOUNT)
    kept(tmp_path, f"{ADDRESS}#tenant:acme", OLD, ACCOUNT)
    done = rekey("--tenant", "acme", TOKMETRICS_AUTH_FILE=str(path), ACME_KEY=NEW)
    assert done.exit_code == 0
    assert kept(tmp_path, f"{ADDRESS}#tenant:acme", NEW) == [ACCOUNT]
    assert kept(tmp_path, ADDRESS, OLD) == [ACCOUNT]
    assert kept(tmp_path, ADDRESS, NEW) == []


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        ((), {"OLD_KEY": ""}, "OLD_KEY holds no usable key"),
        ((), {"OLD_KEY": "two words"}, "OLD_KEY holds no usable key"),
        ((), {"TOKPORTAL_API_KEY": OLD}, "nothing has changed"),
        ((), {"TOKPORTAL_API_KEY": ""}, "default is no tenant of the settings with a key"),
        (("--tenant", "acme"), {}, "acme is no tenant of the settings"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    done = rekey(*arguments, **environment)
    assert done.exit_code == 2
    assert said in done.output


def test_a_store_that_cannot_be_used_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(
        b"no database at all, but long enough to be read as one" * 99
    )
    done = rekey()
    assert done.exit_code == 1
    assert "Traceback" not in done.output
