"""The `engage messages` commands."""

import email
import email.policy
from typing import BinaryIO

import click
from flask.cli import AppGroup

from engage import clock
from engage.extensions import db
from engage.messages.actions import take_back, try_again
from engage.messages.jobs import deliver_waiting
from engage.messages.queries import counts_by_state, messages_in
from engage.messages.rules import read_report

messages = AppGroup("messages", help="The outbox.")


@messages.command()
@click.option("--failed-too", is_flag=True, help="Try those again that had failed for good.")
def send(failed_too: bool) -> None:
    """Send what waits. Run this every minute (cron)."""
    if failed_too:
        for message in messages_in("failed", limit=10_000):
            try_again(message, at=clock.now())
        db.session.commit()
    sent = total = deliver_waiting(limit=100)
    while sent == 100:
        total += (sent := deliver_waiting(limit=100))
    counts = counts_by_state()
    waiting = counts.get("waiting", 0) + counts.get("sending", 0)
    click.echo(f"{total} sent, {waiting} waiting, {counts.get('failed', 0)} failed.")


@messages.command()
@click.argument("files", nargs=-1, required=True, type=click.File("rb"))
def bounced(files: tuple[BinaryIO, ...]) -> None:
    """Read delivery reports (one mail in each FILE, - for standard input) of what came back.

    Let the mail server pipe what reaches the sender's own box in here.
    """
    known = others = 0
    for file in files:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
        for bounce in read_report(mail):  # type: ignore[arg-type]
            taken = take_back(bounce, at=clock.now())
            known, others = known + taken, others + (not taken)
        db.session.commit()
    click.echo(f"{known} came back, {others} not ours or known already.")


@messages.command("list")
@click.option(
    "--state", type=click.Choice(["waiting", "sending", "sent", "failed"]), help="Only these."
)
@click.option("--most", default=50, show_default=True, help="How many to show, newest first.")
def list_(state: str | None, most: int) -> None:
    """List the newest messages: what, when and how it went. No addresses, no texts."""
    for message in messages_in(state or "", most):
        when = (message.sent_at or message.created_at).isoformat(timespec="seconds")
        tail = f"  {message.failure}" if message.failure else ""
        click.echo(
            f"{message.id:>6}  {message.state:<8} {message.channel:<7} {when}  {message.once}{tail}"
        )
    click.echo(
        ", ".join(f"{count} {name}" for name, count in sorted(counts_by_state().items()))
        or "The outbox is empty."
    )
