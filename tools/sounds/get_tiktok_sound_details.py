"""`getTikTokSoundDetails`: one sound with its top videos."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.sound import SoundDetails
from tools.params import MusicId

_CONCISE = view(
    "music_id",
    "title",
    "author",
    "original",
    "duration",
    "user_count",
    "view_count",
    "last_used",
    "recent_count",
    "growth_7d",
    top_videos=view("video_id", "description", "plays", "engagement_rate", "posted_at", rows=5),
    top_creators=view("username", "followers", "videos", "views", rows=5),
)


@tool("getTikTokSoundDetails", "Sound details", Effect.READ, concise=_CONCISE)
async def get_tiktok_sound_details(deps: Deps, *, music_id: MusicId) -> Answer[SoundDetails]:
    """Read one TikTok sound: title, author, how often it is used, and its top videos.

    Use it when the music id or full address is known; find ids with `searchTikTokSounds`.
    `searchTikTokVideos` cannot filter by sound. Not found means not tracked by Toklytics, not
    absent from TikTok.
    """
    reply = await deps.toklytics.get_sound(music_id)
    return answer("toklytics", reply, deps.now())
