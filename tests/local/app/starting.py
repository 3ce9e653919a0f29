"""Processes that want the sample world at the same moment; importable, since spawn needs that."""

from collections.abc import Sequence
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from mcp_server.local import LocalConfig, ensure_sample
from mcp_server.local.database import open_database


def start_together(configs: Sequence[LocalConfig]) -> list[str]:
    """Let one process for each config ensure the sample; return the `as_of` that each found."""
    context = get_context("spawn")
    barrier, found = context.Barrier(len(configs)), context.Queue()
    starters = [context.Process(target=_start, args=(c, barrier, found)) for c in configs]
    for starter in starters:
        starter.start()
    seen = [str(found.get(timeout=60)) for _ in starters]
    for starter in starters:
        starter.join(timeout=60)
    found.close()
    found.join_thread()
    return seen


def _start(config: LocalConfig, barrier: Barrier, found: "Queue[str]") -> None:
    barrier.wait(timeout=60)
    ensure_sample(config)
    with closing(open_database(config.folder, "data")) as data:
        found.put(data.execute("SELECT value FROM meta WHERE key = 'as_of'").fetchone()[0])
