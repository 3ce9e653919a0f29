"""A stream ends with the token that opened it; a body is looked into up to a length."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from starlette.types import Message, Receive, Scope, Send

from mcp_server.auth.authority import Authority
from mcp_server.auth.gate import Doors, Gate
from mcp_server.auth.identity import Identity
from mcp_server.auth.identity import Scope as Right
from mcp_server.auth.refusal import RefusedError
from mcp_server.auth.tokens import Entry, hash_line, read_hash

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "tokm_short"
DOORS = Doors(frozenset(), None, frozenset(), 1000, {"read": "read", "refresh": "refresh"})


class Streaming:
    """An app that begins to answer and goes on for ever."""

    def __init__(self) -> None:
        self.was_cancelled = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] == "lifespan":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"1", "more_body": True})
        try:
            await anyio.sleep_forever()
        except anyio.get_cancelled_exc_class():
            self.was_cancelled = True
            raise


def gate(app: Streaming, left: timedelta | None, *rights: Right) -> Gate:
    expires = None if left is None else NOW + left
    scopes = frozenset(rights or ("read", "refresh"))
    identity = Identity("short", ("token", "short"), scopes, expires_at=expires)
    entries = [Entry(read_hash(hash_line(TOKEN)), identity)]
    return Gate(app, Authority(lambda: entries, None, lambda: NOW), DOORS, lambda: NOW)


def request(method: str, **headers: str) -> Scope:
    listed = [(b"authorization", f"Bearer {TOKEN}".encode())]
    listed += [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {"type": "http", "method": method, "path": "/mcp", "headers": listed}


async def nothing() -> Message:
    await anyio.sleep_forever()
    raise AssertionError


@pytest.mark.parametrize(
    ("method", "headers"), [("GET", {}), ("POST", {"mcp_method": "subscriptions/listen"})]
)
async def test_a_stream_is_ended_in_order_when_its_token_expires(
    method: str, headers: Mapping[str, str]
) -> None:
    app, sent = Streaming(), list[Message]()

    async def send(message: Message) -> None:
        sent.append(message)

    with anyio.fail_after(5):
        await gate(app, timedelta(milliseconds=1))(request(method, **headers), nothing, send)
    assert app.was_cancelled
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


@pytest.mark.parametrize(("method", "left"), [("POST", timedelta(milliseconds=1)), ("GET", None)])
async def test_a_call_is_not_cut_off_and_a_lasting_token_ends_nothing(
    method: str, left: timedelta | None
) -> None:
    app = Streaming()

    async def send(message: Message) -> None:
        del message

    with anyio.move_on_after(0.05) as patience:
        await gate(app, left)(request(method), nothing, send)
    assert patience.cancelled_caught


@dataclass
class Issuing:
    """Says at every look what comes next, and the last of it for ever."""

    answers: list[Identity | RefusedError]

    def may_be(self, token: str) -> bool:
        return token == TOKEN

    async def identify(self, token: str) -> Identity:
        del token
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, RefusedError):
            raise answer
        return answer


CALLER = Identity("short", ("token", "short"), frozenset({"read", "refresh"}))
AWAY = RefusedError.unavailable("Away.", 1)


@pytest.mark.parametrize(
    "then", [RefusedError.bad_token(), replace(CALLER, scopes=frozenset({"read"}))]
)
@pytest.mark.parametrize("meanwhile", [[], [CALLER], [AWAY, CALLER, AWAY]])
async def test_a_stream_ends_when_its_token_is_taken_back_or_changed(
    meanwhile: list[Identity | RefusedError], then: Identity | RefusedError
) -> None:
    app, sent = Streaming(), list[Message]()
    issuing = Issuing([CALLER, *meanwhile, then])

    async def send(message: Message) -> None:
        sent.append(message)

    authority = Authority(list, issuing, lambda: NOW)
    guarded = Gate(app, authority, DOORS, lambda: NOW, look_seconds=0.001)
    with anyio.fail_after(5):
        await guarded(request("GET"), nothing, send)
    assert app.was_cancelled
    assert issuing.answers == [then]
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_an_issuer_that_is_away_ends_no_stream() -> None:
    app, issuing = Streaming(), Issuing([CALLER, AWAY])

    async def send(message: Message) -> None:
        del message

    authority = Authority(list, issuing, lambda: NOW)
    guarded = Gate(app, authority, DOORS, lambda: NOW, look_seconds=0.001)
    with anyio.move_on_after(0.05) as patience:
        await guarded(request("GET"), nothing, send)
    assert patience.cancelled_caught


async def test_a_stream_that_ends_by_itself_is_over() -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 405, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Message) -> None:
        sent.append(message)

    guarded = Gate(app, Authority(list, Issuing([CALLER]), lambda: NOW), DOORS, lambda: NOW)
    with anyio.fail_after(5):
        await guarded(request("GET"), nothing, send)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


async def test_a_websocket_is_closed_and_the_lifespan_goes_on() -> None:
    app, sent = Streaming(), list[Message]()

    async def send(message: Message) -> None:
        sent.append(message)

    guarded = gate(app, None)
    await guarded({"type": "websocket", "path": "/mcp", "headers": []}, nothing, send)
    await guarded({"type": "lifespan"}, nothing, send)
    assert sent == [{"type": "websocket.close"}]


async def test_a_body_that_is_too_long_to_look_into_is_refused() -> None:
    app, sent = Streaming(), list[Message]()

    async def send(message: Message) -> None:
        sent.append(message)

    async def body() -> Message:
        return {"type": "http.request", "body": b"x" * 600, "more_body": True}

    await gate(app, None, "read")(request("POST"), body, send)
    assert sent[0]["status"] == 413


@pytest.mark.parametrize(
    ("answer", "headers", "reason"),
    [
        (CALLER, [], "no_token"),
        (RefusedError.bad_token(), [(b"authorization", b"Bearer tokm_short")], "invalid_token"),
        (AWAY, [(b"authorization", b"Bearer tokm_short")], "issuer_unavailable"),
    ],
)
async def test_who_is_not_let_in_is_counted_by_reason(
    answer: Identity | RefusedError, headers: list[tuple[bytes, bytes]], reason: str
) -> None:
    reasons: list[str] = []

    async def send(message: Message) -> None:
        del message

    authority = Authority(list, Issuing([answer]), lambda: NOW)
    guarded = Gate(Streaming(), authority, DOORS, lambda: NOW, told=reasons.append)
    scope: Scope = {"type": "http", "method": "GET", "path": "/mcp", "headers": headers}
    await guarded(scope, nothing, send)
    assert reasons == [reason]
