from mcp_server.cli.hosts import configs
from tests.console import SCRIPT, run


def test_the_demonstration_keeps_its_promises_and_leaves_a_configuration() -> None:
    done = run([SCRIPT, "demo"], env={"COLUMNS": "120"})
    assert done.returncode == 0, done.stdout + done.stderr
    for shown in ("synthetic", "One refresh for both", "cooldown", "NOT_FOUND_CREATOR"):
        assert shown in done.stdout
    assert f'"command": "{SCRIPT}"' in done.stdout


def test_four_hosts_are_told_the_same_command() -> None:
    made = configs("/opt/tokmetrics", ["serve", "--local"])
    assert [config.host for config in made] == [
        "Claude Desktop",
        "Claude Code",
        "Cursor",
        "VS Code",
    ]
    for config in made:
        assert "/opt/tokmetrics" in config.text
        assert "--local" in config.text
