"""The envelope of every answer: the data, where it comes from, and what to do next."""

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue

T = TypeVar("T")

Api = Literal["tokportal", "toklytics"]


class Provenance(BaseModel):
    """Where the data comes from and how old it is."""

    model_config = ConfigDict(frozen=True)

    api: Api
    mode: Literal["live", "local"]
    synthetic: bool | None = Field(default=None, description="Generated sample data")
    as_of: str | None = Field(default=None, description="When collected, ISO 8601")
    age_seconds: int | None = None
    fetched_at: str | None = Field(default=None, description="If as_of is unknown")
    source: str | None = Field(default=None, description="As the API names itself")
    metrics_version: int | None = Field(default=None, description="Of the local formulas")
    basis: str | None = Field(default=None, description="What local figures rest on")
    low_sample: bool | None = Field(default=None, description="It is small")
    cached: bool | None = None
    stale: bool | None = Field(default=None, description="Older than allowed")
    request_id: str | None = None


class PageInfo(BaseModel):
    """Where this page stands, in the words of the API it comes from."""

    page: int | None = None
    per_page: int | None = None
    limit: int | None = None
    total: int | None = None
    total_pages: int | None = None
    has_more: bool | None = None
    total_is_capped: bool | None = None


class Quota(BaseModel):
    """Refreshes of the organization in this calendar month."""

    limit: int | None = None
    used: int | None = None


class NextCall(BaseModel):
    """One call worth making next."""

    tool: str
    arguments: dict[str, JsonValue]


class Answer(BaseModel, Generic[T]):
    """What a tool returns."""

    data: T
    provenance: Provenance
    pagination: PageInfo | None = None
    quota: Quota | None = None
    next: NextCall | None = None
    notes: list[str] | None = None
    extra: dict[str, JsonValue] | None = None
    """What the API sent beside the rows; only with `detail` full."""
