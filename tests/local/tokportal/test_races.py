"""Several real processes on one store: what must happen once happens once."""

from collections import Counter
from dataclasses import replace

from mcp_server.local.records import CreatorRecord
from tests.local.tokportal.racing import race
from tests.local.tokportal.tiny import NOW, SEEN, Tiny


def _accounts(sample: Tiny, number: int) -> list[str]:
    names = [f"racer{n}" for n in range(number)]
    sample.ingest([CreatorRecord(username=n, followers=1_000, scraped_at=SEEN) for n in names])
    return [sample.account(name) for name in names]


async def test_of_four_processes_one_refreshes_an_account(sample: Tiny) -> None:
    paths = [f"/accounts/{a}/analytics/refresh" for a in _accounts(sample, 5)]
    found = race(sample.config, NOW, processes=4, requests=[("POST", path) for path in paths])
    for path in paths:
        assert Counter(answers[path] for answers in found) == {
            "scrape_queued": 1,
            "ANALYTICS_COOLDOWN": 3,
        }
    assert sample.rows("SELECT used FROM quota") == [(5,)]
    assert len(sample.rows("SELECT DISTINCT account_id FROM refreshes")) == 5


async def test_four_processes_spend_the_quota_to_the_last_and_no_further(sample: Tiny) -> None:
    paths = [f"/accounts/{a}/analytics/refresh" for a in _accounts(sample, 6)]
    config = replace(sample.config, monthly_quota=3)
    found = race(config, NOW, processes=4, requests=[("POST", path) for path in paths])
    codes = Counter(code for answers in found for code in answers.values())
    assert codes["scrape_queued"] == 3
    assert codes["scrape_queued"] + codes["ANALYTICS_COOLDOWN"] == 12  # three accounts, four times
    assert codes["ANALYTICS_QUOTA_EXCEEDED"] == 12
    assert sample.rows("SELECT used FROM quota") == [(3,)]
    assert len(sample.rows("SELECT id FROM refreshes")) == 3


async def test_two_processes_apply_what_is_due_once_and_see_the_same(sample: Tiny) -> None:
    sample.account("coolcreator")
    _accounts(sample, 4)
    ids = [str(row[0]) for row in sample.rows("SELECT account_id FROM accounts")]
    client = sample.client()
    for account_id in ids:
        response = await client.post(f"/accounts/{account_id}/analytics/refresh")
        assert response.status_code == 200
    reads = [("GET", f"/accounts/{a}/analytics") for a in ids]
    videos = [("GET", f"/accounts/{a}/analytics/videos") for a in ids]
    found = race(sample.config, NOW + 20, processes=2, requests=[*reads, *videos])
    assert found[0] == found[1]
    assert all('"scraped_at":"2026-02-10T09:15:20Z"' in found[0][path] for _, path in reads)
    assert sample.rows("SELECT DISTINCT status, finished_at FROM refreshes") == [("done", NOW + 20)]
    assert sample.rows(
        "SELECT account_id, count(*) FROM account_snapshots GROUP BY 1 ORDER BY 1"
    ) == [(account_id, 2) for account_id in sorted(ids)]
