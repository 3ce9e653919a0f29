"""Which provider a world uses, how it is chosen, and where that is said."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.errors import SettingsError
from mcp_server.local import LocalConfig, LocalStoreError, LocalWorld, create_app
from mcp_server.local.config import ProviderName
from mcp_server.local.providers.choice import open_provider
from mcp_server.local_settings import local_config
from mcp_server.settings import load


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "inbox"),
        ({"local_provider": "auto"}, "inbox"),
        ({"local_provider": "Replay"}, "replay"),
        ({"local_scrape": True}, "scrape"),
        ({"local_scrape": True, "local_provider": "scrape"}, "scrape"),
        ({"local_scrape": True, "local_provider": "inbox"}, "inbox"),
    ],
)
def test_imported_worlds_use_the_inbox_unless_told_otherwise(
    tmp_path: Path, given: Mapping[str, object], expected: str
) -> None:
    config = local_config(load(data_dir=tmp_path, world="own", **given))
    assert config.provider == expected
    assert config.refresh_folder == tmp_path / expected
    assert config.reads_folder == (expected in {"inbox", "replay"})


def test_the_sample_world_never_gets_figures_from_elsewhere(tmp_path: Path) -> None:
    config = local_config(load(data_dir=tmp_path, world="sample", local_scrape=True))
    assert config.provider == "sample"


def test_reading_pages_has_to_be_switched_on() -> None:
    with pytest.raises(SettingsError, match="TOKMETRICS_LOCAL_SCRAPE=1") as refused:
        load(local_provider="scrape")
    assert refused.value.variable == "TOKMETRICS_LOCAL_PROVIDER"


def test_without_the_extra_the_start_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    with pytest.raises(LocalStoreError, match=r"pip install '\.\[scrape\]'"):
        local_config(load(data_dir=tmp_path, world="own", local_scrape=True))


def test_the_folder_is_a_setting(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    settings = load(data_dir=tmp_path, world="own", local_provider_folder=folder)
    assert local_config(settings).refresh_folder == folder


@pytest.mark.parametrize("name", ["inbox", "replay", "scrape"])
def test_each_provider_goes_by_its_name(tmp_path: Path, name: ProviderName) -> None:
    world = LocalWorld(LocalConfig(tmp_path, "own", own_provider=name))
    provider = open_provider(world)
    assert (provider.name, provider.counted) == (name, name != "inbox")
    world.close()


def test_the_sample_goes_by_its_name_too(tmp_path: Path) -> None:
    world = LocalWorld(LocalConfig(tmp_path, "sample"))
    provider = open_provider(world)
    assert (provider.name, provider.counted) == ("sample", True)
    world.close()


def test_the_log_names_the_provider_and_warns_of_the_terms(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    config = LocalConfig(tmp_path, "own")
    create_app(config)
    assert "figures from: inbox" in caplog.text
    caplog.clear()
    create_app(replace(config, own_provider="scrape"))
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "terms of service" in record.message
