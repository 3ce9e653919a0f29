"""The tools, one file each; `ALL` is the catalogue in the order in which it is listed."""

from tools.accounts.can_refresh_account_analytics import can_refresh_account_analytics
from tools.accounts.get_account_analytics import get_account_analytics
from tools.accounts.get_account_analytics_history import get_account_analytics_history
from tools.accounts.get_video_analytics import get_video_analytics
from tools.accounts.list_account_video_analytics import list_account_video_analytics
from tools.accounts.list_accounts import list_accounts
from tools.accounts.refresh_account_analytics import refresh_account_analytics
from tools.accounts.refresh_account_analytics_and_wait import refresh_account_analytics_and_wait
from tools.creators.compare_tiktok_creators import compare_tiktok_creators
from tools.creators.get_tiktok_creator_analytics import get_tiktok_creator_analytics
from tools.creators.get_tiktok_creator_top_content import get_tiktok_creator_top_content
from tools.creators.get_tiktok_creator_videos import get_tiktok_creator_videos
from tools.creators.search_tiktok_creators import search_tiktok_creators
from tools.hashtags.get_tiktok_hashtag_details import get_tiktok_hashtag_details
from tools.hashtags.get_trending_tiktok_hashtags import get_trending_tiktok_hashtags
from tools.hashtags.search_tiktok_hashtags import search_tiktok_hashtags
from tools.market.get_tiktok_niche_benchmarks import get_tiktok_niche_benchmarks
from tools.market.get_toklytics_stats import get_toklytics_stats
from tools.market.plan_tiktok_influencer_campaign import plan_tiktok_influencer_campaign
from tools.sounds.get_tiktok_sound_details import get_tiktok_sound_details
from tools.sounds.get_trending_tiktok_sounds import get_trending_tiktok_sounds
from tools.sounds.search_tiktok_sounds import search_tiktok_sounds
from tools.videos.get_tiktok_video_details import get_tiktok_video_details
from tools.videos.get_trending_tiktok_videos import get_trending_tiktok_videos
from tools.videos.search_tiktok_videos import search_tiktok_videos

ALL = (
    list_accounts,
    get_account_analytics,
    can_refresh_account_analytics,
    refresh_account_analytics,
    refresh_account_analytics_and_wait,
    get_account_analytics_history,
    list_account_video_analytics,
    get_video_analytics,
    search_tiktok_creators,
    get_tiktok_creator_analytics,
    get_tiktok_creator_videos,
    get_tiktok_creator_top_content,
    compare_tiktok_creators,
    search_tiktok_videos,
    get_tiktok_video_details,
    get_trending_tiktok_videos,
    search_tiktok_hashtags,
    get_tiktok_hashtag_details,
    get_trending_tiktok_hashtags,
    search_tiktok_sounds,
    get_tiktok_sound_details,
    get_trending_tiktok_sounds,
    get_toklytics_stats,
    get_tiktok_niche_benchmarks,
    plan_tiktok_influencer_campaign,
)
