"""`GET /accounts`: where account ids come from. Nothing in it is a secret."""

from typing import Final

from starlette.responses import Response

from mcp_server.local.handles import former_handle, profile_page
from mcp_server.local.tokportal.accounts import Account, creator_of, list_accounts
from mcp_server.local.tokportal.call import Call
from mcp_server.local.tokportal.wire import Json, choice, iso, page_of
from mcp_server.local.world import World

_PER_PAGE: Final = 25
_PLATFORMS: Final = ("tiktok", "instagram", "youtube")
_ALIASES: Final = {
    "USA": "US",
    "UNITED STATES": "US",
    "UK": "GB",
    "UNITED KINGDOM": "GB",
    "GERMANY": "DE",
    "FRANCE": "FR",
    "SPAIN": "ES",
    "ITALY": "IT",
    "BRAZIL": "BR",
    "MEXICO": "MX",
    "JAPAN": "JP",
    "SOUTH KOREA": "KR",
    "VIETNAM": "VN",
    "INDONESIA": "ID",
    "THAILAND": "TH",
    "TURKEY": "TR",
}


def get_accounts(world: World, call: Call) -> Response:
    """Answer a page of the accounts, the newest first."""
    query = call.request.query_params
    page = page_of(query, default=_PER_PAGE)
    platform = choice(query, "platform", _PLATFORMS)
    banned = choice(query, "banned", ("true", "false"))
    country = query.get("country")
    found = [
        item
        for account in list_accounts(world)
        if (platform is None or account.platform == platform) and banned != "true"
        for item in [_item(world, account)]
        if country is None or item["country"] == _code(country)
    ]
    return page.answer(found[page.offset : page.offset + page.size], len(found))


def _code(country: str) -> str:
    name = country.strip().upper()
    return _ALIASES.get(name, name)


def _item(world: World, account: Account) -> dict[str, Json]:
    creator = creator_of(world, account)
    row = (
        world.data()
        .execute(
            """SELECT username, display_name, bio, avatar_url, upper(region), scraped_at
               FROM creators WHERE id = ?""",
            (None if creator is None else creator.id,),
        )
        .fetchone()
    )
    unknown = (account.username, None, None, None, None, None)
    username, visible_name, biography, picture, country, seen_at = row or unknown
    former = former_handle(username)
    return {
        "id": account.account_id,
        "platform": account.platform,
        "username": username,
        "visible_name": visible_name,
        "biography": biography,
        "profile_picture_url": picture,
        "country": country,
        "profile_url": profile_page(username),
        "banned": None,  # no source of the local upstream knows whether it is
        "created_at": iso(account.created_at),
        "updated_at": iso(max(account.created_at, seen_at or 0)),
        **({} if former is None else {"former_username": former}),
    }
