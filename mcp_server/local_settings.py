"""The rules of the local upstream as the settings give them."""

from mcp_server.local import LocalConfig, LocalStoreError, active_world
from mcp_server.local.config import ProviderName
from mcp_server.local.providers.terms import INSTALL, is_installed
from mcp_server.settings import Settings


def local_config(settings: Settings) -> LocalConfig:
    """Return the world to serve and how it behaves.

    Raises:
        LocalStoreError: The own world has files that cannot be read, or what its refreshes are to
            use is not installed.
    """
    return LocalConfig(
        data_dir=settings.data_dir,
        world=active_world(settings.data_dir, settings.world),
        refresh_seconds=settings.local_refresh_seconds,
        cooldown_hours=settings.local_cooldown_hours,
        monthly_quota=settings.local_monthly_quota,
        rate_limit_per_minute=settings.local_rate_limit,
        faults=settings.local_faults,
        api_keys=tuple(key.get_secret_value() for key in settings.local_api_keys),
        own_provider=_provider(settings),
        provider_folder=settings.local_provider_folder,
    )


def _provider(settings: Settings) -> ProviderName:
    chosen = settings.local_provider
    if chosen == "auto":
        chosen = "scrape" if settings.local_scrape else "inbox"
    if chosen == "scrape" and not is_installed():
        raise LocalStoreError(f"TOKMETRICS_LOCAL_SCRAPE is on, but {INSTALL}.")
    return chosen
