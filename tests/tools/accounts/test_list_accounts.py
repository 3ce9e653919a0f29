from tests.tools.conftest import Desk, part, rows
from tests.tools.world import OWN


async def test_each_row_has_the_id_that_the_other_tools_ask_for(desk: Desk) -> None:
    answer = await desk.call("listAccounts")
    assert [(row["username"], row["account_id"]) for row in rows(answer)] == [
        (OWN, desk.account_id)
    ]
    assert part(answer, "pagination") == {"page": 1, "per_page": 25, "total": 1, "total_pages": 1}


async def test_only_whitelisted_fields_come_out_even_in_full(desk: Desk) -> None:
    answer = await desk.call("listAccounts", detail="full")
    assert set(rows(answer)[0]) <= {
        "account_id",
        "username",
        "visible_name",
        "platform",
        "country",
        "status",
        "banned",
        "biography",
        "profile_url",
        "profile_picture_url",
        "created_at",
        "updated_at",
    }


async def test_filters_are_sent_as_the_api_spells_them(desk: Desk) -> None:
    await desk.call("listAccounts", banned=False, platform=" tiktok ", per_page=5)
    assert desk.requests == ["GET /api/ext/accounts?page=1&per_page=5&platform=tiktok&banned=false"]
