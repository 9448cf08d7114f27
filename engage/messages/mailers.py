"""The ways an e-mail leaves: kept in memory, written to a file, SMTP, GOV.UK Notify.

``mailer_for`` chooses one by the setting MAILER; everything else knows only ``Mailer``.
"""

import smtplib
import ssl
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from engage.messages.rules import Letter, MailRefused, message_ref, one_line

#: Seconds that a page may wait for a provider that doesn't answer.
TIMEOUT = 5


class Mailer(Protocol):
    """Hands one letter on.

    Raises MailRefused where another try is no use, and OSError where the provider is at fault.
    """

    def deliver(self, letter: Letter) -> None:
        """Hand ``letter`` on, or raise."""


class MemoryMailer:
    """Keeps letters in ``sent``, for tests."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []

    def deliver(self, letter: Letter) -> None:
        """Keep the letter."""
        self.sent.append(letter)


class FileMailer:
    """Writes each letter to a file that a mail program opens, for development."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self.sender = folder, sender

    def deliver(self, letter: Letter) -> None:
        """Write the letter; the same letter is the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{letter.at:%Y%m%d-%H%M%S}-{message_ref(letter.key)}.eml"
        (self.folder / name).write_bytes(as_email(letter, self.sender).as_bytes())


class SmtpMailer:
    """Hands letters to a mail server, encrypted unless the settings say otherwise."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.host, self.port = settings["SMTP_HOST"], settings["SMTP_PORT"]
        self.user, self.password = settings["SMTP_USER"], settings["SMTP_PASSWORD"]
        self.starttls, self.sender = settings["SMTP_STARTTLS"], settings["MAIL_SENDER"]

    def deliver(self, letter: Letter) -> None:
        """Send the letter over one connection."""
        message = as_email(letter, self.sender)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT) as server:
                if self.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message, to_addrs=[letter.address])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _failure(code) from error
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code) from error


class NotifyMailer:
    """Hands letters to GOV.UK Notify, whose template is ((subject)) over ((body))."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.client: Any = NotificationsAPIClient(settings["NOTIFY_API_KEY"], timeout=TIMEOUT)  # type: ignore[no-untyped-call]
        self.template = settings["NOTIFY_TEMPLATE_ID"]

    def deliver(self, letter: Letter) -> None:
        """Send the letter through the API."""
        try:
            self.client.send_email_notification(
                email_address=letter.address,
                template_id=self.template,
                personalisation={"subject": one_line(letter.subject), "body": letter.body},
                reference=message_ref(letter.key),
                one_click_unsubscribe_url=letter.stop or None,
            )
        except APIError as error:
            if error.status_code == 400:
                raise MailRefused("the provider refused the message (400)") from error
            raise ConnectionError(f"the provider answered {error.status_code}") from error


def mailer_for(settings: Mapping[str, Any]) -> Mailer:
    """Return the mailer that the setting MAILER names. Raises ValueError for any other name."""
    match settings["MAILER"]:
        case "memory":
            return MemoryMailer()
        case "file":
            return FileMailer(Path(settings["MAIL_DIRECTORY"]), settings["MAIL_SENDER"])
        case "smtp":
            return SmtpMailer(settings)
        case "notify":
            return NotifyMailer(settings)
        case other:
            raise ValueError(f"MAILER is “{other}”. Set it to smtp, notify, file or memory.")


def as_email(letter: Letter, sender: str) -> EmailMessage:
    """Return the letter as a plain-text e-mail to exactly one address.

    Raises MailRefused for an address that isn't one mailbox.
    """
    message = EmailMessage()
    message["Subject"] = one_line(letter.subject)
    message["From"] = sender
    try:
        message["To"] = Address(addr_spec=letter.address)
    except (ValueError, IndexError, MessageError) as error:
        raise MailRefused("the address is not one mailbox") from error
    message["Date"] = format_datetime(letter.at)
    host = urlsplit(f"//{sender.rpartition('@')[2].rstrip('> ')}").hostname or "localhost"
    message["Message-ID"] = f"<{message_ref(letter.key)}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop:
        message["List-Unsubscribe"] = f"<{letter.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body)
    return message


def _failure(code: int) -> Exception:
    """Return what a mail server's answer means: from 500 on, it will never take the message.

    A refused sign-in or encryption is our own setting, to be put right while messages wait.
    """
    if code >= 500 and code not in (530, 534, 535, 538):
        return MailRefused(f"the mail server refused the message ({code})")
    return ConnectionError(f"the mail server answered {code}")
