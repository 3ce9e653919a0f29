"""The decision which tools are on."""

import pytest

import tools
from mcp_server.errors import SettingsError
from mcp_server.exposure import Choice, Exposure, exposed, nearest, unknown_name
from mcp_server.settings import load

EVERYTHING = Exposure(tools.ALL)
SPENDING = {"refreshAccountAnalytics", "refreshAccountAnalyticsAndWait"}


def names(**settings: object) -> list[str]:
    return [spec.name for spec in exposed(tools.ALL, load(**settings)).specs]


def refusal(**settings: object) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        exposed(tools.ALL, load(**settings))
    return caught.value


def test_without_a_choice_everything_is_on() -> None:
    assert EVERYTHING.narrowed(Choice()) == EVERYTHING
    assert len(names()) == 25


def test_named_tools_are_on_alone_in_the_order_of_the_catalogue() -> None:
    assert names(tools="searchTikTokSounds, listAccounts,listAccounts") == [
        "listAccounts",
        "searchTikTokSounds",
    ]


def test_excluded_tools_are_off_also_where_they_are_named() -> None:
    assert names(tools="listAccounts,getToklyticsStats", exclude_tools="listAccounts") == [
        "getToklyticsStats"
    ]
    assert "getToklyticsStats" not in names(exclude_tools="getToklyticsStats")


def test_toolsets_and_tools_both_have_to_allow_a_tool() -> None:
    assert names(toolsets="creators,market", tools="getToklyticsStats") == ["getToklyticsStats"]


def test_a_tool_of_a_toolset_that_was_left_out_is_a_contradiction() -> None:
    error = refusal(toolsets="creators", tools="searchTikTokCreators,listAccounts")
    assert error.variable == "TOKMETRICS_TOOLS"
    assert "listAccounts is of the toolset accounts" in error.message
    assert "TOKMETRICS_TOOLSETS leaves out" in error.message


def test_read_only_wins_over_a_named_tool() -> None:
    assert names(tools="refreshAccountAnalytics,listAccounts", read_only=True) == ["listAccounts"]
    assert SPENDING.isdisjoint(names(read_only=True))


@pytest.mark.parametrize("field", ["tools", "exclude_tools"])
def test_an_unknown_name_is_refused_with_its_place_and_the_nearest_and_not_repeated(
    field: str,
) -> None:
    error = refusal(**{field: "listAccounts,searchTiktokCreator"})
    assert error.variable == f"TOKMETRICS_{field.upper()}"
    assert "name 2 of its list is unknown; perhaps searchTikTokCreators is meant" in error.message
    assert "searchTiktokCreator," not in error.message


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        ({"tools": "refreshAccountAnalytics", "read_only": True}, "TOKMETRICS_TOOLS"),
        ({"tools": "listAccounts", "exclude_tools": "listAccounts"}, "TOKMETRICS_EXCLUDE_TOOLS"),
        ({"tools": ","}, "TOKMETRICS_TOOLS"),
        ({"exclude_tools": " "}, "TOKMETRICS_EXCLUDE_TOOLS"),
    ],
)
def test_a_choice_that_leaves_or_names_no_tool_is_refused(
    settings: dict[str, object], variable: str
) -> None:
    assert refusal(**settings).variable == variable


def test_the_environment_chooses_like_the_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKMETRICS_TOOLS", "listAccounts,getToklyticsStats")
    monkeypatch.setenv("TOKMETRICS_EXCLUDE_TOOLS", "getToklyticsStats")
    assert names() == ["listAccounts"]


def test_narrowing_never_widens() -> None:
    few = EVERYTHING.narrowed(Choice(toolsets=frozenset({"sounds"})))
    assert few.narrowed(Choice(tools=frozenset({"listAccounts"}))).specs == ()
    assert few.narrowed(Choice(toolsets=frozenset({"sounds", "accounts"}))) == few
    assert few.within(EVERYTHING.names) == few
    assert not few.accounts


def test_the_nearest_name_is_found_whatever_the_case_or_none_is() -> None:
    assert nearest("LISTACCOUNTS", EVERYTHING.names) == "listAccounts"
    assert nearest("\u202e", EVERYTHING.names) is None


def test_a_name_like_no_other_is_answered_with_all() -> None:
    assert unknown_name(["a"], ["x", "y"]) == "name 1 of its list is unknown; there are x, y"
    assert unknown_name(["y", "x"], ["x", "y"]) is None
