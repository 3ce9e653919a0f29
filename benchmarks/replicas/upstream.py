"""The upstream of the proof: the local one, with as many own accounts as are refreshed.

    python -m benchmarks.replicas.upstream FOLDER PORT REFRESH_SECONDS

It writes one line for every request for a refresh that reaches it, before it answers.
"""

import json
import sys
import time
from pathlib import Path
from typing import Final

import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.local.app import create_app
from mcp_server.local.config import LocalConfig
from mcp_server.local.sample import generate
from mcp_server.local.tokportal.accounts import add_account
from mcp_server.local.world import World

POSTS: Final = "posts.jsonl"
CREATORS: Final = 600
_VIDEOS: Final = 9_000
_SEED: Final = 1
_OWN_ANYWAY: Final = 12
"""The sample's first accounts are the user's; they are left alone here."""
_DAY: Final = 86_400


def config_of(folder: Path, refresh_seconds: float = 5.0) -> LocalConfig:
    """Return the world of a folder."""
    return LocalConfig(
        data_dir=folder,
        world="sample",
        refresh_seconds=refresh_seconds,
        monthly_quota=1_000_000,
    )


def creators(world: World) -> list[str]:
    """Return the names of the creators that are nobody's own, in the order they were made."""
    query = "SELECT username FROM creators ORDER BY id LIMIT -1 OFFSET ?"
    return [str(row[0]) for row in world.data().execute(query, (_OWN_ANYWAY,))]


def build(folder: Path, accounts: int) -> list[str]:
    """Generate a world three days old, with this many own accounts, and return their ids."""
    world = World(config_of(folder))
    try:
        generate(
            world,
            creators=CREATORS,
            videos=_VIDEOS,
            seed=_SEED,
            as_of=int(time.time()) - 3 * _DAY,
        )
        return [add_account(world, name) for name in creators(world)[:accounts]]
    finally:
        world.close()


class Counted:
    """Writes down every request for a refresh, and takes off what marks answers as local.

    So the servers treat it like the live APIs, and keep answers to share them.
    """

    def __init__(self, app: ASGIApp, path: Path) -> None:
        self._app = app
        self._lines = path.open("a", buffering=1, encoding="utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        path = str(scope.get("path", ""))
        if scope["type"] == "http" and scope["method"] == "POST" and path.endswith("/refresh"):
            account = path.split("/accounts/")[1].split("/", maxsplit=1)[0]
            keys = [value for name, value in scope["headers"] if name == b"idempotency-key"]
            line = {"account": account, "key": b"".join(keys).decode(), "at": time.time()}
            self._lines.write(json.dumps(line) + "\n")

        async def unmarked(message: Message) -> None:
            if message["type"] == "http.response.start":
                del MutableHeaders(scope=message)["X-Tokmetrics-World"]
            await send(message)

        await self._app(scope, receive, unmarked)


def main() -> None:
    """Serve a world that was built."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    config = config_of(folder, float(sys.argv[3]))
    app = Counted(create_app(config), folder / POSTS)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")


if __name__ == "__main__":
    main()
