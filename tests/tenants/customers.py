"""Both APIs for several customers, told apart by their keys. Everything in them is invented.

All have the account `acc_1` and the same names of things, but each value holds the customer's word,
so that whatever one of them sees of another can be seen.
"""

from dataclasses import dataclass, field

import httpx2
from pydantic import JsonValue

Json = dict[str, JsonValue]

KEYS = {
    "sk_acme": "walrus",
    "tk_acme": "walrus",
    "sk_globex": "ostrich",
    "tk_globex": "ostrich",
    "sk_own": "badger",
    "tk_own": "badger",
}
"""The word of each customer, by key."""
COLLECTED = "2026-02-28T09:00:00Z"
AGAIN = "2026-03-01T12:00:30Z"
"""When the figures of a refresh were collected."""


@dataclass
class Customers(httpx2.AsyncBaseTransport):
    """In place of the network; remembers every request."""

    requests: list[httpx2.Request] = field(default_factory=list[httpx2.Request])
    collected: dict[str, str] = field(default_factory=dict[str, str])
    is_pending: bool = False
    """Whether a refresh that was asked for takes forever."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer by the key of the request."""
        self.requests.append(request)
        headers = request.headers
        key = headers.get("x-api-key") or headers.get("x-toklytics-key") or ""
        word = KEYS.get(key)
        if word is None:
            return httpx2.Response(401, json={"error": {"code": "UNAUTHORIZED", "message": "no"}})
        if "toklytics" in request.url.host:
            return httpx2.Response(200, json={"success": True, "data": self._market(request, word)})
        return httpx2.Response(200, json={"data": self._own(request, word)})

    @property
    def posts(self) -> list[str]:
        """The key of every refresh that was asked for."""
        return [one.headers["x-api-key"] for one in self.requests if one.method == "POST"]

    def _own(self, request: httpx2.Request, word: str) -> JsonValue:
        path = request.url.path
        account_id = "acc_2" if "/acc_2/" in path else "acc_1"
        if request.method == "POST":
            if not self.is_pending:
                self.collected[word] = AGAIN
            return {"status": "queued", "account_id": account_id, "message": word}
        seen = self.collected.get(word, COLLECTED)
        if path.endswith("/accounts"):
            return [{"id": "acc_1", "username": f"brand.{word}", "platform": "tiktok"}]
        if path.endswith("/can-refresh"):
            quota: Json = {"limit": 500, "used": 1, "remaining": 499}
            return {"account_id": account_id, "can_refresh": True, "monthly_quota": quota}
        if path.endswith("/videos"):
            return [{"id": "va_1", "description": f"clip {word}", "scraped_at": seen}]
        if "/videos/" in path:
            return {"id": "va_1", "description": f"clip {word}", "scraped_at": seen}
        return {
            "account_id": account_id,
            "followers_count": 1000 + len(word),
            "scraped_at": seen,
            "nickname": word,
        }

    def _market(self, request: httpx2.Request, word: str) -> JsonValue:
        path = request.url.path
        row: Json = {
            "username": f"creator.{word}",
            "tag": f"tag{word}",
            "name": f"tag{word}",
            "niche": f"niche{word}",
            "title": word,
            "description": f"caption {word}",
        }
        is_list = path.endswith(("/search", "/trending", "/videos", "/compare"))
        return [row] if is_list else row
