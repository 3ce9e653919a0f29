"""nginx in front of the servers: the configuration that is shipped, on ports of this machine."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).parents[2] / "deploy" / "nginx"

_HEAD: Final = """\
# Which servers there are. `python -m benchmarks.replicas.proxy HOST:PORT ...` writes this file for
# others. A server that is away is left alone for two seconds and another one asked. Sessions that
# it held are answered with 404 there, and their clients open new ones; so are those that were
# opened in its place, once it is back.
"""
# By default a stand-in would be left alone for ten seconds after one lost connection.
_AWAY: Final = "max_fails=3 fail_timeout=2s"
_MAIN: Final = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/conf.d/*.conf;
}}
"""


def replicas(addresses: Sequence[str]) -> str:
    """Return `replicas.conf` for servers at these addresses."""
    parts = [_HEAD]
    for number, address in enumerate(addresses, 1):
        others = [other for other in addresses if other != address]
        lines = [f"server {address} {_AWAY};"]
        lines += [f"server {other} {_AWAY} backup;" for other in others]
        lines.append("keepalive 32;")
        parts.append(_block(f"upstream tokmetrics_{number}", lines))
    numbers = range(1, len(addresses) + 1)
    share = 100 / len(addresses)
    shares = [f"{share:.2f}% {number};" for number in numbers[:-1]] + [f"* {len(addresses)};"]
    parts.append(_block("split_clients $request_id $tokmetrics_new", shares))
    known = [f'"~^{number}-" {number};' for number in numbers]
    parts.append(
        _block("map $http_mcp_session_id $tokmetrics_known", [*known, 'default "";']),
    )
    return "\n".join(parts)


def write(folder: Path, port: int, addresses: Sequence[str]) -> Path:
    """Write everything that nginx reads into a folder, and return its main file.

    Only the address, the name and TLS differ from what is shipped.
    """
    site = (SHIPPED / "tokmetrics.conf").read_text("utf-8")
    site = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", site)
    site = re.sub(r"^ *ssl_.*\n", "", site, flags=re.MULTILINE)
    site = site.replace("server_name tokmetrics.example.com;", "server_name 127.0.0.1;")
    parts = folder / "conf.d"
    parts.mkdir(parents=True, exist_ok=True)
    (parts / "tokmetrics.conf").write_text(site, "utf-8")
    (parts / "replicas.conf").write_text(replicas(addresses), "utf-8")
    main = folder / "nginx.conf"
    main.write_text(_MAIN.format(folder=folder), "utf-8")
    return main


def _block(head: str, lines: Sequence[str]) -> str:
    inside = "".join(f"    {line}\n" for line in lines)
    return f"{head} {{\n{inside}}}\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(replicas(sys.argv[1:]))
