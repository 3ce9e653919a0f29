"""Every tool under calls made from its own schema, on the local upstream."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import cast

import anyio
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mcp import Client
from mcp.client.client import ConnectMode

import tools
from mcp_server.app import Outside, build_application
from mcp_server.boundary import ToolSpec
from mcp_server.boundary.wiring import schemas
from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.local.tokportal.ids import account_id_of, record_id
from mcp_server.settings import load
from tests.faults.judging import answer_of, error_of
from tests.fuzz.shapes import Json, arguments
from tests.tools.world import BRANDS, LENA, LENAS, MARCO, NOW, OWN, SOUND, write_world

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

EXAMPLES = int(os.environ.get("TOKMETRICS_FUZZ_EXAMPLES", "2"))
_CALLS = 10
"""Calls of one example, all on one server."""

_CREATORS = (LENA.username, MARCO.username)
_ACCOUNT = account_id_of(OWN)
_KNOWN = {
    "account_id": (_ACCOUNT,),
    "account_ids": (_ACCOUNT,),
    "video_analytics_id": tuple(record_id(_ACCOUNT, video.video_id) for video in BRANDS),
    "username": _CREATORS,
    "usernames": _CREATORS,
    "creator": _CREATORS,
    "video_id": tuple(video.video_id for video in LENAS),
    "music_id": (SOUND.music_id,),
    "tag": ("fitness", "#Fitness"),
    "niche": ("fitness",),
}
"""Of the world behind the server."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_world(LocalConfig(folder, "own", clock=NOW.timestamp))
    return folder


@pytest.mark.parametrize("mode", ["legacy", "auto"])
@pytest.mark.parametrize("spec", tools.ALL, ids=lambda spec: cast("ToolSpec", spec).name)
def test_no_call_crashes_or_hangs(
    spec: ToolSpec,
    mode: ConnectMode,
    world: Path,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    counts: Counter[str] = Counter()
    shutil.copytree(world, tmp_path, dirs_exist_ok=True)

    # Without shrinking: megabytes of text take minutes to shrink, and a call reproduces as it is.
    @settings(
        max_examples=EXAMPLES,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
        phases=[Phase.generate],
    )
    @given(calls=st.lists(arguments(schemas(spec)[0], _KNOWN), min_size=1, max_size=_CALLS))
    def run(calls: list[Json]) -> None:
        counts.update(anyio.run(_perform, spec.name, mode, tmp_path, calls))

    run()
    for name, number in counts.items():
        record_property(f"fuzz_{name}", number)
    assert counts["answered"] > 0, "every call was refused, so no answer was checked"


async def _perform(tool: str, mode: ConnectMode, folder: Path, calls: list[Json]) -> list[str]:
    """Make the calls; return for each whether it was answered or refused."""
    made: list[str] = []
    config = LocalConfig(folder, "own", clock=NOW.timestamp)
    served = LocalWorld(config)
    application = build_application(
        load(data_dir=folder, max_wait_seconds=0),
        local_app=create_app(config, world=served),
        outside=Outside(now=lambda: NOW),
    )
    try:
        with anyio.fail_after(60):
            async with Client(application.server, mode=mode) as client:
                for call in calls:
                    result = await client.call_tool(tool, call)
                    if result.is_error:
                        error_of(result)
                    else:
                        answer_of(tool, result)
                    made.append("refused" if result.is_error else "answered")
    finally:
        await application.aclose()
        served.close()
    return made
