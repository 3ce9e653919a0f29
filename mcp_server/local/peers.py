"""The engagement rates of a follower band, kept as counts, so that the median needs no sorting."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from mcp_server.local.metrics import percentile
from mcp_server.local.metrics.parameters import MIN_VIDEOS, PEERS_NEEDED
from mcp_server.local.metrics.score import band_of

Pars = dict[int, float]
"""The usual engagement rate by follower band, where the store has enough peers."""
Peer = tuple[int | None, float | None]
"""In which band a creator counts, if in any, and with which rate."""

_COUNT: Final = (
    "INSERT INTO peer_rates (band, rate, n) VALUES (?, ?, ?)"
    " ON CONFLICT (band, rate) DO UPDATE SET n = n + excluded.n"
)


def peer_band(followers: int | None, n_rated: int, rate: float | None) -> int | None:
    """Return the band in which a creator is a peer; `None` where too little is known."""
    if followers is None or rate is None or n_rated < MIN_VIDEOS:
        return None
    return band_of(followers)


def count_peers(data: sqlite3.Connection, gone: Iterable[Peer], added: Iterable[Peer]) -> None:
    """Count creators as they are now and no longer as they were."""
    changes: dict[tuple[int, int], int] = {}
    for sign, peers in ((-1, gone), (1, added)):
        for band, rate in peers:
            if band is not None and rate is not None:
                key = (band, round(100 * rate))
                changes[key] = changes.get(key, 0) + sign
    data.executemany(_COUNT, [(*key, n) for key, n in changes.items() if n])
    data.executemany(
        "DELETE FROM peer_rates WHERE band = ? AND rate = ? AND n = 0",
        [key for key, n in changes.items() if n < 0],
    )


def forget_peer(data: sqlite3.Connection, creator_id: int) -> None:
    """Count a creator no longer who is about to be deleted."""
    rows = data.execute("SELECT peer_band, er FROM creators WHERE id = ?", (creator_id,))
    count_peers(data, [(row[0], row[1]) for row in rows], [])


def pars(data: sqlite3.Connection) -> Pars:
    """Return the median rate per follower band, one decimal: small changes move nobody's score."""
    bands: dict[int, list[tuple[int, int]]] = {}
    for band, rate, n in data.execute("SELECT band, rate, n FROM peer_rates ORDER BY band, rate"):
        bands.setdefault(band, []).append((rate, n))
    return {
        band: round(_median(rates), 1)
        for band, rates in bands.items()
        if sum(n for _, n in rates) >= PEERS_NEEDED
    }


def _median(rates: list[tuple[int, int]]) -> float:
    """Return the median of rates, ascending, each with how often it occurs."""
    count = sum(n for _, n in rates)
    lower, upper = (count - 1) // 2, count // 2
    middle: list[float] = []
    passed = 0
    for rate, n in rates:
        middle += [rate / 100 for place in (lower, upper) if passed <= place < passed + n]
        passed += n
    return percentile(middle, 50)
