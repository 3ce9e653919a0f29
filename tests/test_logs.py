import io
import json
import logging
from collections.abc import Iterator

import pytest

from mcp_server import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_a_text_line_names_level_and_logger() -> None:
    stream = io.StringIO()
    logs.configure("info", "text", stream)
    logging.getLogger("tokmetrics.part").info("it %s", "works")
    assert stream.getvalue().rstrip().endswith("INFO    tokmetrics.part: it works")


def test_a_json_line_is_one_object_with_the_traceback_inside() -> None:
    stream = io.StringIO()
    logs.configure("warning", "json", stream)
    try:
        int("broken")
    except ValueError:
        logging.getLogger("tokmetrics.part").exception("two\nlines")
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["level"], found["logger"], found["message"]) == (
        "error",
        "tokmetrics.part",
        "two\nlines",
    )
    assert "ValueError: invalid literal" in found["exception"]
    assert found["time"].endswith("Z")


def test_less_severe_lines_are_left_out() -> None:
    stream = io.StringIO()
    logs.configure("warning", "text", stream)
    logging.getLogger("tokmetrics.part").info("quiet")
    assert stream.getvalue() == ""


def test_the_http_clients_lines_with_addresses_stay_out_even_at_debug() -> None:
    stream = io.StringIO()
    logs.configure("debug", "text", stream)
    logging.getLogger("httpx2").info("GET https://example.com/secret-id")
    assert stream.getvalue() == ""


FORGED = "a\n2026 ERROR forged\r\x1b[2J\u2028\u202eb\ud800"


def test_no_message_makes_a_second_line_of_text() -> None:
    stream = io.StringIO()
    logs.configure("info", "text", stream)
    logging.getLogger("tokmetrics.part").info("%s", FORGED)
    (line,) = stream.getvalue().splitlines()
    assert line.endswith(r": a\n2026 ERROR forged\r\x1b[2J\u2028\u202eb\ud800")


def fail() -> None:
    raise ValueError(FORGED)


def test_the_lines_of_a_traceback_cannot_be_taken_for_others() -> None:
    stream = io.StringIO()
    logs.configure("info", "text", stream)
    try:
        fail()
    except ValueError:
        logging.getLogger("tokmetrics.part").exception("broken")
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("ERROR   tokmetrics.part: broken")
    assert all(line.startswith("    ") for line in rest)
    assert "forged" in rest[-1]


def test_a_json_line_is_whole_whatever_is_in_it_and_has_its_facts_as_fields() -> None:
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    logging.getLogger("tokmetrics.part").info("%s", FORGED, extra={logs.FACTS: {"tool": FORGED}})
    (line,) = stream.getvalue().splitlines()
    assert line.isascii()
    found = json.loads(line)
    assert found["message"] == FORGED
    assert found[logs.FACTS] == {"tool": FORGED}


@pytest.mark.parametrize(
    "name", ["mcp.server.streamable_http_manager", "mcp.server.streamable_http", "uvicorn.error"]
)
def test_lines_with_names_of_sessions_stay_out(name: str) -> None:
    stream = io.StringIO()
    logs.configure("info", "text", stream)
    logging.getLogger(name).info("Created new transport with session ID: secret")
    assert stream.getvalue() == ""
