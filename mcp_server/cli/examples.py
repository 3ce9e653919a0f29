"""The end of a command's help: lines that can be pasted."""


def examples(*lines: str) -> str:
    """Return an epilog for click, which keeps its lines as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
