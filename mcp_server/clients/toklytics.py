"""Toklytics' API: the market as its extension users saw it.

The key is optional. What is not tracked is a `NotFoundError`, whether or not it exists on TikTok.
Every method raises `InvalidArgumentError` for arguments that cannot work, and what
`ApiTransport.send` raises. Only parameters of the contract are ever sent.
"""

from collections.abc import Sequence
from typing import Final, get_args

from pydantic import SecretStr

from mcp_server.clients.arguments import (
    amount,
    compared_usernames,
    one_of,
    optional_count,
    ordered,
    public_name,
    required_text,
    text_or_none,
    whole_number,
)
from mcp_server.clients.call import Call, Param, Upstream
from mcp_server.clients.reply import Reply
from mcp_server.clients.toklytics_body import read_object, read_rows
from mcp_server.clients.transport import Sender
from mcp_server.errors import ErrorCode
from mcp_server.models.account import SortOrder
from mcp_server.models.creator import (
    Creator,
    CreatorAnalytics,
    CreatorSort,
    CreatorTopContent,
)
from mcp_server.models.hashtag import Hashtag, HashtagDetails, HashtagSort, TrendingHashtag
from mcp_server.models.market import CampaignPlan, CreatorComparison, NicheReport, PlatformStats
from mcp_server.models.sound import Sound, SoundDetails, SoundSort, TrendingSound
from mcp_server.models.video import (
    ContentType,
    CreatorVideo,
    CreatorVideoSort,
    Duration,
    FoundVideo,
    TrendingPeriod,
    TrendingVideo,
    VideoDetails,
    VideoSearchSort,
)

KEY_VARIABLE: Final = "TOKLYTICS_API_KEY"
MOST_ROWS: Final = 50
"""The contract's limit for the creator search, and our own for the operations without one."""


def toklytics_upstream(base_url: str, key: SecretStr | None) -> Upstream:
    """Describe Toklytics at an address."""
    return Upstream(
        api="Toklytics",
        base_url=base_url,
        key_header="X-Toklytics-Key",
        key=key,
        key_variable=KEY_VARIABLE,
    )


class ToklyticsClient:
    """One method per operation of Toklytics."""

    def __init__(self, transport: Sender) -> None:
        self._transport = transport

    async def search_creators(
        self,
        *,
        q: str | None = None,
        min_followers: int | None = None,
        max_followers: int | None = None,
        verified: bool | None = None,
        region: str | None = None,
        sort: CreatorSort | None = None,
        order: SortOrder | None = None,
        page: int = 1,
        limit: int = 20,
    ) -> Reply[list[Creator]]:
        """`GET /creators/search`; the region is sent as given, such as US or UK."""
        params: dict[str, Param] = {
            "q": text_or_none(q),
            **_followers(min_followers, max_followers),
            "verified": verified,
            "region": text_or_none(region),
            "sort": one_of(sort, "sort", get_args(CreatorSort)),
            "order": one_of(order, "order", get_args(SortOrder)),
            **_page(page, limit),
        }
        call = Call("/creators/search", params=params)
        return await self._transport.send(call, read_rows(Creator, specified=True))

    async def get_creator(self, username: str) -> Reply[CreatorAnalytics]:
        """`GET /creators/{username}`."""
        call = _creator(username)
        return await self._transport.send(call, read_object(CreatorAnalytics, specified=True))

    async def get_creator_videos(
        self,
        username: str,
        *,
        sort: CreatorVideoSort | None = None,
        min_views: int | None = None,
        hashtag: str | None = None,
        page: int = 1,
        limit: int = 20,
    ) -> Reply[list[CreatorVideo]]:
        """`GET /creators/{username}/videos`."""
        params: dict[str, Param] = {
            "sort": one_of(sort, "sort", get_args(CreatorVideoSort)),
            "min_views": optional_count(min_views, "min_views"),
            "hashtag": text_or_none(hashtag, "#"),
            **_page(page, limit),
        }
        return await self._transport.send(
            _creator(username, "/videos", params), read_rows(CreatorVideo)
        )

    async def get_creator_top_content(self, username: str) -> Reply[CreatorTopContent]:
        """`GET /creators/{username}/top-content`."""
        call = _creator(username, "/top-content")
        return await self._transport.send(call, read_object(CreatorTopContent))

    async def search_videos(
        self,
        *,
        q: str | None = None,
        hashtag: str | None = None,
        creator: str | None = None,
        min_views: int | None = None,
        duration: Duration | None = None,
        content_type: ContentType | None = None,
        sort: VideoSearchSort | None = None,
        page: int = 1,
        limit: int = 20,
    ) -> Reply[list[FoundVideo]]:
        """`GET /videos/search`."""
        params: dict[str, Param] = {
            "q": text_or_none(q),
            "hashtag": text_or_none(hashtag, "#"),
            "creator": text_or_none(creator, "@"),
            "min_views": optional_count(min_views, "min_views"),
            "duration": one_of(duration, "duration", get_args(Duration)),
            "content_type": one_of(content_type, "content_type", get_args(ContentType)),
            "sort": one_of(sort, "sort", get_args(VideoSearchSort)),
            **_page(page, limit),
        }
        return await self._transport.send(
            Call("/videos/search", params=params), read_rows(FoundVideo)
        )

    async def get_video(self, video_id: str) -> Reply[VideoDetails]:
        """`GET /videos/{videoId}`; the id stays text, as it has more digits than a float."""
        path = f"/videos/{public_name(video_id, 'video_id', marks='')}"
        call = Call(path, ErrorCode.NOT_FOUND_VIDEO)
        return await self._transport.send(call, read_object(VideoDetails))

    async def trending_videos(
        self, *, period: TrendingPeriod = "7d", limit: int = 20
    ) -> Reply[list[TrendingVideo]]:
        """`GET /videos/trending`; has no pages."""
        params: dict[str, Param] = {
            "period": one_of(period, "period", get_args(TrendingPeriod)),
            "limit": _limit(limit),
        }
        call = Call("/videos/trending", params=params)
        return await self._transport.send(call, read_rows(TrendingVideo))

    async def search_hashtags(
        self,
        *,
        q: str | None = None,
        sort: HashtagSort | None = None,
        page: int = 1,
        limit: int = 20,
    ) -> Reply[list[Hashtag]]:
        """`GET /hashtags/search`."""
        params: dict[str, Param] = {
            "q": text_or_none(q, "#"),
            "sort": one_of(sort, "sort", get_args(HashtagSort)),
            **_page(page, limit),
        }
        return await self._transport.send(
            Call("/hashtags/search", params=params), read_rows(Hashtag)
        )

    async def get_hashtag(self, tag: str) -> Reply[HashtagDetails]:
        """`GET /hashtags/{tag}`; a 404 is not declared there, but handled."""
        path = f"/hashtags/{public_name(tag, 'tag', marks='#')}"
        call = Call(path, ErrorCode.NOT_FOUND_HASHTAG)
        return await self._transport.send(call, read_object(HashtagDetails))

    async def trending_hashtags(self, *, limit: int = 20) -> Reply[list[TrendingHashtag]]:
        """`GET /hashtags/trending`; has no pages."""
        call = Call("/hashtags/trending", params={"limit": _limit(limit)})
        return await self._transport.send(call, read_rows(TrendingHashtag))

    async def search_sounds(
        self,
        *,
        q: str | None = None,
        sort: SoundSort | None = None,
        page: int = 1,
        limit: int = 20,
    ) -> Reply[list[Sound]]:
        """`GET /sounds/search`."""
        params: dict[str, Param] = {
            "q": text_or_none(q),
            "sort": one_of(sort, "sort", get_args(SoundSort)),
            **_page(page, limit),
        }
        return await self._transport.send(Call("/sounds/search", params=params), read_rows(Sound))

    async def get_sound(self, music_id: str) -> Reply[SoundDetails]:
        """`GET /sounds/{musicId}`."""
        path = f"/sounds/{public_name(music_id, 'music_id', marks='')}"
        call = Call(path, ErrorCode.NOT_FOUND_SOUND)
        return await self._transport.send(call, read_object(SoundDetails))

    async def trending_sounds(self, *, limit: int = 20) -> Reply[list[TrendingSound]]:
        """`GET /sounds/trending`; has no pages."""
        call = Call("/sounds/trending", params={"limit": _limit(limit)})
        return await self._transport.send(call, read_rows(TrendingSound))

    async def platform_stats(self) -> Reply[PlatformStats]:
        """`GET /analytics/platform-stats`."""
        call = Call("/analytics/platform-stats")
        return await self._transport.send(call, read_object(PlatformStats))

    async def compare_creators(self, usernames: Sequence[str]) -> Reply[CreatorComparison]:
        """`GET /analytics/creator-comparison`.

        Args:
            usernames: 2 to 10 different names; case and a leading `@` make no difference.
        """
        params: dict[str, Param] = {"usernames": ",".join(compared_usernames(usernames))}
        call = Call("/analytics/creator-comparison", ErrorCode.NOT_FOUND_CREATOR, params)
        return await self._transport.send(
            call, read_object(CreatorComparison, rows_field="creators")
        )

    async def niche_report(
        self, niche: str, *, min_followers: int = 10_000, max_followers: int | None = None
    ) -> Reply[NicheReport]:
        """`GET /analytics/niche-report`."""
        params: dict[str, Param] = {
            "niche": required_text(niche, "niche"),
            **_followers(min_followers, max_followers),
        }
        call = Call("/analytics/niche-report", ErrorCode.NOT_FOUND_NICHE, params)
        return await self._transport.send(call, read_object(NicheReport))

    async def plan_campaign(
        self,
        budget: float,
        niche: str,
        *,
        min_engagement_rate: float = 3,
        region: str | None = None,
    ) -> Reply[CampaignPlan]:
        """`GET /analytics/campaign-planner`.

        Args:
            budget: US dollars, greater than 0.
            niche: A niche or category word.
            min_engagement_rate: Percent.
            region: Sent as given, such as US or UK.
        """
        params: dict[str, Param] = {
            "budget": amount(budget, "budget", above=0),
            "niche": required_text(niche, "niche"),
            "min_engagement_rate": amount(min_engagement_rate, "min_engagement_rate"),
            "region": text_or_none(region),
        }
        call = Call("/analytics/campaign-planner", ErrorCode.NOT_FOUND_NICHE, params)
        return await self._transport.send(call, read_object(CampaignPlan, rows_field="roster"))


def _creator(username: str, rest: str = "", params: dict[str, Param] | None = None) -> Call:
    path = f"/creators/{public_name(username, 'username', marks='@')}{rest}"
    return Call(path, ErrorCode.NOT_FOUND_CREATOR, params or {})


def _followers(low: int | None, high: int | None) -> dict[str, Param]:
    optional_count(low, "min_followers")
    optional_count(high, "max_followers")
    ordered(low, high, "min_followers", "max_followers")
    return {"min_followers": low, "max_followers": high}


def _page(page: int, limit: int) -> dict[str, Param]:
    return {"page": whole_number(page, "page", least=1), "limit": _limit(limit)}


def _limit(limit: int) -> int:
    return whole_number(limit, "limit", least=1, most=MOST_ROWS)
