import pytest

from mcp_server.names.accepted import accepted
from tests.hostile.corpus import CORPUS


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lena.lifts", "lena.lifts"),
        (" @Lena_Lifts9 ", "lena_lifts9"),
        ("a" * 64, "a" * 64),
        ("a" * 65, None),
        ("", None),
        ("..", None),
        ("Search", None),
        ("lena lifts", None),
        ("lena-lifts", None),
        ("léna", None),
        ("\u212aana", None),  # the Kelvin sign, whose small letter is an ordinary k
        ("lena\u202e", None),
        ("lena<b>", None),
    ],
)
def test_a_username_is_letters_digits_full_stops_and_underscores(
    text: str, name: str | None
) -> None:
    assert accepted("creator", text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("#Fitness", "fitness"),
        ("\uff03料理", "料理"),
        ("e\u0301te\u0301", "été"),
        ("हिन्दी", "हिन्दी"),
        ("gym_life2", "gym_life2"),
        ("x" * 64, "x" * 64),
        ("x" * 65, None),
        ("x" * 10_000, None),
        ("#", None),
        ("___", None),
        ("\u0301\u0301", None),
        ("two words", None),
        ("zero\u200bwidth", None),
        ("fil\u3164ler", None),  # an invisible letter
        ("\ud800", None),
        ("tag\U000e0041", None),
        ("🔥", None),
        ("trending", None),
    ],
)
def test_a_hashtag_is_letters_digits_and_marks_of_any_script(text: str, name: str | None) -> None:
    assert accepted("hashtag", text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Beauty & Fashion", "beauty & fashion"),
        ("home-made food", "home-made food"),
        ("one two three four", None),
        ("two  blanks", None),
        ("line\nbreak", None),
        ("food: <b>", None),
    ],
)
def test_a_niche_is_up_to_three_words(text: str, name: str | None) -> None:
    assert accepted("niche", text) == name


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_no_injected_sentence_is_a_name(text: str) -> None:
    assert accepted("creator", text) is None
    assert accepted("hashtag", text) is None
    assert accepted("niche", text) is None
