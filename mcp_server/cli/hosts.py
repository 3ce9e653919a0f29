"""What to paste into the hosts that people use, with the absolute path of this installation."""

import json
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HostConfig:
    """How one host is told about the server."""

    host: str
    where: str
    text: str
    language: str


def command_path() -> str:
    """Return the absolute path of the `tokmetrics` that is running, else its bare name."""
    beside = Path(sys.executable).with_name("tokmetrics")
    if beside.exists():
        return str(beside)
    return shutil.which("tokmetrics") or "tokmetrics"


def configs(command: str, arguments: list[str]) -> list[HostConfig]:
    """Return the configuration for four hosts, all starting the same command."""
    server = {"command": command, "args": arguments}
    return [
        HostConfig(
            "Claude Desktop",
            "claude_desktop_config.json (Settings, Developer, Edit Config)",
            json.dumps({"mcpServers": {"tokmetrics": server}}, indent=2),
            "json",
        ),
        HostConfig(
            "Claude Code",
            "in a terminal",
            shlex.join(
                ["claude", "mcp", "add", "-s", "user", "tokmetrics", "--", command, *arguments]
            ),
            "sh",
        ),
        HostConfig(
            "Cursor",
            "~/.cursor/mcp.json",
            json.dumps({"mcpServers": {"tokmetrics": server}}, indent=2),
            "json",
        ),
        HostConfig(
            "VS Code",
            ".vscode/mcp.json in a workspace",
            json.dumps({"servers": {"tokmetrics": {"type": "stdio", **server}}}, indent=2),
            "json",
        ),
    ]
