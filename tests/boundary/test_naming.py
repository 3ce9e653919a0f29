"""What remains of a text when tools that it names are switched off."""

import pytest

from mcp_server.boundary.naming import described, speakable, tools_named

ON = frozenset({"toolAx", "toolBx"})


def test_a_text_that_names_only_available_tools_stays_as_it_is() -> None:
    text = "For X use `toolAx`;  to Y `toolBx`!"
    assert speakable(text, ON) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One. Use `toolCx` then. Two.", "One. Two."),
        ("Only `toolCx` does it.", ""),
        ("For X use `toolCx`; for Y `toolAx`.", "For Y use `toolAx`."),
        ("For X use `toolAx`; for Y `toolCx`.", "For X use `toolAx`."),
        (
            "For X use `toolAx`; to Y `toolCx`; for Z `toolBx`.",
            "For X use `toolAx`; for Z use `toolBx`.",
        ),
        (
            "For X use `toolCx`; for Y `toolAx`; for Z `toolBx`.",
            "For Y use `toolAx`; for Z `toolBx`.",
        ),
        ("No pages: for X use `toolCx`, for Y `toolAx`.", "No pages: for Y use `toolAx`."),
        ("No pages: for X use `toolAx`, for Y `toolCx`.", "No pages: for X use `toolAx`."),
        ("No pages: for X use `toolCx`, for Y `toolDx`.", "No pages."),
        ("Not found means untracked: try `toolCx`.", "Not found means untracked."),
        ("Use it when known; find ids with `toolCx`.", "Use it when known."),
        ("Use it instead of `toolCx`; find ids with `toolAx`.", "Find ids with `toolAx`."),
        ("An id. From toolCx", "An id."),
    ],
)
def test_what_remains_reads_as_if_written_so(text: str, kept: str) -> None:
    assert speakable(text, ON) == kept


def test_the_first_paragraph_of_a_description_always_stays() -> None:
    assert described("Do as `toolCx` does.\n\nUse `toolCx`.", ON) == "Do as `toolCx` does."
    assert described("Do.\n\nUse it. Not `toolCx`.", ON) == "Do.\n\nUse it."


def test_only_camel_case_is_a_tools_name() -> None:
    assert tools_named("TikTok, `account_id`, `toolAx`, toolBx.") == ON
