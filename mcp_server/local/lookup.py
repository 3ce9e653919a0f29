"""Finds a stored creator by a handle, or by who somebody is."""

import sqlite3

from mcp_server.local.handles import former_handle, former_user_id


def id_of_handle(data: sqlite3.Connection, username: str) -> int | None:
    """Return whose handle this is now, else who was seen under it last.

    What somebody was called while their handle was another's leads to them under a new one too.
    """
    name = username.strip().removeprefix("@")
    found = data.execute(
        """SELECT coalesce(
             (SELECT id FROM creators WHERE username = :name),
             (SELECT creator_id FROM usernames WHERE username = :name
                ORDER BY last_at DESC, first_at DESC, creator_id LIMIT 1),
             (SELECT creator_id FROM usernames JOIN creators ON creators.id = creator_id
                WHERE usernames.username = :handle AND user_id = :user_id))""",
        {"name": name, "handle": former_handle(name), "user_id": former_user_id(name)},
    ).fetchone()
    return None if found[0] is None else int(found[0])


def id_of_person(
    data: sqlite3.Connection, username: str, user_id: str | None, sec_uid: str | None
) -> int | None:
    """Return the creator with one of these ids, else with the handle unless it is another's.

    A creator of whom no id is stored may be anybody who has the handle.
    """
    found = data.execute(
        """SELECT coalesce(
             (SELECT id FROM creators WHERE user_id = :user_id),
             (SELECT id FROM creators WHERE sec_uid = :sec_uid))""",
        {"user_id": user_id, "sec_uid": sec_uid},
    ).fetchone()
    if found[0] is not None:
        return int(found[0])
    creator_id = id_of_handle(data, username)
    other = data.execute(
        "SELECT user_id <> :user_id OR sec_uid <> :sec_uid FROM creators WHERE id = :id",
        {"user_id": user_id, "sec_uid": sec_uid, "id": creator_id},
    ).fetchone()
    return None if other is None or other[0] else creator_id
