"""The developer's own settings must not reach the tests."""

import pytest

from mcp_server.settings import Settings, environment_name


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(environment_name(field), raising=False)
