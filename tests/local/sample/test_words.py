"""The words of the sample world are complete in every language."""

import pytest

from mcp_server.local.metrics.lexicon import NICHE_OF
from mcp_server.local.sample.owned import OWNED
from mcp_server.local.sample.words import LANGUAGE_WEIGHTS, NICHE_WEIGHTS, NICHES, language
from mcp_server.local.text import normalise_tag


@pytest.mark.parametrize("code", LANGUAGE_WEIGHTS)
def test_a_language_can_speak_of_every_niche(code: str) -> None:
    spoken = language(code)
    assert len(spoken.regions) == len(spoken.region_weights) > 0
    for words in spoken.niches.values():
        assert len(words.phrases) >= 3
        assert len(words.tags) >= 3


@pytest.mark.parametrize("code", LANGUAGE_WEIGHTS)
def test_most_creators_would_be_recognized_by_their_tags(code: str) -> None:
    for niche, words in language(code).niches.items():
        assert any(NICHE_OF.get(tag) == niche for tag in words.tags), (code, niche)


@pytest.mark.parametrize("code", LANGUAGE_WEIGHTS)
def test_tags_are_written_as_they_are_stored(code: str) -> None:
    spoken = language(code)
    tags = [*spoken.generic, *(tag for words in spoken.niches.values() for tag in words.tags)]
    assert [normalise_tag(tag) for tag in tags] == tags


def test_every_niche_has_a_weight_and_an_account() -> None:
    assert len(NICHES) == len(NICHE_WEIGHTS) == len(OWNED) == 12
    assert {owned.niche for owned in OWNED} == set(NICHES)
