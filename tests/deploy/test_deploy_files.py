"""The files for operators agree with the server and with what the proof has tried."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.replicas import proxy
from mcp_server.auth import file as auth_file
from mcp_server.auth.identity import Limits
from mcp_server.cli.serve import serve
from mcp_server.operations.pages import HEALTH
from mcp_server.service_settings import ServiceSettings
from mcp_server.settings import Settings, environment_name

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SITE = (DEPLOY / "nginx/tokmetrics.conf").read_text("utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text("utf-8")
EXAMPLE = (DEPLOY / "tokmetrics.env.example").read_text("utf-8")
KNOWN = {environment_name(name) for name in Settings.model_fields}
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")


def default(name: str) -> object:
    return ServiceSettings.model_fields[name].default


def test_the_shipped_list_of_servers_is_written_like_that_of_the_proof() -> None:
    shipped = (DEPLOY / "nginx/replicas.conf").read_text("utf-8")
    assert shipped == proxy.replicas(["tokmetrics-1:8000", "tokmetrics-2:8000"])
    for service in ("tokmetrics-1:", "tokmetrics-2:"):
        assert f"\n  {service}\n" in COMPOSE


def test_the_proof_changes_nothing_but_address_name_and_tls(tmp_path: Path) -> None:
    proxy.write(tmp_path, 8443, ["127.0.0.1:1", "127.0.0.1:2"])
    tried = (tmp_path / "conf.d/tokmetrics.conf").read_text("utf-8").splitlines()
    gone = [line.strip() for line in SITE.splitlines() if line not in tried]
    assert [line.split()[0] for line in gone] == [
        "listen",
        "server_name",
        "ssl_certificate",
        "ssl_certificate_key",
        "ssl_protocols",
    ]


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed, so nothing was parsed by it")
@pytest.mark.parametrize("servers", [1, 2, 5])
def test_nginx_takes_the_configuration(tmp_path: Path, servers: int) -> None:
    addresses = [f"127.0.0.1:{8000 + number}" for number in range(servers)]
    main = proxy.write(tmp_path, 8443, addresses)
    done = subprocess.run(  # noqa: S603 - our own words
        [str(NGINX), "-t", "-q", "-p", str(tmp_path), "-c", str(main)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_proxy_lets_through_what_the_server_does() -> None:
    assert default("max_body_bytes") == 4 * 1024**2
    assert "client_max_body_size 4m;" in SITE
    assert default("max_header_bytes") == 32 * 1024
    assert "large_client_header_buffers 4 32k;" in SITE
    assert default("header_timeout_seconds") == 10
    assert "client_header_timeout 10s;" in SITE
    assert default("body_timeout_seconds") == 30
    assert "client_body_timeout 30s;" in SITE


def test_the_proxy_publishes_nothing_but_the_endpoint_and_its_metadata() -> None:
    places = re.findall(r"location (.+) \{\n\s+(\S+)", SITE)
    assert places == [
        ("= /mcp", "proxy_pass"),
        ("= /.well-known/oauth-protected-resource/mcp", "proxy_pass"),
        ("/", "return"),
    ]


def test_every_setting_in_the_files_exists() -> None:
    named = set(re.findall(r"\b(?:TOKMETRICS|TOKPORTAL|TOKLYTICS)_[A-Z_]+", COMPOSE + EXAMPLE))
    named |= set(re.findall(r"\bTOKMETRICS_[A-Z_]+(?==)", DOCKERFILE))
    named |= set(re.findall(r"\bTOKMETRICS_[A-Z_]+", SITE))
    assert named - KNOWN == set()
    assert {"TOKMETRICS_STORE", "TOKMETRICS_PUBLIC_URL", "TOKMETRICS_DATA_DIR"} <= named


def test_the_example_of_an_auth_file_can_be_read() -> None:
    path = DEPLOY / "auth.example.toml"
    found = auth_file.read(path)
    assert not found.holds_keys
    entries = found.entries(Limits(300, None))
    assert [entry.identity.name for entry in entries] == [
        "laptop",
        "acme-dashboard",
        "acme-agent",
    ]
    assert entries[1].identity.expires_at == datetime(2027, 12, 31, tzinfo=UTC)
    keys = {"ACME_TOKPORTAL_KEY": "sk_synthetic"}
    assert all(f"{name}=" in EXAMPLE for name in keys)
    assert [owner.name for owner in found.owners(Settings(), keys)] == ["acme"]


def test_the_image_runs_as_nobody_special_and_asks_the_page_that_is_there() -> None:
    assert "\nUSER 10001:10001\n" in DOCKERFILE
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert "pip" not in last
    assert f"http://127.0.0.1:8000{HEALTH}'" in last
    assert '"--port", "8000"' in last
    assert "EXPOSE 8000" in last
    command = re.findall(r'^CMD \["tokmetrics", "serve", (.+)\]$', last, re.MULTILINE)
    arguments = [word.strip('"') for word in command[0].split(", ")]
    context = serve.make_context("serve", arguments)
    assert context.params["host"] == "0.0.0.0"  # noqa: S104 - inside of a container
    assert context.params["transport"] == "http"


def test_what_the_image_is_built_from_is_let_into_the_build() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert lines[0] == "*"
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = [
        name
        for names in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for name in names.split()
    ]
    assert set(copied) == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_images_are_named_with_a_version() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    images += re.findall(r"^ +image: (\S+)", COMPOSE, re.MULTILINE)
    assert all(re.search(r":(\d|local$)", image) for image in images), images


def test_the_store_of_the_compose_file_forgets_nothing() -> None:
    command = re.findall(r"^      - (.+)$", COMPOSE, re.MULTILINE)
    words = [word.strip('"') for word in command]
    assert words[words.index("--appendonly") + 1] == "yes"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"
