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
