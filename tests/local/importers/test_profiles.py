"""What a file says of one creator at one time is settled once."""

from mcp_server.local.importers.profiles import Profiles
from mcp_server.local.records import CreatorRecord


def test_the_first_stands_and_later_ones_fill_what_it_lacks() -> None:
    profiles = Profiles()
    profiles.settled(CreatorRecord("invented.baker", followers=100))
    later = CreatorRecord("Invented.Baker", followers=101, bio="bread", verified=False)
    expected = CreatorRecord("invented.baker", followers=100, bio="bread", verified=False)
    assert profiles.settled(later) == expected
    assert profiles.settled(expected) == expected


def test_another_time_is_another_profile() -> None:
    profiles = Profiles()
    for at in (1, 2):
        record = CreatorRecord("invented.baker", followers=100 + at, scraped_at=at)
        assert profiles.settled(record) == record


def test_two_people_under_one_handle_are_not_mixed() -> None:
    profiles = Profiles()
    one = CreatorRecord("invented.baker", user_id="1")
    other = CreatorRecord("invented.baker", user_id="2", bio="cake")
    assert profiles.settled(one) == one
    assert profiles.settled(other) == other
    assert profiles.settled(one) == one


def test_not_every_profile_of_a_huge_file_is_kept() -> None:
    profiles = Profiles()
    profiles.settled(CreatorRecord("invented.baker", followers=100))
    for number in range(20_000):
        profiles.settled(CreatorRecord(f"invented.{number}"))
    forgotten = CreatorRecord("invented.baker", followers=101)
    assert profiles.settled(forgotten) == forgotten
