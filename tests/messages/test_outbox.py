"""The outbox: a message leaves once, after the commit, whatever the provider does."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from engage import clock
from engage.extensions import db
from engage.messages.actions import claim, reference_address, send
from engage.messages.jobs import deliver_waiting, mailer
from engage.messages.models import Message
from engage.messages.queries import notices_for
from engage.messages.rules import MailRefused
from tests.makers.accounts import sent_mail


def queue(once="told:1", address="bryn@example.org", **more):
    message = send(address, "What we decided", "We changed it.", once=once, at=clock.now(), **more)
    db.session.commit()
    return message


def kept(once="told:1"):
    return db.session.scalars(select(Message).where(Message.once == once)).one()


class Broken:
    """A provider that fails as it is told to."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def deliver(self, letter):
        self.asked += 1
        raise self.error


@pytest.fixture
def broken(app):
    def install(error):
        app.extensions["mailer"] = Broken(error)
        return app.extensions["mailer"]

    return install


def later(message, **time):
    message.due_at = clock.now() - timedelta(**time)
    db.session.commit()


def test_a_waiting_message_is_sent_once(app):
    queue()
    assert deliver_waiting() == 1
    assert deliver_waiting() == 0
    assert [(m.address, m.subject, m.body) for m in sent_mail()] == [
        ("bryn@example.org", "What we decided", "We changed it.")
    ]
    assert (kept().state, kept().attempts) == ("sent", 1)
    assert kept().sent_at is not None


def test_the_same_message_is_queued_once(app):
    assert queue() is not None
    assert queue() is None
    assert db.session.query(Message).count() == 1


def test_a_message_goes_with_what_it_tells_about(app):
    send("bryn@example.org", "Subject", "Body", once="undone", at=clock.now())
    db.session.rollback()
    assert deliver_waiting() == 0


def test_a_notice_stands_for_the_holder_of_the_reference(app):
    reference = "ABCD-EF01-2345-6789"
    queue(address=reference_address(reference), channel="notice")
    assert [n.body for n in notices_for("abcd ef01 2345 6789")] == ["We changed it."]
    assert notices_for("ABCD-EF01-2345-678A") == []
    assert notices_for("rubbish") == []
    assert deliver_waiting() == 0


def test_a_notice_with_the_address_of_an_email_is_not_shown(app):
    queue(address=reference_address("ABCD-EF01-2345-6789"))
    assert notices_for("ABCD-EF01-2345-6789") == []


def test_a_one_time_link_does_not_stay_in_the_database(app):
    queue(secret=True)
    deliver_waiting()
    assert sent_mail()[0].body == "We changed it."
    assert kept().body == ""


def test_nor_does_the_address_that_it_went_to(app):
    queue(secret=True)
    deliver_waiting()
    assert kept().address == ""


def test_while_the_provider_is_down_messages_wait_and_nothing_fails(app, broken):
    provider = broken(ConnectionRefusedError())
    queue("told:1")
    queue("told:2")
    assert deliver_waiting() == 0
    assert provider.asked == 1  # one time-out is enough for a page
    assert (kept("told:1").state, kept("told:2").state) == ("waiting", "waiting")
    assert kept("told:1").due_at > clock.now()
    app.extensions.pop("mailer")
    assert deliver_waiting() == 1  # told:1 is not due yet
    later(kept("told:1"), seconds=1)
    assert deliver_waiting() == 1


def test_after_five_tries_a_message_has_failed(app, broken):
    broken(TimeoutError())
    queue(secret=True)
    for _ in range(5):
        later(kept(), seconds=1)
        deliver_waiting()
    assert (kept().state, kept().attempts, kept().failure) == ("failed", 5, "TimeoutError")
    assert kept().body == ""


def test_a_message_that_is_refused_fails_at_once_and_holds_no_other_up(app, broken):
    provider = broken(MailRefused("the mail server refused the message (550)"))
    queue("told:1")
    queue("told:2")
    deliver_waiting()
    assert provider.asked == 2
    assert kept("told:1").failure == "the mail server refused the message (550)"
    assert kept("told:1").state == "failed"


def test_what_a_provider_says_is_not_kept(app, broken):
    broken(RuntimeError("bryn@example.org is not a mailbox"))
    queue()
    deliver_waiting()
    assert "bryn" not in kept().failure


def test_an_unknown_mailer_stops_nobody(app):
    app.config["MAILER"] = "pigeon"
    queue()
    assert deliver_waiting() == 0
    assert kept().state == "waiting"


def test_a_message_whose_worker_died_is_sent_by_the_next(app):
    claim(queue().id, at=clock.now())
    db.session.commit()
    assert deliver_waiting() == 0
    later(kept(), seconds=1)
    assert deliver_waiting() == 1


def in_threads(app, count, work):
    start, problems = threading.Barrier(count), []

    def run(number):
        try:
            with app.app_context():
                start.wait()
                work(number)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_eight_workers_send_each_message_once(app):
    mailer()
    for number in range(12):
        queue(f"told:{number}")
    in_threads(app, 8, lambda number: deliver_waiting())
    assert sorted(m.key for m in sent_mail()) == sorted(f"told:{n}" for n in range(12))


def test_eight_requests_queue_one_message(app):
    in_threads(app, 8, lambda number: queue("same"))
    assert db.session.query(Message).count() == 1


# The command line --------------------------------------------------------------------------------


@pytest.fixture
def run(app):
    return lambda *args: app.test_cli_runner().invoke(args=["messages", *args])


def test_the_command_sends_everything_that_waits(run):
    for number in range(120):
        send("bryn@example.org", "Subject", "Body", once=f"told:{number}", at=clock.now())
    db.session.commit()
    ran = run("send")
    assert ran.exit_code == 0
    assert ran.output == "120 sent, 0 waiting, 0 failed.\n"


def test_failed_messages_are_tried_again_when_asked(app, run, broken):
    broken(MailRefused("no"))
    queue("told:1")
    queue("link:1", secret=True)
    deliver_waiting()
    app.extensions.pop("mailer")
    assert run("send").output == "0 sent, 0 waiting, 2 failed.\n"
    assert run("send", "--failed-too").output == "1 sent, 0 waiting, 1 failed.\n"


def test_the_list_shows_neither_address_nor_text(run):
    queue()
    ran = run("list")
    assert "waiting" in ran.output
    assert "told:1" in ran.output
    assert "bryn" not in ran.output
    assert "We changed it" not in ran.output
    assert "The outbox is empty" not in ran.output
