"""The twelve delivered accounts of the sample world and what is special about each."""

from dataclasses import dataclass
from typing import Final

from mcp_server.local.sample.numbers import DAY, HOUR

REFRESH_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Owned:
    """One of the sample's own accounts."""

    username: str
    title: str
    niche: str
    language: str
    followers: int
    age: int
    """Seconds since its delivery."""
    seen_ago: int
    """Seconds since its last refresh was done; under two days it is in cooldown."""
    nulls: bool = False
    """Whether some of its figures are unknown."""
    untouched: bool = False
    """Whether it has no analytics yet."""


OWNED: Final = (
    Owned("demo.kettlebell", "Kettlebell Club", "fitness", "en", 48_200, 190 * DAY, 75 * HOUR),
    Owned("demo.breadlab", "Bread Lab", "cooking", "en", 121_000, 184 * DAY, 3 * HOUR),
    Owned("demo.skitdesk", "Skit Desk", "comedy", "en", 262_000, 178 * DAY, 52 * HOUR),
    Owned("demo.softglow", "Brillo Suave", "beauty", "es", 33_500, 165 * DAY, 5 * DAY),
    Owned("demo.eightcount", "Oito Tempos", "dance", "pt", 87_400, 150 * DAY, 21 * HOUR),
    Owned("demo.savepoint", "セーブポイント", "gaming", "ja", 19_800, 140 * DAY, 4 * DAY),
    Owned("demo.gadgetdesk", "Gadget Desk", "tech", "en", 8_300, 128 * DAY, 9 * DAY),
    Owned("demo.nighttrain", "Nachtzug", "travel", "de", 15_600, 115 * DAY, 60 * HOUR, nulls=True),
    Owned("demo.twodogs", "Two Dogs One Sofa", "pets", "en", 410_000, 101 * DAY, 41 * HOUR),
    Owned("demo.envelopes", "The Envelope Method", "finance", "en", 5_700, 86 * DAY, 3 * DAY),
    Owned("demo.capsule", "Satu Kemeja", "fashion", "id", 2_450, 64 * DAY, 56 * HOUR),
    Owned(
        "demo.firststeps", "First Steps", "education", "en", 14, 5 * HOUR, 5 * HOUR, untouched=True
    ),
)
