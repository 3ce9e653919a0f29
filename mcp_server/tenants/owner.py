"""Who owns the data of a request, by keys and addresses of the two APIs."""

from dataclasses import dataclass
from typing import Final, Self

from pydantic import SecretStr

from mcp_server.settings import Settings

DEFAULT: Final = "default"
"""The tenant that the process's own settings describe; on stdio the only one."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A tenant before anything is built for it.

    Attributes:
        name: Names it within this process, and nowhere else; no secret can be read from it.
        mark: Keeps its part of the store apart from others' with the same keys; `None` for the
            settings' own, whose data was there before there were tenants.
        tokportal_api_key: Its key for TokPortal.
        toklytics_api_key: Its key for Toklytics.
        tokportal_base_url: Where that is sent.
        toklytics_base_url: The same.
        is_lasting: Whether it is known from the configuration; others are forgotten when idle.
    """

    name: str
    mark: str | None
    tokportal_api_key: SecretStr | None
    toklytics_api_key: SecretStr | None
    tokportal_base_url: str
    toklytics_base_url: str
    is_lasting: bool = True

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the owner that the settings describe."""
        return cls(
            DEFAULT,
            None,
            settings.tokportal_api_key,
            settings.toklytics_api_key,
            settings.tokportal_base_url,
            settings.toklytics_base_url,
        )

    def place(self, address: str) -> str:
        """Return an address as it names this owner's part of the store."""
        # No base URL has a fragment, so no tenant can be named like another's address.
        return address if self.mark is None else f"{address}#{self.mark}"

    def settings(self, base: Settings) -> Settings:
        """Return the server's settings with this owner's keys and addresses."""
        return base.model_copy(
            update={
                "tokportal_api_key": self.tokportal_api_key,
                "toklytics_api_key": self.toklytics_api_key,
                "tokportal_base_url": self.tokportal_base_url,
                "toklytics_base_url": self.toklytics_base_url,
            }
        )
