"""How a letter leaves: as a file, over SMTP, through GOV.UK Notify."""

import email
import email.policy
import json
import smtplib
import socket
import threading

import pytest
import requests

from engage.messages import mailers
from engage.messages.mailers import FileMailer, NotifyMailer, SmtpMailer, as_email, mailer_for
from engage.messages.rules import Letter, MailRefused
from tests.conftest import NOW

SENDER = "Engage <engage@strathlyle.example>"


def make_letter(**more):
    fields = {
        "key": "told:1",
        "address": "bryn@example.org",
        "subject": "What we decided – atharraichean",
        "body": "We changed it.\n\nhttp://localhost/decisions/",
        "at": NOW,
    }
    return Letter(**(fields | more))


def test_a_letter_is_a_plain_text_email():
    message = as_email(make_letter(), SENDER)
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert read["To"] == "bryn@example.org"
    assert read["From"] == SENDER
    assert read["Subject"] == "What we decided – atharraichean"
    assert read["Message-ID"].endswith("@strathlyle.example>")
    assert read.get_content().strip() == "We changed it.\n\nhttp://localhost/decisions/"


def test_a_subject_brings_no_other_heading_with_it():
    message = as_email(make_letter(subject="Vote\r\nBcc: all@example.org"), SENDER)
    assert message["Bcc"] is None
    assert message["Subject"] == "Vote Bcc: all@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a",
        "",
        "@",
        "a b@c.org",
    ],
)
def test_an_address_is_one_mailbox(address):
    with pytest.raises(MailRefused, match="not one mailbox"):
        as_email(make_letter(address=address), SENDER)


def test_a_file_holds_the_email(tmp_path):
    FileMailer(tmp_path / "mail", SENDER).deliver(make_letter())
    files = list((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml"]
    assert b"To: bryn@example.org" in files[0].read_bytes()


@pytest.mark.parametrize("name", ["memory", "file", "smtp"])
def test_the_setting_chooses_the_mailer(app, name):
    assert type(mailer_for({**app.config, "MAILER": name})).__name__.lower() == f"{name}mailer"


def test_an_unknown_mailer_is_refused(app):
    with pytest.raises(ValueError, match="pigeon"):
        mailer_for({**app.config, "MAILER": "pigeon"})


# SMTP --------------------------------------------------------------------------------------------


class Server:
    """A mail server that answers each command from a list, on a port of its own."""

    def __init__(self, answers):
        self.answers, self.heard = answers, []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rwb") as stream:
            self.say(stream, "220 ready")
            reading_text = False
            for raw in stream:
                line = raw.decode().strip()
                self.heard.append(line)
                if reading_text:
                    if line == ".":
                        reading_text = False
                        self.say(stream, "250 taken")
                    continue
                word = line.split()[0].upper()
                self.say(stream, self.answers.get(word, "250 ok"))
                reading_text = word == "DATA"
                if word == "QUIT":
                    return

    def say(self, stream, line):
        stream.write(f"{line}\r\n".encode())
        stream.flush()

    def close(self):
        self.thread.join(timeout=10)
        self.listening.close()


@pytest.fixture
def serve(network):
    servers = []

    def start(**answers):
        servers.append(Server({"DATA": "354 go on", "QUIT": "221 bye", **answers}))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def network():
    """This test talks to a server of its own on this machine."""


def smtp(port, **more):
    settings = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": port,
        "SMTP_USER": "",
        "SMTP_PASSWORD": "",
        "SMTP_STARTTLS": False,
        "MAIL_SENDER": SENDER,
    }
    return SmtpMailer(settings | more)


def test_a_letter_is_handed_to_a_mail_server(serve):
    server = serve()
    smtp(server.port).deliver(make_letter())
    assert "rcpt TO:<bryn@example.org>" in server.heard
    assert "To: bryn@example.org" in server.heard


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 no such mailbox", MailRefused), ("450 try later", ConnectionError)],
)
def test_a_refused_mailbox_is_final_and_a_busy_one_is_not(serve, answer, error):
    server = serve(RCPT=answer)
    with pytest.raises(error):
        smtp(server.port).deliver(make_letter())


def test_a_server_without_encryption_gets_nothing_where_it_is_asked_for(serve):
    server = serve()
    with pytest.raises(smtplib.SMTPNotSupportedError):
        smtp(server.port, SMTP_STARTTLS=True).deliver(make_letter())
    assert not [line for line in server.heard if "bryn" in line]


def test_a_server_that_never_answers_is_left_after_a_while(network, monkeypatch):
    monkeypatch.setattr(mailers, "TIMEOUT", 0.2)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(OSError, match="timed out"),
    ):
        smtp(silent.getsockname()[1]).deliver(make_letter())


# GOV.UK Notify -----------------------------------------------------------------------------------

KEY = "test-" + "-".join(["11111111-1111-4111-8111-111111111111"] * 2)


@pytest.fixture
def notify(monkeypatch):
    """Notify as it answers a request; what was asked of it is kept."""
    asked = []

    def answer_with(status, body=None):
        def request(self, method, url, **kwargs):
            asked.append((url, json.loads(kwargs["data"]), kwargs["timeout"]))
            response = requests.Response()
            response.status_code = status
            response._content = json.dumps(body or {}).encode()
            return response

        monkeypatch.setattr(requests.Session, "request", request)
        return NotifyMailer({"NOTIFY_API_KEY": KEY, "NOTIFY_TEMPLATE_ID": "template"}), asked

    return answer_with


def test_notify_gets_subject_and_body_for_its_template(notify):
    mailer, asked = notify(201, {"id": "1"})
    mailer.deliver(make_letter(subject="What\nwe decided"))
    (url, data, timeout) = asked[0]
    assert url.endswith("/v2/notifications/email")
    assert data["email_address"] == "bryn@example.org"
    assert data["personalisation"]["subject"] == "What we decided"
    assert data["personalisation"]["body"].startswith("We changed it.")
    assert timeout == 5


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, MailRefused), (403, ConnectionError), (429, ConnectionError), (503, ConnectionError)],
)
def test_what_notify_refuses_is_final_and_the_rest_is_tried_again(notify, status, error):
    mailer, _ = notify(status, {"errors": [{"error": "ValidationError"}]})
    with pytest.raises(error):
        mailer.deliver(make_letter())
