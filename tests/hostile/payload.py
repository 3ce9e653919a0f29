"""Answers of both upstreams in which every text and some keys are hostile."""

import json
from itertools import cycle

import httpx2
from pydantic import JsonValue

from tests.faults.upstream import Respond

_TEXTS = (
    "description", "caption", "bio", "nickname", "title", "author", "music_title", "name",
    "display_name", "profile_picture_url", "url", "niche", "region", "creator_score", "note",
    "warnings", "basis", "reason", "content_type", "platform", "status", "last_updated",
    "posted_at", "upload_date", "scraped_at", "next_refresh_at", "estimated_sponsorship_value",
    "bestTime", "message", "value", "tag", "hashtag", "dry_run_notice",
)  # fmt: skip
_FIGURES = ("plays", "views", "likes", "followers", "followers_count", "total_views")


def hostile_object(texts: list[str], *, nested: bool = True) -> dict[str, JsonValue]:
    """An object with many fields that tools know; `texts` are dealt out among them."""
    deal = cycle(texts)
    made: dict[str, JsonValue] = {name: next(deal) for name in _TEXTS}
    made |= dict.fromkeys(_FIGURES, 12_345)
    made |= {"id": next(deal), "account_id": next(deal), "video_id": next(deal)}
    made["username"] = next(deal)
    made["hashtags"] = [next(deal), {"tag": next(deal)}]
    made["can_refresh"] = next(deal)
    made["monthly_quota"] = {"limit": next(deal), "used": 3, "note": next(deal)}
    made[next(deal)] = next(deal)
    if nested:
        for name in ("creator", "music", "sound", "top_hashtags", "metrics", "stats"):
            made[name] = hostile_object(texts[1:] + texts[:1], nested=False)
    return made


def hostile_answers(texts: list[str], *, rows: bool, beside: bool) -> Respond:
    """Successes; `beside` adds hostile text around the data as well."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        made = hostile_object(texts)
        data: JsonValue = [made, made, hostile_object(texts[::-1])] if rows else made
        body: dict[str, JsonValue] = {"data": data}
        if beside:
            body["pagination"] = {"page": 1, "total": texts[0], "has_more": texts[0]}
            body["meta"] = {"source": texts[0], "request_id": texts[-1], "as_of": texts[0]}
            body[texts[0]] = texts[-1]
        return httpx2.Response(200, content=json.dumps(body).encode(), request=request)

    return respond


def hostile_errors(text: str) -> Respond:
    """Failures that say nothing but `text`."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        details = {"next_refresh_at": text, "hours_remaining": text, text: text}
        error = {"code": text, "message": text, "docs": text, "details": details}
        body = {"error": error, "meta": {"request_id": text, "source": text}, text: text}
        return httpx2.Response(400, content=json.dumps(body).encode(), request=request)

    return respond
