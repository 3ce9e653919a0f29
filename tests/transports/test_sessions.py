"""One caller cannot take the places of all sessions, and is held to its own number alone."""

from pathlib import Path

from tests.tenants.site import ACME, GLOBEX, HELLO, READER, site


async def test_a_caller_with_its_sessions_open_gets_no_more_but_others_do(tmp_path: Path) -> None:
    async with site(tmp_path, max_sessions=4, max_sessions_per_client=2) as place:
        mine = [await place.post("initialize", HELLO, ACME) for _ in range(3)]
        assert [answer.status_code for answer in mine] == [200, 200, 429]
        assert int(mine[2].headers["retry-after"]) >= 1
        assert mine[2].json() == {"error": "too_many_sessions_of_this_client"}
        # A token of the same tenant is another caller.
        for other in (GLOBEX, READER):
            assert (await place.post("initialize", HELLO, other)).status_code == 200


async def test_an_open_session_goes_on_and_its_end_makes_room(tmp_path: Path) -> None:
    async with site(tmp_path, max_sessions_per_client=1) as place:
        opened = await place.post("initialize", HELLO, ACME)
        session = opened.headers["mcp-session-id"]
        listed = await place.post("tools/list", {}, ACME, mcp_session_id=session)
        assert listed.status_code == 200
        refused = await place.post("initialize", HELLO, ACME, mcp_protocol_version="2025-06-18")
        assert refused.status_code == 429
        ended = await place.delete(session, ACME)
        assert ended.status_code == 200
        assert (await place.post("initialize", HELLO, ACME)).status_code == 200


async def test_a_request_of_the_newer_era_needs_no_session(tmp_path: Path) -> None:
    async with site(tmp_path, max_sessions_per_client=1) as place:
        assert (await place.post("initialize", HELLO, ACME)).status_code == 200
        async with place.client(ACME) as client:
            assert (await client.list_tools()).tools


async def test_without_a_log_in_all_are_one_and_share_the_places(tmp_path: Path) -> None:
    async with site(tmp_path, file=None, max_sessions=2, max_sessions_per_client=1) as place:
        answers = [await place.post("initialize", HELLO) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 503]
