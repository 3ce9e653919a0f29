"""What users ask, with the answers as they follow from the world's own figures.

Nothing here was copied from an answer: the comments show the reckoning.
"""

from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from tests.hosts.calls import ACCOUNT
from tests.hosts.reading import (
    Reader,
    at,
    difference,
    each,
    is_true,
    largest,
    row,
    says,
)
from tests.hosts.scenes import EARLIER_FOLLOWERS
from tests.tools.world import BRANDS, LENAS, SOUND


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the answer of one call."""

    text: str
    call: str
    reader: Reader
    expected: JsonValue


_DATA: Final = at("data")
_COMPARED: Final = at("data", "creators")
_ERROR: Final = ("error",)
_RESULT: Final = ("data", "results", 0)
_OBSERVED: Final = "2026-03-01T00:00:00Z"
_SIX_HOURS: Final = 21_600

ACCOUNTS: Final = [
    Question(
        "Which account id belongs to brand.house?",
        "accounts",
        row(_DATA, "username", "brand.house", at("account_id")),
        ACCOUNT,
    ),
    Question(
        "How many followers does my account have?",
        "analytics",
        at("data", "followers_count"),
        12_400,
    ),
    Question(
        "What is my engagement rate in percent?",
        "analytics",
        at("data", "average_engagement_rate"),
        3.65,  # 500 + 1,000 + 400 likes of 10,000 + 40,000 + 2,000 views
    ),
    Question(
        "How current is this, and where from?",
        "analytics",
        each(
            at("provenance", "api"),
            at("provenance", "mode"),
            at("provenance", "as_of"),
            at("provenance", "age_seconds"),
        ),
        ["tokportal", "local", _OBSERVED, _SIX_HOURS],
    ),
    Question("Is my figure generated?", "analytics", is_true(at("provenance", "synthetic")), False),
    Question("May the account be refreshed?", "availability", at("data", "can_refresh"), True),
    Question(
        "How many refreshes are left this month?",
        "availability",
        difference(at("quota", "limit"), at("quota", "used")),
        500,
    ),
    Question(
        "How have my followers grown?",
        "history",
        each(at("data", "change", "absolute"), at("data", "change", "days")),
        [12_400 - EARLIER_FOLLOWERS, 10],
    ),
    Question(
        "Which of my videos did best?",
        "own videos",
        largest(_DATA, "views", at("description")),
        BRANDS[1].description,
    ),
    Question(
        "What call gets the next page of my videos?",
        "own videos",
        at("next"),
        {
            "tool": "listAccountVideoAnalytics",
            "arguments": {"account_id": ACCOUNT, "sort_by": "views", "per_page": 2, "page": 2},
        },
    ),
    Question(
        "What share of the viewers reacted to the newest video?",
        "own video",
        at("data", "engagement_rate"),
        20,  # percent: 400 likes of 2,000 views
    ),
]

REFRESHES: Final = [
    Question(
        "Was anything refreshed by the rehearsal?",
        "rehearsal",
        each(at("data", "dry_run"), at("data", "outcome")),
        [True, "simulated"],
    ),
    Question("Is the refresh finished?", "pending", at(*_RESULT, "outcome"), "pending"),
    Question(
        "In how many seconds should I come back?",
        "pending",
        at(*_RESULT, "check_after_seconds"),
        45,  # nothing is learned yet: EngineRules.usual_duration
    ),
    Question(
        "What call brings the result?",
        "pending",
        at("next"),
        {
            "tool": "refreshAccountAnalyticsAndWait",
            "arguments": {
                "account_ids": [ACCOUNT],
                "wait_seconds": 0,
                "max_age_hours": 1,
                "max_refreshes": 0,  # it joins, and begins nothing
            },
        },
    ),
    Question(
        "What was known before the refresh, and when?",
        "pending",
        each(at(*_RESULT, "analytics", "followers_count"), at(*_RESULT, "as_of")),
        [12_400, _OBSERVED],
    ),
    Question("Are these figures generated?", "pending", at("provenance", "synthetic"), True),
    Question(
        "Did asking again spend another refresh?",
        "joined",
        each(at("data", "joined"), at("data", "outcome")),
        [True, "pending"],
    ),
    Question(
        "Is the refresh finished now, and how new are the figures?",
        "refreshed",
        each(at(*_RESULT, "outcome"), at(*_RESULT, "as_of"), at(*_RESULT, "age_seconds")),
        ["refreshed", "2026-03-01T06:00:20Z", 5],
    ),
    Question(
        "What did it cost, and what is left?",
        "refreshed",
        each(at("data", "spent"), difference(at("quota", "limit"), at("quota", "used"))),
        [1, 499],
    ),
    Question(
        "When can the account be refreshed again?",
        "cooldown",
        each(at("data", "outcome"), at("data", "available_at")),
        ["cooldown", "2026-03-03T06:00:00Z"],  # 48 hours after the first one
    ),
    Question(
        "How old are the figures that I get instead?",
        "cooldown",
        each(at("data", "as_of"), at("data", "age_seconds")),
        ["2026-03-01T06:00:20Z", 5],
    ),
    Question(
        "How long does the cooldown last?",
        "cooling",
        each(
            at("data", "can_refresh"), at("data", "next_refresh_at"), at("data", "hours_remaining")
        ),
        [False, "2026-03-03T06:00:00Z", 48],
    ),
    Question(
        "When are there refreshes again?",
        "no quota",
        each(at("data", "outcome"), at("data", "available_at")),
        ["quota_exhausted", "2026-04-01T00:00:00Z"],
    ),
]

CREATORS: Final = [
    Question(
        "Who has more followers?",
        "search",
        each(
            largest(_DATA, "followers", at("username")),
            largest(_DATA, "followers", at("followers")),
        ),
        ["lena.lifts", 200_000],
    ),
    Question("How many creators match in all?", "first page", at("pagination", "total"), 2),
    Question(
        "What call gets the next creators?",
        "first page",
        at("next"),
        {"tool": "searchTikTokCreators", "arguments": {"q": "fitness", "limit": 1, "page": 2}},
    ),
    Question(
        "On how many videos do the creator's rates rest?",
        "creator",
        at("data", "metrics", "videos_tracked"),
        len(LENAS),
    ),
    Question(
        "Is an unknown number of likes given as none?",
        "little known",
        at("data", "total_likes"),
        None,
    ),
    Question("How many videos are tracked?", "creator videos", at("pagination", "total"), 5),
    Question(
        "What is the average engagement in percent?",
        "creator videos",
        at("data", 0, "engagement_rate"),
        10,  # 2,000 likes of 20,000 views, each of the five alike
    ),
    Question(
        "Which hashtag is used most?",
        "top content",
        each(at("data", "top_hashtags", 0, "name"), at("data", "top_hashtags", 0, "count")),
        ["fitness", 5],
    ),
]

MARKET: Final = [
    Question(
        "Who engages more, Lena or Marco?",
        "comparison",
        each(
            at("data", "comparison", "engagement_rate", "best"),
            row(_COMPARED, "username", "lena.lifts", at("metrics", "engagement_rate")),
            row(_COMPARED, "username", "marco.moves", at("metrics", "engagement_rate")),
        ),
        ["marco.moves", 5, 10],  # percent
    ),
    Question("Who could not be compared?", "comparison", at("data", "not_found"), ["nobody.known"]),
    Question(
        "Were they seen at the same time?",
        "comparison",
        each(
            row(_COMPARED, "username", "lena.lifts", at("last_updated")),
            row(_COMPARED, "username", "marco.moves", at("last_updated")),
            at("provenance", "as_of"),
        ),
        [_OBSERVED, "2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z"],
    ),
    Question(
        "What is the sample size of this benchmark, and is it enough?",
        "niche",
        each(at("data", "metrics", "engagement_rate", "n"), at("data", "low_sample")),
        [2, True],
    ),
    Question(
        "What is a usual engagement rate in the niche?",
        "niche",
        at("data", "metrics", "engagement_rate", "p50"),
        7.5,  # between 5 and 10 percent
    ),
    Question(
        "How much of the budget is left?",
        "plan",
        difference(difference(at("data", "budget"), at("data", "spent")), at("data", "remaining")),
        0,
    ),
    Question(
        "In which currency, and are these offers?",
        "plan",
        each(at("data", "currency"), says(at("data", "warnings"), "estimates", "not offers")),
        ["USD", True],
    ),
    Question(
        "How many creators and videos does the market hold?",
        "coverage",
        each(at("data", "creators"), at("data", "videos")),
        [5, 16],  # one creator without a video; 5 + 5 + 3 + 3 videos
    ),
]

PUBLIC: Final = [
    Question(
        "Who made the most viewed video?",
        "videos",
        largest(_DATA, "plays", at("creator", "username")),
        "lena.lifts",
    ),
    Question("Is that all there is?", "videos", at("pagination", "has_more"), False),
    Question("Is the total capped?", "capped total", at("pagination", "total_is_capped"), True),
    Question("Are these live figures?", "capped total", at("provenance", "mode"), "live"),
    Question(
        "When was this asked, as the API says no age?",
        "capped total",
        each(at("provenance", "as_of"), says(at("provenance", "fetched_at"), "T", "Z")),
        [None, True],
    ),
    Question(
        "How many likes per hundred views has the video, and when was it posted?",
        "video",
        each(at("data", "engagement_rate"), at("data", "posted_at")),
        [5, "2026-02-28T00:00:00Z"],
    ),
    Question(
        "Which video trends most?",
        "trending videos",
        row(_DATA, "rank", 1, at("video_id")),
        LENAS[0].video_id,  # as many views as the others of Lena, in the shortest time
    ),
    Question(
        "How large is the hashtag?",
        "hashtags",
        row(_DATA, "name", "fitness", each(at("video_count"), at("view_count"))),
        [10, 600_000],  # 5 x 100,000 + 5 x 20,000
    ),
    Question(
        "What is left out of the hashtag's answer?",
        "hashtag",
        says(at("notes"), "top_videos 5 of 10", "detail=full"),
        True,
    ),
    Question(
        "Which hashtag trends most?",
        "trending hashtags",
        row(_DATA, "rank", 1, at("name")),
        "fitness",
    ),
    Question(
        "Which id has the sound?",
        "sounds",
        row(_DATA, "title", SOUND.title, at("music_id")),
        SOUND.music_id,
    ),
    Question(
        "How many videos use the sound, and how often were they seen?",
        "sound",
        each(at("data", "user_count"), at("data", "view_count")),
        [16, 658_000],  # 500,000 + 100,000 + 6,000 + 52,000
    ),
    Question(
        "Which sound trends most?",
        "trending sounds",
        row(_DATA, "rank", 1, at("title")),
        SOUND.title,
    ),
]

ERRORS: Final = [
    Question(
        "The account is unknown: what now?",
        "unknown account",
        each(at(*_ERROR, "code"), says(at(*_ERROR, "do_next"), "listAccounts")),
        ["NOT_FOUND_ACCOUNT", True],
    ),
    Question(
        "The creator is unknown: what now, and does repeating help?",
        "unknown creator",
        each(says(at(*_ERROR, "do_next"), "searchTikTokCreators"), at(*_ERROR, "retryable")),
        [True, False],
    ),
    Question(
        "Which argument was mistyped?",
        "typing error",
        each(at(*_ERROR, "parameter"), says(at(*_ERROR, "allowed"), "limit")),
        ["limit", True],
    ),
    Question(
        "How long to wait before the next try?",
        "too fast",
        each(at(*_ERROR, "retryable"), at(*_ERROR, "retry_after_seconds")),
        [True, 30],
    ),
    Question(
        "Which setting is wrong, and who can put it right?",
        "no entry",
        each(
            says(at(*_ERROR, "message"), "TOKPORTAL_API_KEY"),
            says(at(*_ERROR, "do_next"), "operator"),
        ),
        [True, True],
    ),
]

QUESTIONS: Final = [*ACCOUNTS, *REFRESHES, *CREATORS, *MARKET, *PUBLIC, *ERRORS]
