"""Hashtags of a row: the given list wins over the caption."""

import pytest

from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.items import JsonValue


@pytest.mark.parametrize(
    "given",
    [
        "bread,,sourdough",
        "#Bread #Sourdough",
        "bread;sourdough",
        '["bread", "Sourdough"]',
        "['bread', '#sourdough']",
        "['bread', sourdough]",
        "[{'name': 'bread'}, {'name': 'sourdough', 'title': ''}]",
        ["bread", "sourdough", "BREAD"],
        [{"id": "1", "name": "bread", "title": ""}, {"hashtagName": "sourdough"}, 7, {}],
    ],
)
def test_a_given_list_is_read_in_each_of_its_shapes(given: JsonValue) -> None:
    assert hashtags(given, "#other") == ("bread", "sourdough")


@pytest.mark.parametrize("given", [None, "", "[]", [], ", ,", "[" + "x," * 20_000 + "]"])
def test_without_a_list_the_caption_is_parsed(given: JsonValue) -> None:
    assert hashtags(given, "Loaf #Bread and #サワー") == ("bread", "サワー")


def test_a_literal_that_is_no_list_is_taken_as_words() -> None:
    assert hashtags("[bread] and [rye]", None) == ("bread", "and", "rye")
