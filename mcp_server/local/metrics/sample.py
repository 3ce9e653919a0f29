"""How many videos stand behind figures, and whether they are enough."""

from mcp_server.local.metrics.parameters import MIN_VIDEOS


def is_small(tracked: int, *behind: int | None) -> bool:
    """Say whether a figure that is shown rests on fewer than five videos.

    Args:
        tracked: All videos.
        behind: On how many of them single figures rest. On none rests no figure; `None` is not
            known, as of figures that older formulas stored.
    """
    return tracked < MIN_VIDEOS or any(0 < count < MIN_VIDEOS for count in behind if count)


def counted(tracked: int, viewed: int | None, rated: int | None) -> str:
    """Return in words how many videos are tracked, and how many of them figures rest on."""
    behind = {"with views": viewed, "rated": rated}
    fewer = [f"{n} {what}" for what, n in behind.items() if n is not None and n != tracked]
    return f"{tracked} tracked videos" + (f" ({', '.join(fewer)})" if fewer else "")
