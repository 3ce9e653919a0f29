"""A request that is not let in, in the words of RFC 6750."""

from dataclasses import dataclass
from typing import Literal, Self

from mcp_server.auth.identity import Scope

Error = Literal["invalid_request", "invalid_token", "insufficient_scope"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the client is told.

    Attributes:
        status: The HTTP status.
        error: The code of RFC 6750; `None` if no token came, or if it is not about the token.
        text: For a person; holds nothing of the request.
        needs: The scopes that the request takes.
        retry_after_seconds: When to come back, where that helps.
    """

    status: int
    error: Error | None
    text: str
    needs: tuple[Scope, ...] = ("read",)
    retry_after_seconds: int | None = None


class RefusedError(Exception):
    """Carries a refusal to where it is answered."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal

    @classmethod
    def bad_token(cls, text: str = "The token is not accepted.") -> Self:
        """A token that does not let anybody in."""
        return cls(Refusal(401, "invalid_token", text))

    @classmethod
    def forbidden(cls, text: str, *needs: Scope) -> Self:
        """A valid token that is not enough."""
        return cls(Refusal(403, "insufficient_scope", text, needs))

    @classmethod
    def unavailable(cls, text: str, retry_after_seconds: int) -> Self:
        """Nobody can tell for now whether the token is valid."""
        return cls(Refusal(503, None, text, (), retry_after_seconds))
