"""`searchTikTokSounds`: find sounds by title or author."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.sound import Sound, SoundSort
from tools.params import Limit, Page, Query

_CONCISE = view("music_id", "title", "author", "original", "user_count", "view_count", "last_used")


@tool("searchTikTokSounds", "Search sounds", Effect.READ, concise=_CONCISE)
async def search_tiktok_sounds(
    deps: Deps,
    *,
    q: Annotated[Query, Field(description="Words of the title or author")] = None,
    sort: Annotated[SoundSort | None, Field(description="Most used or most recent first")] = None,
    page: Page = 1,
    limit: Limit = 20,
) -> Answer[list[Sound]]:
    """Search tracked TikTok sounds by title or author, with how often they are used.

    Use it to find the `music_id` of a song, or an artist's sounds. For the videos behind one sound
    use `getTikTokSoundDetails`; for what is trending `getTrendingTikTokSounds`. What the usage
    count covers is not documented.
    """
    reply = await deps.toklytics.search_sounds(q=q, sort=sort, page=page, limit=limit)
    return answer("toklytics", reply, deps.now())
