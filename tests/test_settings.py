"""The environment as one object."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from mcp_server.errors import ErrorCode, SettingsError
from mcp_server.settings import ALL_TOOLSETS, Settings, environment_name, load, warnings

KEY = "sk_very_secret_value"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(environment_name(field), raising=False)


def test_the_defaults_are_the_documented_ones() -> None:
    settings = load()
    assert settings.tokportal_base_url == "https://app.tokportal.com/api/ext"
    assert settings.toklytics_base_url == "https://toklytics.app/api/v1"
    assert (settings.tokportal_api_key, settings.toklytics_api_key) == (None, None)
    assert settings.data_dir.name == "tokmetrics"
    assert settings.data_dir.is_absolute()
    assert (settings.world, settings.local, settings.read_only) == (None, False, False)
    assert settings.toolsets == (
        "accounts",
        "creators",
        "videos",
        "hashtags",
        "sounds",
        "market",
    )
    assert (
        settings.local_refresh_seconds,
        settings.local_cooldown_hours,
        settings.local_monthly_quota,
        settings.local_rate_limit,
        settings.local_api_keys,
        settings.local_faults,
    ) == (20, 48, 500, None, (), False)
    assert (
        settings.connect_timeout_seconds,
        settings.request_timeout_seconds,
        settings.max_retries,
        settings.max_retry_wait_seconds,
        settings.max_concurrency,
    ) == (5, 30, 2, 10, 8)
    assert (settings.max_wait_seconds, settings.quota_reserve, settings.history_days) == (
        None,
        0,
        None,
    )
    assert (
        settings.cache_trending_seconds,
        settings.cache_search_seconds,
        settings.cache_profile_seconds,
        settings.cache_market_seconds,
    ) == (300, 900, 3600, 3600)
    assert (settings.log_level, settings.log_format) == ("warning", "text")


def test_the_variables_are_the_documented_ones() -> None:
    assert {environment_name(field) for field in Settings.model_fields} == {
        "TOKPORTAL_API_KEY",
        "TOKPORTAL_BASE_URL",
        "TOKLYTICS_API_KEY",
        "TOKLYTICS_BASE_URL",
        "TOKMETRICS_AUTH_FILE",
        "TOKMETRICS_OAUTH_ISSUER",
        "TOKMETRICS_OAUTH_AUDIENCE",
        "TOKMETRICS_OAUTH_JWKS_URL",
        "TOKMETRICS_OAUTH_ALGORITHMS",
        "TOKMETRICS_OAUTH_TENANT_CLAIM",
        "TOKMETRICS_OAUTH_READ_SCOPE",
        "TOKMETRICS_OAUTH_REFRESH_SCOPE",
        "TOKMETRICS_OAUTH_LEEWAY_SECONDS",
        "TOKMETRICS_CORS_ORIGINS",
        "TOKMETRICS_MAX_BODY_BYTES",
        "TOKMETRICS_MAX_HEADER_BYTES",
        "TOKMETRICS_MAX_HEADERS",
        "TOKMETRICS_MAX_SESSIONS",
        "TOKMETRICS_MAX_SESSIONS_PER_CLIENT",
        "TOKMETRICS_SESSION_IDLE_SECONDS",
        "TOKMETRICS_MAX_CONNECTIONS",
        "TOKMETRICS_MAX_OPEN_REQUESTS",
        "TOKMETRICS_MAX_OPEN_REQUESTS_PER_CLIENT",
        "TOKMETRICS_HEADER_TIMEOUT_SECONDS",
        "TOKMETRICS_BODY_TIMEOUT_SECONDS",
        "TOKMETRICS_WRITE_TIMEOUT_SECONDS",
        "TOKMETRICS_KEEP_ALIVE_SECONDS",
        "TOKMETRICS_METRICS",
        "TOKMETRICS_METRICS_PORT",
        "TOKMETRICS_METRICS_HOST",
        "TOKMETRICS_TRACES",
        "TOKMETRICS_AUDIT_FILE",
        "TOKMETRICS_AUDIT_REQUIRED",
        "TOKMETRICS_ALLOW_KEY_HEADERS",
        "TOKMETRICS_REQUESTS_PER_MINUTE",
        "TOKMETRICS_REFRESHES_PER_DAY",
        "TOKMETRICS_PUBLIC_URL",
        "TOKMETRICS_ALLOWED_HOSTS",
        "TOKMETRICS_ALLOWED_ORIGINS",
        "TOKMETRICS_ALLOW_UNAUTHENTICATED_NETWORK_ACCESS",
        "TOKMETRICS_DATA_DIR",
        "TOKMETRICS_STORE",
        "TOKMETRICS_WORLD",
        "TOKMETRICS_LOCAL",
        "TOKMETRICS_LOCAL_REFRESH_SECONDS",
        "TOKMETRICS_LOCAL_COOLDOWN_HOURS",
        "TOKMETRICS_LOCAL_MONTHLY_QUOTA",
        "TOKMETRICS_LOCAL_RATE_LIMIT",
        "TOKMETRICS_LOCAL_API_KEYS",
        "TOKMETRICS_LOCAL_SCRAPE",
        "TOKMETRICS_LOCAL_PROVIDER",
        "TOKMETRICS_LOCAL_PROVIDER_FOLDER",
        "TOKMETRICS_LOCAL_FAULTS",
        "TOKMETRICS_TOOLSETS",
        "TOKMETRICS_TOOLS",
        "TOKMETRICS_EXCLUDE_TOOLS",
        "TOKMETRICS_READ_ONLY",
        "TOKMETRICS_CONNECT_TIMEOUT_SECONDS",
        "TOKMETRICS_REQUEST_TIMEOUT_SECONDS",
        "TOKMETRICS_MAX_RETRIES",
        "TOKMETRICS_MAX_RETRY_WAIT_SECONDS",
        "TOKMETRICS_MAX_CONCURRENCY",
        "TOKMETRICS_MAX_WAIT_SECONDS",
        "TOKMETRICS_QUOTA_RESERVE",
        "TOKMETRICS_HISTORY_DAYS",
        "TOKMETRICS_CACHE_TRENDING_SECONDS",
        "TOKMETRICS_CACHE_SEARCH_SECONDS",
        "TOKMETRICS_CACHE_PROFILE_SECONDS",
        "TOKMETRICS_CACHE_MARKET_SECONDS",
        "TOKMETRICS_LOG_LEVEL",
        "TOKMETRICS_LOG_FORMAT",
    }


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        (
            "TOKPORTAL_BASE_URL",
            "https://portal.example/x/",
            "tokportal_base_url",
            "https://portal.example/x",
        ),
        ("TOKMETRICS_DATA_DIR", "~/data", "data_dir", Path.home() / "data"),
        ("TOKMETRICS_WORLD", " Own ", "world", "own"),
        ("TOKMETRICS_WORLD", "", "world", None),
        ("TOKMETRICS_LOCAL", "1", "local", True),
        ("TOKMETRICS_LOCAL", "", "local", False),
        ("TOKMETRICS_LOCAL_RATE_LIMIT", "60", "local_rate_limit", 60),
        ("TOKMETRICS_LOCAL_COOLDOWN_HOURS", "0.5", "local_cooldown_hours", 0.5),
        ("TOKMETRICS_TOOLSETS", "Market, creators,market", "toolsets", ("market", "creators")),
        ("TOKMETRICS_TOOLSETS", " , ", "toolsets", ALL_TOOLSETS),
        ("TOKMETRICS_READ_ONLY", "true", "read_only", True),
        ("TOKMETRICS_MAX_RETRIES", "0", "max_retries", 0),
        ("TOKMETRICS_MAX_WAIT_SECONDS", "5", "max_wait_seconds", 5),
        ("TOKMETRICS_MAX_WAIT_SECONDS", "240", "max_wait_seconds", 240),
        ("TOKMETRICS_QUOTA_RESERVE", "100", "quota_reserve", 100),
        ("TOKMETRICS_HISTORY_DAYS", "365", "history_days", 365),
        ("TOKMETRICS_HISTORY_DAYS", "", "history_days", None),
        ("TOKMETRICS_CACHE_TRENDING_SECONDS", "0", "cache_trending_seconds", 0),
        ("TOKMETRICS_LOG_LEVEL", "DEBUG", "log_level", "debug"),
        ("TOKMETRICS_LOG_FORMAT", "json", "log_format", "json"),
    ],
)
def test_a_variable_sets_its_field(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, field: str, value: object
) -> None:
    monkeypatch.setenv(variable, text)
    assert getattr(load(), field) == value


@pytest.mark.parametrize("variable", ["TOKPORTAL_API_KEY", "TOKLYTICS_API_KEY"])
def test_a_key_is_trimmed_and_a_blank_one_is_none(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, f"  {KEY}\n")
    found: SecretStr | None = getattr(load(), variable.lower())
    assert found is not None
    assert found.get_secret_value() == KEY
    for blank in ("", "   "):
        monkeypatch.setenv(variable, blank)
        assert getattr(load(), variable.lower()) is None


def test_local_keys_are_a_list_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKMETRICS_LOCAL_API_KEYS", f"{KEY}, other ,")
    settings = load()
    assert [key.get_secret_value() for key in settings.local_api_keys] == [KEY, "other"]
    assert load(local_api_keys=(SecretStr("one"),)).local_api_keys == (SecretStr("one"),)


def test_no_text_of_the_settings_shows_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("TOKPORTAL_API_KEY", "TOKLYTICS_API_KEY", "TOKMETRICS_LOCAL_API_KEYS"):
        monkeypatch.setenv(variable, KEY)
    settings = load()
    shown = (
        repr(settings),
        str(settings),
        str(settings.model_dump()),
        settings.model_dump_json(),
        str(warnings(settings)),
    )
    assert KEY not in "".join(shown)


def test_an_override_wins_over_the_environment_unless_it_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOKMETRICS_MAX_RETRIES", "5")
    monkeypatch.setenv("TOKPORTAL_API_KEY", "from-environment")
    given = load(max_retries=1, tokportal_api_key="given")
    assert given.max_retries == 1
    assert given.tokportal_api_key == SecretStr("given")
    assert load(max_retries=None).max_retries == 5


def test_settings_cannot_be_changed() -> None:
    settings, field = load(), "max_retries"
    with pytest.raises(ValidationError):
        setattr(settings, field, 3)


def test_no_file_of_the_current_folder_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("TOKPORTAL_API_KEY=foreign\n")
    monkeypatch.chdir(tmp_path)
    assert load().tokportal_api_key is None


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("TOKMETRICS_MAX_RETRIES", "wrong-value"),
        ("TOKMETRICS_MAX_RETRIES", "-1"),
        ("TOKMETRICS_REQUEST_TIMEOUT_SECONDS", "0"),
        ("TOKMETRICS_CONNECT_TIMEOUT_SECONDS", "nan"),
        ("TOKMETRICS_MAX_RETRY_WAIT_SECONDS", "inf"),
        ("TOKMETRICS_MAX_CONCURRENCY", "0"),
        ("TOKMETRICS_MAX_WAIT_SECONDS", "241"),
        ("TOKMETRICS_MAX_WAIT_SECONDS", "nan"),
        ("TOKMETRICS_QUOTA_RESERVE", "-1"),
        ("TOKMETRICS_HISTORY_DAYS", "0"),
        ("TOKMETRICS_CACHE_PROFILE_SECONDS", "-1"),
        ("TOKMETRICS_CACHE_MARKET_SECONDS", "inf"),
        ("TOKMETRICS_LOCAL", "wrong-value"),
        ("TOKMETRICS_WORLD", "wrong-value"),
        ("TOKMETRICS_TOOLSETS", "creators,wrong-value"),
        ("TOKMETRICS_LOG_LEVEL", "wrong-value"),
        ("TOKMETRICS_LOCAL_API_KEYS", "wrong value"),
        ("TOKPORTAL_API_KEY", "wrong value"),
        ("TOKLYTICS_API_KEY", "wrong-välue"),
        ("TOKMETRICS_DATA_DIR", "~wrong-value-of-nobody/x"),
    ],
)
def test_a_wrong_value_names_the_variable_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(SettingsError) as caught:
        load()
    assert caught.value.variable == variable
    assert caught.value.code is ErrorCode.CONFIGURATION_INVALID
    assert variable in str(caught.value)
    assert "wrong" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "https://app.example",
        "https://app.example:8443/x/y/",
        "http://localhost:8080/api",
        "http://LOCALHOST/api",
        "http://127.0.0.1",
        "http://127.8.9.1:1/x",
        "http://[::1]:9/x",
        " https://app.example ",
    ],
)
def test_https_and_this_machine_are_accepted_without_a_trailing_slash(url: str) -> None:
    assert load(toklytics_base_url=url).toklytics_base_url == url.strip().rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "http://[::2]",
        "http://0.0.0.0",
        "ftp://app.example",
        "app.example",
        "https://",
        "https://:443",
        "https://user:pass@app.example",
        "https://@app.example",
        "https://app.example/?a=1",
        "https://app.example/#a",
        "https://app.example/?",
        "https://app.example\\@evil.example",
        "https://app.example/a b",
        "https://app.example:99999",
        "https://[::1",
        "https://exämple.org",
        "",
    ],
)
@pytest.mark.parametrize("field", ["tokportal_base_url", "toklytics_base_url"])
def test_any_other_address_is_refused_by_the_name_of_its_variable(field: str, url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{field: url, "tokportal_api_key": KEY})
    assert caught.value.variable == field.upper()
    assert KEY not in str(caught.value)
    assert "example" not in str(caught.value)


def test_official_addresses_and_usual_keys_need_no_warning() -> None:
    assert warnings(load()) == []
    assert warnings(load(tokportal_api_key="tok_live_1")) == []
    assert warnings(load(tokportal_api_key="sk_1")) == []


def test_another_address_warns_that_keys_go_there() -> None:
    found = warnings(load(tokportal_base_url="https://mirror.example/api", tokportal_api_key=KEY))
    assert len(found) == 1
    assert "TOKPORTAL_BASE_URL" in found[0]
    assert "mirror.example" in found[0]
    (second,) = warnings(load(toklytics_base_url="http://localhost:1/api"))
    assert "TOKLYTICS_API_KEY" in second


def test_a_key_of_an_unusual_kind_is_used_with_a_warning() -> None:
    settings = load(tokportal_api_key="another-kind")
    assert settings.tokportal_api_key is not None
    (found,) = warnings(settings)
    assert "TOKPORTAL_API_KEY" in found
    assert "another-kind" not in found


def test_nothing_leaves_in_local_mode_so_nothing_is_warned_about() -> None:
    settings = load(
        local=True, tokportal_base_url="https://mirror.example", tokportal_api_key="another-kind"
    )
    assert warnings(settings) == []


def test_an_unknown_field_has_the_name_that_it_is_asked_by() -> None:
    assert environment_name("TOKPORTAL_API_KEY") == "TOKPORTAL_API_KEY"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "url",
    [
        "redis://host",
        "rediss://user:pa%2Fss@host:6380/3",
        "valkey://[::1]:6379",
        "valkeys://host/0",
    ],
)
def test_a_shared_store_is_a_redis_or_a_valkey(url: str) -> None:
    store = load(store=url).store
    assert store is not None
    assert store.get_secret_value() == url


@pytest.mark.parametrize(
    "url",
    [
        "db.internal:6379",
        "http://host",
        "redis:///0",
        "redis://host:no_port",
        "redis://host/name_of_db",
        "redis://host?socket_timeout=900",
        "sqlite:///secret_path",
    ],
)
def test_an_unusable_address_of_a_store_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match="TOKMETRICS_STORE cannot be used: expected") as caught:
        load(store=url)
    assert url not in caught.value.message


def test_the_password_of_a_store_shows_nowhere() -> None:
    assert "hidden" not in repr(load(store="redis://user:hidden@host"))


@pytest.mark.parametrize("origin", ["*", "app.example.com", "https://a.b/path", "https://u@a.b"])
def test_an_origin_that_no_browser_sends_is_refused_without_repeating_it(origin: str) -> None:
    with pytest.raises(SettingsError, match="TOKMETRICS_CORS_ORIGINS cannot be used") as caught:
        load(cors_origins=origin)
    assert "u@a.b" not in caught.value.message


def test_origins_are_a_list_and_switches_are_read_in_any_case() -> None:
    settings = load(cors_origins=" https://A.example , http://localhost:3000", metrics=" ON ")
    assert settings.cors_origins == ("https://a.example", "http://localhost:3000")
    assert settings.metrics == "on"


def test_the_audit_may_be_below_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/operator")
    assert load(audit_file="~/audit.jsonl").audit_file == Path("/home/operator/audit.jsonl")
