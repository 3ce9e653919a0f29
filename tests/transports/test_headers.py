"""What the request headers of one client ask for."""

import pytest

import tools
from mcp_server.exposure import Choice
from mcp_server.transports.headers import HeaderError, asked


def read(**headers: str) -> Choice | None:
    return asked([(name.replace("_", "-"), value) for name, value in headers.items()], tools.ALL)


def refusal(*headers: tuple[str, str]) -> str:
    with pytest.raises(HeaderError) as caught:
        asked(headers, tools.ALL)
    return str(caught.value)


def test_without_a_header_of_ours_nothing_is_asked_for() -> None:
    assert read() is None
    assert read(Accept="text/html", X_Other_Tools="listAccounts") is None


def test_each_header_asks_for_less_whatever_the_case_of_its_name() -> None:
    assert read(
        x_tokmetrics_tools=" listAccounts , getToklyticsStats,",
        X_TOKMETRICS_TOOLSETS="accounts,market",
        X_Tokmetrics_Exclude_Tools="getToklyticsStats",
        X_Tokmetrics_Read_Only="TRUE",
    ) == Choice(
        toolsets=frozenset({"accounts", "market"}),
        tools=frozenset({"listAccounts", "getToklyticsStats"}),
        excluded=frozenset({"getToklyticsStats"}),
        read_only=True,
    )


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("yes", True), ("off", False), ("False", False)]
)
def test_a_truth_value_has_its_usual_words(value: str, meant: bool) -> None:  # noqa: FBT001 - the expected value
    assert read(X_Tokmetrics_Read_Only=value) == Choice(read_only=meant)


@pytest.mark.parametrize(
    ("header", "value", "said"),
    [
        ("X-Tokmetrics-Tools", "", "X-Tokmetrics-Tools names nothing."),
        ("X-Tokmetrics-Tools", " , ", "X-Tokmetrics-Tools names nothing."),
        ("X-Tokmetrics-Tools", "listaccount", "perhaps listAccounts is meant"),
        ("X-Tokmetrics-Toolsets", "creator", "perhaps creators is meant"),
        ("X-Tokmetrics-Toolsets", "all", "X-Tokmetrics-Toolsets cannot be used: name 1"),
        ("X-Tokmetrics-Exclude-Tools", "*", "X-Tokmetrics-Exclude-Tools cannot be used"),
        ("X-Tokmetrics-Read-Only", "maybe", "X-Tokmetrics-Read-Only is neither true nor false."),
        ("X-Tokmetrics-Read-Only", "", "X-Tokmetrics-Read-Only is neither true nor false."),
        ("X-Tokmetrics-Readonly", "1", "did you mean X-Tokmetrics-Read-Only?"),
        ("X-Tokmetrics-Toolset", "sounds", "did you mean X-Tokmetrics-Toolsets?"),
        ("X-Tokmetrics-\u202e", "sounds", "Unknown header of this server"),
    ],
)
def test_what_cannot_be_read_is_refused_and_its_value_not_repeated(
    header: str, value: str, said: str
) -> None:
    message = refusal((header, value))
    assert said in message
    assert "maybe" not in message
    assert "\u202e" not in message


def test_a_header_given_twice_is_refused() -> None:
    message = refusal(
        ("X-Tokmetrics-Tools", "listAccounts"), ("x-tokmetrics-tools", "listAccounts")
    )
    assert message == "X-Tokmetrics-Tools is given twice."
