"""The catalogue of error codes: what each one means and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ErrorCode(StrEnum):
    """The stable names of what can go wrong; programs and agents decide on these."""

    CONFIGURATION_MISSING_KEY = "CONFIGURATION_MISSING_KEY"
    CONFIGURATION_INVALID = "CONFIGURATION_INVALID"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    REJECTED_REQUEST = "REJECTED_REQUEST"
    NOT_FOUND = "NOT_FOUND"
    NOT_FOUND_ACCOUNT = "NOT_FOUND_ACCOUNT"
    NOT_FOUND_ANALYTICS = "NOT_FOUND_ANALYTICS"
    NOT_FOUND_HISTORY = "NOT_FOUND_HISTORY"
    NOT_FOUND_VIDEO_ANALYTICS = "NOT_FOUND_VIDEO_ANALYTICS"
    NOT_FOUND_CREATOR = "NOT_FOUND_CREATOR"
    NOT_FOUND_VIDEO = "NOT_FOUND_VIDEO"
    NOT_FOUND_HASHTAG = "NOT_FOUND_HASHTAG"
    NOT_FOUND_SOUND = "NOT_FOUND_SOUND"
    NOT_FOUND_NICHE = "NOT_FOUND_NICHE"
    UNAUTHORIZED = "UNAUTHORIZED"
    FORBIDDEN = "FORBIDDEN"
    FORBIDDEN_SCOPE = "FORBIDDEN_SCOPE"
    FORBIDDEN_ACCOUNT = "FORBIDDEN_ACCOUNT"
    FORBIDDEN_CREDITS = "FORBIDDEN_CREDITS"
    RATE_LIMITED = "RATE_LIMITED"
    RATE_LIMITED_ANONYMOUS = "RATE_LIMITED_ANONYMOUS"
    CALLER_RATE_LIMITED = "CALLER_RATE_LIMITED"
    COOLDOWN = "COOLDOWN"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    CONFLICT = "CONFLICT"
    REFRESH_FAILED = "REFRESH_FAILED"
    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
    UPSTREAM_REDIRECTED = "UPSTREAM_REDIRECTED"
    UPSTREAM_TIMEOUT = "UPSTREAM_TIMEOUT"
    UPSTREAM_MALFORMED = "UPSTREAM_MALFORMED"
    UPSTREAM_NO_DATA = "UPSTREAM_NO_DATA"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    INTERNAL_ERROR = "INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What one code means.

    Attributes:
        cause: What happened, as a sentence; the default message of an error.
        retryable: Whether the same call may succeed within minutes, unchanged.
        what_to_do: The next step, as one imperative sentence.
        wait: How long before the same call can succeed, where waiting helps at all.
    """

    cause: str
    retryable: bool
    what_to_do: str
    wait: str = ""


_TOLD = "`retry_after_seconds`"
_MINUTES = "minutes"

CATALOGUE: Mapping[ErrorCode, CatalogueEntry] = MappingProxyType(
    {
        ErrorCode.CONFIGURATION_MISSING_KEY: CatalogueEntry(
            "No TokPortal API key is configured, so nothing was sent.",
            False,
            "Ask the operator to set TOKPORTAL_API_KEY, or to start the server with --local.",
        ),
        ErrorCode.CONFIGURATION_INVALID: CatalogueEntry(
            "A setting of the server has a value that cannot work.",
            False,
            "Ask the operator to correct the variable named here and to restart the server.",
        ),
        ErrorCode.INVALID_ARGUMENT: CatalogueEntry(
            "An argument cannot work, so nothing was sent.",
            False,
            "Correct the named argument and call again.",
        ),
        ErrorCode.REJECTED_REQUEST: CatalogueEntry(
            "The API refused the request as invalid.",
            False,
            "Compare the arguments with the tool's description and change them before calling "
            "again.",
        ),
        ErrorCode.NOT_FOUND: CatalogueEntry(
            "The API has nothing at this address.",
            False,
            "Check the identifier; if every call fails like this, the configured base URL is "
            "probably wrong.",
        ),
        ErrorCode.NOT_FOUND_ACCOUNT: CatalogueEntry(
            "TokPortal knows no account with this id under this key.",
            False,
            "Call listAccounts for the current ids; an id changes when an account is remade.",
        ),
        ErrorCode.NOT_FOUND_ANALYTICS: CatalogueEntry(
            "No analytics have been collected for this account yet.",
            False,
            "Call refreshAccountAnalyticsAndWait for this account; it collects and returns them.",
            "until a refresh is done",
        ),
        ErrorCode.NOT_FOUND_HISTORY: CatalogueEntry(
            "No snapshot of this account is stored in this range.",
            False,
            "Call getAccountAnalytics once, which stores the present figures, or widen the range.",
        ),
        ErrorCode.NOT_FOUND_VIDEO_ANALYTICS: CatalogueEntry(
            "TokPortal has no analytics record with this id.",
            False,
            "Call listAccountVideoAnalytics and pass the `id` of a row, not its video_id or URL.",
        ),
        ErrorCode.NOT_FOUND_CREATOR: CatalogueEntry(
            "Toklytics does not track this creator; the account may still exist on TikTok.",
            False,
            "Call searchTikTokCreators to find the tracked spelling of the name.",
        ),
        ErrorCode.NOT_FOUND_VIDEO: CatalogueEntry(
            "Toklytics does not track this video; it may still exist on TikTok.",
            False,
            "Call searchTikTokVideos to find tracked videos.",
        ),
        ErrorCode.NOT_FOUND_HASHTAG: CatalogueEntry(
            "Toklytics does not track this hashtag; it may still exist on TikTok.",
            False,
            "Call searchTikTokHashtags to find tracked hashtags.",
        ),
        ErrorCode.NOT_FOUND_SOUND: CatalogueEntry(
            "Toklytics does not track this sound; it may still exist on TikTok.",
            False,
            "Call searchTikTokSounds to find tracked sounds.",
        ),
        ErrorCode.NOT_FOUND_NICHE: CatalogueEntry(
            "Toklytics has no creators for this niche within these limits.",
            False,
            "Use a broader niche word, or a lower min_followers (by default 10000).",
        ),
        ErrorCode.UNAUTHORIZED: CatalogueEntry(
            "The API did not accept the key: it is missing, wrong, expired or revoked.",
            False,
            "Ask the operator to check the API key.",
        ),
        ErrorCode.FORBIDDEN: CatalogueEntry(
            "The API does not allow this with the configured key.",
            False,
            "Ask the operator whether the key's scope and plan include this operation.",
        ),
        ErrorCode.FORBIDDEN_SCOPE: CatalogueEntry(
            "The API refused the refresh; the key may be limited to reading, or the account may be "
            "one that cannot be refreshed.",
            False,
            "Read the stored analytics instead, or ask the operator for a key that may write.",
        ),
        ErrorCode.FORBIDDEN_ACCOUNT: CatalogueEntry(
            "This account does not belong to the organization of the key.",
            False,
            "Call listAccounts and use one of the ids it returns.",
        ),
        ErrorCode.FORBIDDEN_CREDITS: CatalogueEntry(
            "The organization's credits do not cover this.",
            False,
            "Tell the user; only they can add credits.",
        ),
        ErrorCode.RATE_LIMITED: CatalogueEntry(
            "Too many requests were made with this key; the API asks to wait.",
            True,
            "Wait for retry_after_seconds and repeat the same call once.",
            _TOLD,
        ),
        ErrorCode.RATE_LIMITED_ANONYMOUS: CatalogueEntry(
            "Too many requests were made without a Toklytics key.",
            True,
            "Wait for retry_after_seconds; a free key in TOKLYTICS_API_KEY "
            "(https://toklytics.app/docs/api) may raise the limit.",
            _TOLD,
        ),
        ErrorCode.CALLER_RATE_LIMITED: CatalogueEntry(
            "This caller has made as many requests as the server's operator allows in a minute.",
            True,
            "Wait for retry_after_seconds and repeat the same call once.",
            _TOLD,
        ),
        ErrorCode.COOLDOWN: CatalogueEntry(
            "This account was refreshed recently and cannot be refreshed again yet.",
            False,
            "Use the stored analytics until next_refresh_at.",
            "until `next_refresh_at`",
        ),
        ErrorCode.QUOTA_EXCEEDED: CatalogueEntry(
            "The organization has used all its analytics refreshes of this month.",
            False,
            "Use the stored analytics; refreshing is possible again when the quota renews.",
            "until the quota renews",
        ),
        ErrorCode.CONFLICT: CatalogueEntry(
            "The account or record is in a state that does not allow this.",
            False,
            "Call listAccounts to see the account's status before trying again.",
        ),
        ErrorCode.REFRESH_FAILED: CatalogueEntry(
            "The local upstream could not collect newer figures; the old ones are kept, and "
            "nothing was spent.",
            False,
            "Tell the user; the reason stands in the server's log.",
        ),
        ErrorCode.UPSTREAM_UNAVAILABLE: CatalogueEntry(
            "The API could not be reached or failed to answer.",
            True,
            "Try again in a few minutes.",
            _MINUTES,
        ),
        ErrorCode.UPSTREAM_REDIRECTED: CatalogueEntry(
            "The API answered with a redirect, which is not followed so that no key travels.",
            False,
            "Ask the operator to set the base URL to the final address.",
        ),
        ErrorCode.UPSTREAM_TIMEOUT: CatalogueEntry(
            "The API gave no answer before the deadline.",
            True,
            "Try again, if possible with a smaller page.",
            _MINUTES,
        ),
        ErrorCode.UPSTREAM_MALFORMED: CatalogueEntry(
            "The API answered with something that cannot be read.",
            True,
            "Try again; if it stays so, tell the operator to check the base URL.",
            _MINUTES,
        ),
        ErrorCode.UPSTREAM_NO_DATA: CatalogueEntry(
            "The API reported success without any data; this is not the same as zero.",
            True,
            "Treat the figures as unavailable, or try again later.",
            _MINUTES,
        ),
        ErrorCode.OUTCOME_UNKNOWN: CatalogueEntry(
            "The refresh was sent, but its outcome is unknown; it may have been counted.",
            False,
            "Call canRefreshAccountAnalytics and compare scraped_at before refreshing again.",
        ),
        ErrorCode.STORE_UNAVAILABLE: CatalogueEntry(
            "The server cannot use its own store, so it did not refresh anything.",
            False,
            "Go on with the tools that only read, and ask the operator to look at the server's "
            "log and at store.db in its data folder.",
        ),
        ErrorCode.INTERNAL_ERROR: CatalogueEntry(
            "The server met a bug of its own; the operator's log has the details.",
            False,
            "Tell the user; try another tool or other arguments.",
        ),
    }
)
