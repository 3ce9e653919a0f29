"""`tokmetrics token`: bearer tokens for callers over HTTP."""

import secrets

import click

from mcp_server.cli.examples import examples


@click.group(epilog=examples("tokmetrics token new --name laptop"))
def token() -> None:
    """Make bearer tokens for callers over HTTP."""


@token.command(epilog=examples("tokmetrics token new --name laptop --refresh"))
@click.option("--name", required=True, help="What to call the caller in logs and audits.")
@click.option("--tenant", help="Whose data it sees: a tenant of the file, or the server's own.")
@click.option("--refresh", is_flag=True, help="Let it spend refreshes, too.")
def new(*, name: str, tenant: str | None, refresh: bool) -> None:
    """Print a new token, once, and what belongs into the auth file.

    The token goes to standard output, the rest to standard error, so that it can be piped to where
    secrets are kept. Only its hash is ever stored.
    """
    from mcp_server.auth.tokens import hash_line, new_token
    from mcp_server.setting_values import NAME

    for value in (name, tenant):
        if value is not None and not NAME.fullmatch(value):
            raise click.UsageError(
                "A name has at most 64 letters, digits, dots, dashes, underscores and @, and "
                "begins with a letter or digit."
            )
    made = new_token(secrets.token_urlsafe)
    scopes = '["read", "refresh"]' if refresh else '["read"]'
    lines = ["[[tokens]]", f'name = "{name}"', f'hash = "{hash_line(made)}"', f"scopes = {scopes}"]
    if tenant is not None:
        lines.append(f'tenant = "{tenant}"')
    click.echo("Add this to the file that TOKMETRICS_AUTH_FILE names:\n", err=True)
    click.echo("\n".join(lines), err=True)
    click.echo("\nThe token, which is shown only now:", err=True)
    click.echo(made)
