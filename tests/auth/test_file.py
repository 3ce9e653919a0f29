"""What the auth file may hold, and what is said of one that cannot be meant."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcp_server.auth.access import Access, access_of
from mcp_server.auth.identity import Limits
from mcp_server.auth.tokens import Entry, find, hash_line, new_token, read_hash
from mcp_server.errors import SettingsError
from mcp_server.settings import load

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "tokm_secret"
HASH = hash_line(TOKEN)
GOOD = f'[[tokens]]\nname = "ci"\nhash = "{HASH}"\n'


def access(path: Path, text: str, **settings: object) -> Access:
    """Read a file that holds `text`."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return access_of(
        load(auth_file=path, data_dir=path.parent, **settings),
        now=lambda: NOW,
        spending=frozenset(),
        environment={"ACME_KEY": " sk_acme ", "EMPTY": ""},
    )


def refusal(path: Path, text: str, **settings: object) -> str:
    """What is said of a file that cannot be meant."""
    with pytest.raises(SettingsError) as caught:
        access(path, text, **settings)
    assert str(caught.value.variable).startswith("TOKMETRICS_")
    return caught.value.message


def entry_of(found: Access) -> Entry:
    (entry,) = found.entries()
    return entry


def test_a_hash_is_that_of_the_token_and_tells_nothing_else() -> None:
    # SHA-256 of the four bytes "tokm", from its definition's reference implementation.
    assert hash_line("") == (
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert read_hash(HASH).hex() == HASH.removeprefix("sha256:")


def test_a_new_token_has_256_random_bits_and_a_name_for_scanners() -> None:
    asked: list[int] = []

    def random_text(count: int) -> str:
        asked.append(count)
        return "x" * 43

    assert new_token(random_text) == "tokm_" + "x" * 43
    assert asked == [32]


def test_only_the_whole_token_is_found_and_only_before_it_expires(tmp_path: Path) -> None:
    text = GOOD + "expires = 2026-03-01T12:00:01Z\n"
    entries = access(tmp_path / "a", text).entries()
    assert find(entries, TOKEN, NOW) is not None
    assert find(entries, TOKEN, datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)) is None
    assert find(entries, TOKEN + " ", NOW) is None
    assert find(entries, HASH, NOW) is None
    assert find([], TOKEN, NOW) is None


def test_by_default_a_token_reads_the_servers_own_data_within_the_usual_limits(
    tmp_path: Path,
) -> None:
    found = access(tmp_path / "a", GOOD, requests_per_minute=7, refreshes_per_day=3)
    identity = entry_of(found).identity
    assert identity.scopes == {"read"}
    assert not identity.may_spend
    assert (identity.tenant, identity.expires_at) == ("default", None)
    assert identity.limits == Limits(7, 3)
    assert found.is_guarded


def test_a_tokens_own_limits_win(tmp_path: Path) -> None:
    text = GOOD + "requests_per_minute = 1\nrefreshes_per_day = 0\n"
    found = access(tmp_path / "a", text, requests_per_minute=7, refreshes_per_day=3)
    assert entry_of(found).identity.limits == Limits(1, 0)


def test_a_tenants_key_is_taken_from_the_environment_where_it_says_so(tmp_path: Path) -> None:
    text = GOOD + (
        '[tenants.acme]\ntokportal_api_key = "env:ACME_KEY"\ntoklytics_api_key = "tk_1"\n'
        'tokportal_base_url = "https://mirror.example/api/"\n'
    )
    owner = access(tmp_path / "a", text).owners.configured["acme"]
    assert owner.tokportal_api_key is not None
    assert owner.tokportal_api_key.get_secret_value() == "sk_acme"
    assert owner.toklytics_api_key is not None
    assert owner.toklytics_api_key.get_secret_value() == "tk_1"
    assert owner.tokportal_base_url == "https://mirror.example/api"
    assert owner.toklytics_base_url == "https://toklytics.app/api/v1"
    assert "sk_acme" not in repr(owner)
    assert "tk_1" not in repr(owner)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tokens = 1", "tokens"),
        ("[[tokens]", "not TOML"),
        (GOOD.replace(HASH, TOKEN), "hash"),
        (GOOD.replace(HASH, HASH.upper()), "hash"),
        (GOOD.replace('"ci"', '"c i"'), "tokens.0.name"),
        (GOOD + GOOD, "number 1 has a name that another one has"),
        (GOOD + GOOD.replace('"ci"', '"cd"'), "number 1 has a hash that another one has"),
        (GOOD + 'tenant = "acme"', "number 1 names a tenant that is not in the file"),
        (GOOD + 'scopes = ["write"]', "tokens.0.scopes"),
        (GOOD + "expires = 2027-01-01", "tokens.0.expires"),
        (GOOD + "expires = 2027-01-01T00:00:00", "tokens.0.expires"),
        (GOOD + "requests_per_minute = 0", "tokens.0.requests_per_minute"),
        (GOOD + "refreshes_a_day = 1", "tokens.0"),
        (GOOD + "[tenants.default]", "tenants.default"),
        (GOOD + '[tenants.acme]\ntokportal_api_key = "env:MISSING"', "env:"),
        (GOOD + '[tenants.acme]\ntokportal_api_key = "env:EMPTY"', "env:"),
        (GOOD + '[tenants.acme]\ntokportal_api_key = "two words"', "tenants.acme"),
        (GOOD + '[tenants.acme]\ntokportal_base_url = "http://far.example"', "tenants.acme"),
        ("", "names no token"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_without_repeating_its_values(
    tmp_path: Path, text: str, said: str
) -> None:
    message = refusal(tmp_path / "a", text)
    assert said in message
    for secret in (TOKEN, HASH, "two words", "far.example", "refreshes_a_day"):
        assert secret not in message


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        access_of(
            load(auth_file=tmp_path / "none", data_dir=tmp_path),
            now=lambda: NOW,
            spending=frozenset(),
            environment={},
        )
    (tmp_path / "a").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="UTF-8"):
        access_of(
            load(auth_file=tmp_path / "a", data_dir=tmp_path),
            now=lambda: NOW,
            spending=frozenset(),
            environment={},
        )


def test_a_claim_of_tenants_without_tenants_is_refused(tmp_path: Path) -> None:
    message = refusal(
        tmp_path / "a", GOOD, oauth_issuer="https://id.example", oauth_tenant_claim="org"
    )
    assert "TOKMETRICS_OAUTH_TENANT_CLAIM" in message


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_keys_that_others_may_read_are_warned_about_without_being_shown(tmp_path: Path) -> None:
    path = tmp_path / "a"
    text = GOOD + '[tenants.acme]\ntokportal_api_key = "sk_acme"\n'
    assert access(path, text).warnings == ()
    path.chmod(0o640)
    (warning,) = access_of(
        load(auth_file=path, data_dir=tmp_path),
        now=lambda: NOW,
        spending=frozenset(),
        environment={},
    ).warnings
    assert "chmod 600" in warning
    assert "sk_acme" not in warning
    path.write_text(re.sub("sk_acme", "env:ACME_KEY", text))
    assert not access_of(
        load(auth_file=path, data_dir=tmp_path),
        now=lambda: NOW,
        spending=frozenset(),
        environment={"ACME_KEY": "sk_acme"},
    ).warnings
