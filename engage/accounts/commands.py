"""The `engage accounts` commands."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.accounts.actions import create_account
from engage.accounts.letters import send_invitation
from engage.accounts.queries import accounts_listed
from engage.accounts.rules import AccountRefused, EmailRefused, PasswordRefused
from engage.extensions import db
from engage.permissions import Role

accounts = AppGroup("accounts", help="People's accounts.")

STAFF = [Role.OFFICER, Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR]


@accounts.command("create-officer")
@click.option("--email", required=True, help="Where the person's mail goes.")
@click.option("--name", required=True, help="The person's name, as colleagues know it.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in STAFF]),
    default=Role.OFFICER.value,
    show_default=True,
    help="What the person does. The first account of an installation is an administrator's.",
)
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="A file whose first line is the password (- reads standard input). "
    "Without it, a one-time link to choose one is printed and sent.",
)
@click.option("--ask-password", is_flag=True, help="Ask for the password here, unseen.")
def create_officer(
    email: str, name: str, role: str, password_file: Path | None, ask_password: bool
) -> None:
    """Make an account for somebody who works for the partnership."""
    at, password = clock.now(), None
    if ask_password:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    elif password_file is not None:
        password = _first_line(password_file)
    try:
        account = create_account(email, name.strip(), role, at=at, password=password)
        link = None if password else send_invitation(account, at=at)
        db.session.commit()
    except (AccountRefused, EmailRefused, PasswordRefused) as refusal:
        raise click.ClickException(f"{refusal}.") from refusal
    except IntegrityError as error:
        raise click.ClickException("This email address has an account already.") from error
    click.echo(f"Account {account.id} ({role}) is made.")
    if link:
        click.echo("To choose a password, open this link once, within three days:")
        click.echo(link)


@accounts.command("list")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Only this role.")
def list_(role: str | None) -> None:
    """List the accounts: number, role, whether it is open, name and address."""
    found = accounts_listed(role or "")
    for account in found:
        state = "open" if account.is_open else "closed"
        click.echo(
            f"{account.id:>6}  {account.role:<14} {state:<6}  {account.name}  <{account.mail_to}>"
        )
    click.echo(f"{len(found)} accounts." if len(found) != 1 else "1 account.")


def _first_line(file: Path) -> str:
    text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8")
    line = text.partition("\n")[0].rstrip("\r")
    if not line:
        raise click.ClickException("The first line of the password file is empty.")
    return line
