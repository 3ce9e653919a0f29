"""Looks into the body of a request before it is passed on whole."""

import json
from dataclasses import dataclass
from typing import Self, cast

from starlette.types import Message, Receive


class BodyTooLargeError(Exception):
    """The body is longer than what is looked into."""


@dataclass(slots=True)
class Peeked:
    """A body that was read, for whoever reads it next.

    Attributes:
        body: All of it, as far as the client sent it.
        then: Where what comes after the body is read.
        last: What came in place of the rest, if the client left.
    """

    body: bytes
    then: Receive
    last: Message | None = None
    is_given: bool = False

    @classmethod
    async def of(cls, receive: Receive, most: int) -> Self:
        """Read a body.

        Raises:
            BodyTooLargeError: It has more than `most` bytes.
        """
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return cls(bytes(body), receive, message)
            body += cast("bytes", message.get("body", b""))
            if len(body) > most:
                raise BodyTooLargeError
            if not message.get("more_body"):
                return cls(bytes(body), receive)

    async def receive(self) -> Message:
        """Give the body once, and then what the client sends."""
        if not self.is_given:
            self.is_given = True
            more = self.last is not None
            return {"type": "http.request", "body": self.body, "more_body": more}
        if self.last is not None:
            return self.last
        return await self.then()


def called_tools(body: bytes) -> frozenset[str]:
    """Return the names of the tools that a body calls; of one that is no JSON, none.

    Any message of a batch counts. Who reads the body later refuses what is no message.
    """
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        return frozenset()
    messages = cast("list[object]", document) if isinstance(document, list) else [document]
    return frozenset(name for message in messages for name in _called(message))


def _called(message: object) -> list[str]:
    if not isinstance(message, dict):
        return []
    row = cast("dict[str, object]", message)
    params = row.get("params")
    if row.get("method") != "tools/call" or not isinstance(params, dict):
        return []
    name = cast("dict[str, object]", params).get("name")
    return [name] if isinstance(name, str) else []
