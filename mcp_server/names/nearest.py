"""Which known names are so near to a typed one that it may be a misspelling."""

import heapq
from collections.abc import Iterable
from typing import Final

_MOST: Final = 3
_SHORT: Final = 4
_LONG: Final = 8
_BEGINNING: Final = 4
_FAR: Final = 99


def nearest(typed: str, known: Iterable[str], most: int = _MOST) -> list[str]:
    """Return the names nearest to `typed`, at most `most`, never `typed` itself.

    Near is a name with one slip (two from eight characters on, none below four), and one that
    begins like the other and goes on no longer than it is. Both sides are in their one spelling.
    """
    if not typed:
        return []
    letters = frozenset(typed)
    slips = 0 if len(typed) < _SHORT else 1 if len(typed) < _LONG else 2
    ranked = [
        (rank, abs(len(name) - len(typed)), name)
        for name in known
        if name != typed and (rank := _rank(typed, letters, name, slips)) < _FAR
    ]
    return [name for _, _, name in heapq.nsmallest(most, ranked)]


def _rank(typed: str, letters: frozenset[str], name: str, slips: int) -> int:
    """Return the slips between two names, one more than allowed for a beginning, or far."""
    # A slip changes at most two letters of a set, so most names need no closer look.
    if (
        abs(len(name) - len(typed)) <= slips
        and len(letters.symmetric_difference(name)) <= 2 * slips
    ):
        found = distance(typed, name, slips)
        if found <= slips:
            return found
    short, long = sorted((typed, name), key=len)
    goes_on = len(long) <= 2 * len(short) + 2
    if len(short) >= _BEGINNING and goes_on and long.startswith(short):
        return slips + 1
    return _FAR


def distance(one: str, other: str, most: int) -> int:
    """Count the characters left out, added, exchanged or swapped; above `most` the count ends."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (char != against))
            if row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most and min(last) > most:
            return most + 1
        before, last = last, line
    return last[-1]
