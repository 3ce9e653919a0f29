"""Reads public exports of TikTok data into the local store.

A new format is one module with a class like `Format`, named in `detect.FORMATS`.
"""

from mcp_server.local.importers.items import UnknownFormatError
from mcp_server.local.importers.report import FileReport, ImportReport
from mcp_server.local.importers.runner import import_files

__all__ = ["FileReport", "ImportReport", "UnknownFormatError", "import_files"]
