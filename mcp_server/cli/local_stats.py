"""How `tokmetrics local stats` shows a world: for people, and as JSON."""

import json
from dataclasses import asdict
from typing import Final

import click
from rich.filesize import decimal

from mcp_server.cli.local_tables import show_facts, show_table, written
from mcp_server.local import LocalConfig
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.inventory import Inventory, OwnAccount
from mcp_server.local.metrics import METRICS_VERSION

_DAY: Final = 86_400
_HOUR: Final = 3_600
_AT: Final = "_at"


def show_stats(found: Inventory | None, config: LocalConfig) -> None:
    """Show what a world holds, or how to fill it."""
    if found is None:
        click.echo(f"The {config.world} world is empty.")
        show_beginnings()
        return
    show_facts(_facts(found, config))
    if found.accounts:
        click.echo()
        show_own(found.accounts)
    _show_imports(found)


def show_beginnings() -> None:
    """Say what fills a world, and what then shows it."""
    click.echo(
        "`tokmetrics local import PATH` fills the own world from your files,\n"
        "`tokmetrics local generate` the sample world with synthetic data."
    )


def _facts(found: Inventory, config: LocalConfig) -> dict[str, str | int]:
    nature = "synthetic" if config.world == "sample" else "imported"
    files = ", ".join(f"{name} {decimal(size)}" for name, size in found.sizes.items())
    sources = ", ".join(f"{name} ({_creators(count)})" for name, count in found.sources.items())
    history = found.snapshots
    return {
        "world": f"{config.world} ({nature})",
        "folder": str(found.folder),
        "files": files,
        "creators": found.creators,
        "videos": found.videos,
        "hashtags": found.hashtags,
        "sounds": found.sounds,
        "snapshots": f"{history.videos:,} of videos, {history.creators:,} of creators, "
        f"{history.accounts:,} of your accounts",
        "posted": f"{written(found.first_post_at)} to {written(found.last_post_at)}",
        "crawled": f"{written(found.first_crawl_at)} to {written(found.last_crawl_at)} "
        f"({_since(found.last_crawl_at, int(config.clock()))})",
        "sources": sources or "none",
        "metrics": _metrics(found),
        "refreshes": f"from {config.provider}"
        + (f", {config.refresh_folder}" if config.reads_folder else ""),
    }


def _metrics(found: Inventory) -> str:
    version, lacking = found.metrics_version, found.incomplete
    missing = f"; of {_creators(lacking)} still to be computed" if lacking else ""
    if version is None:
        return f"none yet{missing}"
    older = "" if version == METRICS_VERSION else ", older formulas: the next import redoes them"
    return f"v{version}{older}{missing}"


def _creators(count: int) -> str:
    return f"{count:,} creator{'' if count == 1 else 's'}"


def show_own(accounts: list[OwnAccount]) -> None:
    """Show the user's accounts with their ids."""
    rows = [
        (
            one.account_id,
            one.username,
            one.snapshots,
            written(one.last_snapshot_at) if one.snapshots else "no analytics yet",
        )
        for one in accounts
    ]
    show_table(("account id", "username", "snapshots", "last snapshot"), rows)


def _show_imports(found: Inventory) -> None:
    if not found.formats:
        return
    rows = [
        (
            one.format,
            one.files,
            one.runs,
            one.read,
            one.new,
            one.updated,
            one.rejected,
            written(one.first_at)[:10],
            written(one.last_at)[:10],
        )
        for one in found.formats
    ]
    names = ("imported", "files", "runs", "rows", "new", "updated", "rejected", "first", "last")
    click.echo()
    show_table(names, rows)
    for run in found.unfinished:
        click.echo(
            f"Unfinished: a {run.format} file, begun {written(run.started_at)}, has "
            f"{run.read:,} rows read. If it is not running now, import it again."
        )


def _since(at: int | None, now: int) -> str:
    if at is None:
        return "age unknown"
    seconds = max(0, now - at)
    if seconds < _DAY:
        hours = seconds // _HOUR
        return f"{hours} hour{'' if hours == 1 else 's'} ago"
    days = seconds // _DAY
    return f"{days:,} day{'' if days == 1 else 's'} ago"


def stats_json(found: Inventory | None, config: LocalConfig) -> dict[str, JsonValue]:
    """Return the same as one object: times are ISO 8601 or `null`, sizes are bytes."""
    about: dict[str, JsonValue] = {
        "world": config.world,
        "synthetic": config.world == "sample",
        "folder": str(config.folder),
        "provider": config.provider,
        "empty": found is None,
    }
    if found is None:
        return about
    told: dict[str, JsonValue] = json.loads(json.dumps(asdict(found), default=str))
    now = int(config.clock())
    age = None if found.last_crawl_at is None else max(0, now - found.last_crawl_at)
    timed = {name: _timed(name, value) for name, value in told.items()}
    return {**timed, **about, "age_seconds": age, "provider": config.provider}


def _timed(name: str, value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _timed(key, held) for key, held in value.items()}
    if isinstance(value, list):
        return [_timed(name, held) for held in value]
    return written(value) if name.endswith(_AT) and isinstance(value, int) else value
