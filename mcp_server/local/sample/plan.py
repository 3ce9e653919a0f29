"""What a sample world is drawn from, cut into blocks that can be drawn apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from mcp_server.local.sample import creators as people
from mcp_server.local.sample.creators import SampleCreator
from mcp_server.local.sample.owned import OWNED
from mcp_server.local.sample.sounds import Sounds

_BLOCK: Final = 1_500
"""Videos: a block of them fits into a pipe."""
_FEWEST_SOUNDS: Final = 30
_VIDEOS_PER_SOUND: Final = 4_000


class Span(NamedTuple):
    """A run of creators: the number of the first and of the one after the last."""

    start: int
    stop: int


@dataclass(frozen=True)
class Plan:
    """A whole world by four numbers. What is drawn depends on nothing else."""

    seed: int
    creators: int
    videos: int
    as_of: int

    @cached_property
    def shares(self) -> Sequence[int]:
        """How many videos each creator has."""
        return list(people.shares(self.seed, self.creators, self.videos))

    @cached_property
    def firsts(self) -> Sequence[int]:
        """The number of each creator's first video among all."""
        return [0, *accumulate(self.shares)]

    @cached_property
    def spans(self) -> Sequence[Span]:
        """Runs of creators with about as many videos each."""
        found: list[Span] = []
        start = 0
        for index in range(self.creators):
            full = self.firsts[index + 1] - self.firsts[start] >= _BLOCK
            if full or index - start >= _BLOCK or index == self.creators - 1:
                found.append(Span(start, index + 1))
                start = index + 1
        return found

    @cached_property
    def sounds(self) -> Sounds:
        """The sounds that creators share."""
        return Sounds(self.seed, _FEWEST_SOUNDS + self.videos // _VIDEOS_PER_SOUND)

    def creator(self, index: int) -> SampleCreator:
        """Draw one creator; one of them is visited exactly at the end."""
        return people.draw(
            self.seed,
            index,
            first_video=self.firsts[index],
            n_videos=self.shares[index],
            as_of=self.as_of,
            latest=index == min(len(OWNED), self.creators - 1),
        )
