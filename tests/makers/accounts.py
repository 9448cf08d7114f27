"""Accounts with passwords, and the mail that an application has sent."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app

from engage.accounts.actions import create_account
from engage.accounts.models import Account
from engage.extensions import db
from engage.messages.jobs import mailer
from engage.messages.mailers import MemoryMailer
from engage.messages.rules import Letter
from engage.permissions import Role

PASSWORD = "correct horse battery"
AT = datetime.fromisoformat("2026-11-22T12:00:00+00:00")


def make_person(
    name: str, role: Role = Role.RESIDENT, password: str | None = PASSWORD, email: str = ""
) -> Account:
    """Make a person who signs in with ``password`` (None: by link only)."""
    address = email or f"{name.lower()}@example.org"
    account = create_account(address, name, role, at=AT, password=password)
    db.session.commit()
    return account


def sent_mail() -> list[Letter]:
    """Everything that this application has sent."""
    kept = mailer()
    assert isinstance(kept, MemoryMailer), current_app.config["MAILER"]
    return kept.sent


def link_in(letter: Letter) -> str:
    """The path of the link that a letter holds."""
    found = re.search(r"https?://\S+", letter.body)
    assert found, letter.body
    return urlsplit(found[0]).path
