"""Between the SDK and the tools: declaration, arguments, results and errors, each done once."""

from mcp_server.boundary.effect import Effect
from mcp_server.boundary.tool import ToolSpec, tool
from mcp_server.boundary.wiring import ServerTool

__all__ = ["Effect", "ServerTool", "ToolSpec", "tool"]
