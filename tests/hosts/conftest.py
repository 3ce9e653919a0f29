"""The wire of every call of `calls.py`, in both protocol eras; made once."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

from tests.hosts.calls import ACCOUNT, CALLS, RECORD
from tests.hosts.line import ERAS, Era, connected
from tests.hosts.scenes import SCENES, Stage
from tests.wire import PATIENCE_SECONDS, Message


class Wire:
    """What came over the wire in one era, by the names of the calls."""

    def __init__(self) -> None:
        self.results: dict[str, Message] = {}
        self.scenes: dict[str, Stage] = {}

    def filled(self, call: str, value: JsonValue) -> JsonValue:
        """A value with the ids of the call's scene in place of their stand-ins."""
        scene = self.scenes[CALLS[call].scene]
        return _filled(value, {ACCOUNT: scene.account_id, RECORD: scene.record_id})


def _filled(value: JsonValue, ids: Mapping[str, str]) -> JsonValue:
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, list):
        return [_filled(item, ids) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, ids) for name, item in value.items()}
    return value


async def _record(era: Era, folder: Path) -> Wire:
    async with asyncio.timeout(3 * PATIENCE_SECONDS):
        return await _recorded(era, folder)


async def _recorded(era: Era, folder: Path) -> Wire:
    wire = Wire()
    for name, opened in SCENES.items():
        async with opened(folder / name) as scene:
            wire.scenes[name] = scene
            async with connected(scene.application.server, era) as line:
                for call_name, call in CALLS.items():
                    if call.scene == name:
                        arguments = cast("Message", wire.filled(call_name, {**call.arguments}))
                        wire.results[call_name] = await line.call(call.tool, arguments)
    return wire


@pytest.fixture(scope="session")
def wires(tmp_path_factory: pytest.TempPathFactory) -> dict[Era, Wire]:
    folder = tmp_path_factory.mktemp("hosts")
    return {era: asyncio.run(_record(era, folder / era)) for era in ERAS}
