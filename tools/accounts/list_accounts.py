"""`listAccounts`: the user's own delivered accounts and their ids."""

from typing import Annotated, Self

from pydantic import BaseModel, Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.account import Account
from tools.params import Page, PerPage, Query

_CONCISE = view(
    "account_id",
    "username",
    "former_username",
    "visible_name",
    "platform",
    "country",
    "status",
    "banned",
)


class ListedAccount(BaseModel):
    """One delivered account; the API's `id` under the name that the other tools ask for."""

    account_id: str | None = Field(default=None, description="For the other account tools")
    username: str | None = None
    former_username: str | None = Field(
        default=None, description="Handle that is another's now; ask by `username`"
    )
    visible_name: str | None = None
    platform: str | None = None
    country: str | None = None
    status: str | None = None
    banned: bool | None = None
    biography: str | None = None
    profile_url: str | None = None
    profile_picture_url: str | None = None
    created_at: str | None = None
    updated_at: str | None = None

    @classmethod
    def of(cls, account: Account) -> Self:
        """Rename `id`; only whitelisted fields exist to be copied."""
        fields = account.model_dump(exclude={"id"})
        return cls(account_id=account.id, **fields)


@tool("listAccounts", "List own accounts", Effect.READ, concise=_CONCISE)
async def list_accounts(
    deps: Deps,
    *,
    platform: Annotated[Query, Field(description="Only this platform, such as tiktok")] = None,
    country: Annotated[Query, Field(description="Only this country, code or name")] = None,
    banned: Annotated[bool | None, Field(description="Only banned, or only not banned")] = None,
    page: Page = 1,
    per_page: PerPage = 25,
) -> Answer[list[ListedAccount]]:
    """List the user's own TokPortal accounts, with the `account_id` the account tools need.

    Use it when a question is about "my account": find the row by `username`, on any `platform`.
    Profile data only: for figures use `getAccountAnalytics`, for other people's accounts
    `searchTikTokCreators`. Free of quota. Ids change when TokPortal remakes an account: list again
    if one is not found.
    """
    reply = await deps.accounts.accounts(
        page=page, per_page=per_page, platform=platform, country=country, banned=banned
    )
    rows = [ListedAccount.of(account) for account in reply.data]
    return answer("tokportal", reply.carrying(rows), deps.now())
