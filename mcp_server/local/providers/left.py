"""What a refresh left in the inbox, or put aside: its answer says so."""

from dataclasses import dataclass


@dataclass(slots=True)
class Left:
    """Counts of files and rows; their names are not ours and are in the log alone."""

    large: int = 0
    """Files that take too long for a refresh."""
    growing: int = 0
    """Files that are still written to."""
    more: bool = False
    """Whether files were left for the next refresh, since this one took long."""
    rejected: int = 0
    """Files that cannot be used."""
    rows: int = 0
    """Rows that cannot be used, of files that can."""

    def told(self, largest: int) -> str | None:
        """Say in sentences what was left; `None` where nothing was.

        Args:
            largest: From how many bytes on a file is too large.
        """
        said: list[str] = []
        if self.large:
            waits = "waits" if self.large == 1 else "wait"
            said.append(
                f"{_some(self.large, 'file')} over {largest >> 20} MB {waits} in the inbox for"
                " `tokmetrics local import`."
            )
        if self.growing:
            said.append(f"{_some(self.growing, 'file')} in the inbox still being written.")
        if self.more:
            said.append("The inbox holds more than one refresh reads: refresh again for the rest.")
        if self.rejected:
            said.append(
                f"{_some(self.rejected, 'file')} could not be used, and went to `rejected` in the"
                " inbox with the reason."
            )
        if self.rows:
            said.append(f"{_some(self.rows, 'row')} could not be used: `rejected` has them.")
        return " ".join(said) or None


def _some(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
