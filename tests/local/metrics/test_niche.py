"""Niches from hashtags and bios."""

from mcp_server.local.metrics import is_generic, niche_word, niches_of
from mcp_server.local.metrics.lexicon import NICHE_OF, NICHES, WORDS


def test_there_are_twenty_niches_each_named_by_itself() -> None:
    assert len(NICHES) == 20
    assert all(NICHE_OF[niche] == niche for niche in NICHES)


def test_no_word_names_two_niches() -> None:
    words = [word for niche in NICHES for word in WORDS[niche]]
    assert len(words) == len(set(words))
    assert not set(words) & set(WORDS["generic"])


def test_a_video_counts_once_for_each_niche_it_names() -> None:
    tags = [("gym", "workout", "recipe"), ("gym",), ("fyp",), ()]
    assert niches_of(tags, None) == ("fitness", "cooking", 0.5)


def test_a_niche_needs_fifteen_percent_of_the_videos() -> None:
    rare = [("gym",)] + [("fyp",)] * 6  # 14.3 %
    assert niches_of(rare, None) == (None, None, None)
    assert niches_of(rare[:-1], None).first == "fitness"  # 16.7 %


def test_a_word_of_the_bio_weighs_a_fifth_of_the_videos() -> None:
    assert niches_of([("fyp",)] * 20, "Dog lover").first == "pets"  # 4 of 20
    assert niches_of([("gym",)] * 5 + [()] * 15, "dog, cat") == ("pets", "fitness", 0.4)


def test_a_bio_alone_is_enough_where_nothing_is_tracked() -> None:
    assert niches_of([], "料理研究家です").first == "cooking"
    assert niches_of([], "Just me") == (None, None, None)


def test_a_tie_goes_to_the_niche_listed_first() -> None:
    assert niches_of([("recipe", "gym")], None)[:2] == ("fitness", "cooking")


def test_a_word_or_hashtag_stands_for_its_niche() -> None:
    assert niche_word("#Workout") == "fitness"
    assert niche_word("street food") == "food"
    assert niche_word("quasar") is None


def test_tags_that_only_ask_for_reach_name_nothing() -> None:
    assert is_generic("fyp")
    assert is_generic("xuhuong")
    assert not is_generic("gym")
