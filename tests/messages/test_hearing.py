"""What people hear about and how, and what comes back."""

import email
import email.policy
import json
import re

import pytest
from sqlalchemy import select

from engage.bodies.actions.register import tell_body
from engage.messages.actions import COMES_BACK, choose, mend, send, take_back, try_again
from engage.messages.exports import letters
from engage.messages.jobs import deliver_waiting, mailer, reader_token
from engage.messages.models import Correspondent, Errand, Message
from engage.messages.queries import correspondent, is_failing, open_errands, wish_of_reader
from engage.messages.rules import (
    Bounce,
    Wish,
    body_holder,
    mail_holder,
    message_ref,
    read_notify,
    read_report,
)
from tests.conftest import NOW
from tests.makers.bodies import make_body

BRYN = "bryn@example.org"
REF = message_ref("told:1")


def tell(once="told:1", address=BRYN, **more):
    return send(address, "What we decided", "We changed it.", once=once, at=NOW, **more)


def report(ref=REF, action="failed", status="5.1.1", address=BRYN, kind="text/rfc822-headers"):
    """A delivery report as a mail server writes it."""
    headings = f"Message-ID: <{ref}@strathlyle.example>\nSubject: What we decided\n"
    return email.message_from_string(
        "From: MAILER-DAEMON@mx.example\nTo: engage@strathlyle.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n'
        "--x\nContent-Type: text/plain\n\nIt could not be delivered.\n"
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n\n"
        f"--x\nContent-Type: {kind}\n\n{headings}\n--x--\n",
        policy=email.policy.default,
    )


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_delivery_report_names_the_message_and_the_address(kind):
    assert read_report(report(kind=kind)) == [Bounce(REF, BRYN, True, "5.1.1")]


@pytest.mark.parametrize(
    ("mail", "found"),
    [
        (report(action="delayed"), []),
        (report(action="delivered"), []),
        (report(status="4.2.2"), [Bounce(REF, BRYN, False, "4.2.2")]),
        (report(ref="nobody"), [Bounce("", BRYN, True, "5.1.1")]),
        (email.message_from_string("Subject: Hello\n\nHi", policy=email.policy.default), []),
    ],
)
def test_other_mail_is_no_bounce(mail, found):
    assert read_report(mail) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"status": "permanent-failure", "reference": REF, "to": BRYN},
         Bounce(REF, BRYN, True, "permanent-failure")),
        ({"status": "temporary-failure", "reference": None}, Bounce("", "", False,
                                                                     "temporary-failure")),
        ({"status": "delivered"}, None), ([], None), (None, None), ({"status": ["x"]}, None),
    ],
)  # fmt: skip
def test_a_callback_is_read(data, found):
    assert read_notify(data) == found


def test_a_bounce_marks_the_address_and_ends_mail_to_it(session):
    message = tell()
    assert take_back(Bounce(REF, BRYN, True, "5.1.1"), at=NOW)
    assert message.bounced_at == NOW
    assert is_failing("Bryn@Example.org")
    again = tell("told:2")
    assert (again.state, again.failure) == ("failed", COMES_BACK)
    assert not try_again(again, at=NOW)
    assert tell("link:1", secret=True).state == "waiting"
    mend(correspondent(mail_holder(BRYN)), at=NOW)
    assert try_again(again, at=NOW)
    assert tell("told:3").state == "waiting"


def test_a_report_counts_once_and_only_for_our_own_message(session):
    tell()
    assert not take_back(Bounce("", BRYN, True, "5.1.1"), at=NOW)
    assert not take_back(Bounce(message_ref("other"), BRYN, True, "5.1.1"), at=NOW)
    assert not take_back(Bounce(REF, "aisha@example.org", True, "5.1.1"), at=NOW)
    assert take_back(Bounce(REF, BRYN, False, "4.2.2"), at=NOW)
    assert not take_back(Bounce(REF, BRYN, False, "4.2.2"), at=NOW)
    assert not is_failing(BRYN)


def test_three_soft_failures_are_a_hard_one(session):
    for number in range(3):
        assert not is_failing(BRYN)
        tell(f"told:{number}")
        take_back(Bounce(message_ref(f"told:{number}"), "", False, "4.2.2"), at=NOW)
    assert is_failing(BRYN)


def test_what_may_be_refused_is_and_what_must_arrive_does(session):
    choose(mail_holder(BRYN), Wish(unwanted=frozenset({"decisions"})), at=NOW)
    assert tell(topic="decisions") is None
    assert tell("told:2", topic="invitations") is not None
    assert tell("told:3") is not None
    assert tell("told:4", "aisha@example.org", topic="decisions") is not None


def test_a_group_that_wants_letters_gets_a_letter_once_and_no_email(session, bryn):
    body = make_body(session, represented_by=bryn)
    wish = Wish(way="post", postal="1 High Street\nLyle", form="large_print")
    choose(body_holder(body.id), wish, at=NOW)
    for _again in range(2):
        assert tell_body(body, "Agreed", "We agree.", once="request:1", at=NOW) == 1
    (errand,) = open_errands()
    assert errand.reader == "Ferryhill Community Council\n1 High Street\nLyle"
    assert (errand.kind, errand.form) == ("post", "large_print")
    assert session.scalars(select(Message)).all() == []


def test_a_group_refuses_a_topic_for_everybody_who_speaks_for_it(session, bryn):
    body = make_body(session, represented_by=bryn)
    choose(body_holder(body.id), Wish(unwanted=frozenset({"invitations"})), at=NOW)
    assert tell_body(body, "Come", "Do.", once="i:1", at=NOW, topic="invitations") == 0
    assert tell_body(body, "Agreed", "Yes.", once="r:1", at=NOW) == 1


@pytest.mark.parametrize(
    ("wish", "kind", "mails"),
    [
        (Wish(form="bsl"), "form", 1),
        (Wish(language="Gaelic"), "form", 1),
        (Wish(way="phone", phone="01632 960 010"), "phone", 0),
    ],
)
def test_another_form_leaves_in_plain_english_at_once_and_is_owed(session, wish, kind, mails):
    choose(mail_holder(BRYN), wish, at=NOW)
    tell()
    assert [errand.kind for errand in open_errands()] == [kind]
    kept = session.scalars(select(Message)).all()
    assert [(m.form, m.language) for m in kept] == [(wish.form, wish.language)] * mails


def test_what_is_done_forgets_who_it_was_for(session, as_person, carys):
    choose(mail_holder(BRYN), Wish(way="post", postal="1 High Street"), at=NOW)
    tell()
    session.commit()
    officer = as_person(carys)
    assert "1 High Street" in officer.open("/desk/messages/").text
    assert officer.client.get("/desk/messages/letters.pdf").data.startswith(b"%PDF")
    officer.send("/desk/messages/", form="/desk/messages/1/done/")
    errand = session.scalars(select(Errand)).one()
    assert (errand.reader, errand.done_by) == ("", carys.id)


def test_a_letter_that_the_font_lacks_is_left_out_and_a_long_one_has_pages(app):
    short = Errand(reader="A", subject="S", body="x\n" * 200, form="plain", created_at=NOW)
    greek = Errand(reader="A", subject="S", body="Ωμέγα", form="plain", created_at=NOW)
    pdf, left_out = letters([short, greek], "Strathlyle")
    assert left_out == [greek]
    assert pdf.count(b"/Type /Page\n") > 2


def test_mail_that_may_be_refused_says_how_and_carries_the_headings(session):
    tell(topic="decisions")
    tell("told:2")
    session.commit()
    deliver_waiting()
    optional, needed = mailer().sent
    assert optional.stop.startswith("http://localhost/messages/stop/")
    assert "what we decided about what you said" in optional.body
    assert re.search(r"http://localhost/messages/choose/\S+", optional.body)
    assert BRYN not in optional.body
    assert (needed.stop, needed.body) == ("", "We changed it.")


def test_one_click_stops_a_topic_and_a_look_does_not(session, site):
    message = tell(topic="decisions")
    session.commit()
    path = f"/messages/stop/{reader_token(message.id)}/"
    assert "Stop these messages" in site.open(path).text
    assert wish_of_reader(mail_holder(BRYN)).unwanted == frozenset()
    one_click = {"List-Unsubscribe": "One-Click"}
    assert site.client.post(path, data=one_click).status_code == 200
    assert wish_of_reader(mail_holder(BRYN)).unwanted == {"decisions"}
    site.open("/messages/stop/rubbish/", status=404)


def test_somebody_without_an_account_chooses_through_the_link(session, site):
    message = tell(topic="decisions")
    needed = tell("told:2")
    session.commit()
    path = f"/messages/choose/{reader_token(message.id)}/"
    page = site.send(path, {"way": "phone", "phone": "call me"}, status=422)
    assert "Enter a phone number, like 01632 960 001" in page.text
    assert page.select_one("[name=phone]")["value"] == "call me"
    page = site.send(path, {"way": "post"}, status=422)
    assert "Enter the address for our letters" in page.text
    site.send_on(page, path, {"postal": "1 High Street", "topics": ["rounds"]})
    wish = wish_of_reader(mail_holder(BRYN))
    assert (wish.way, wish.postal) == ("post", "1 High Street")
    assert wish.unwanted == {"decisions", "invitations", "reviews"}
    page = site.open(path)
    assert "1 High Street" not in page.text  # whoever was forwarded the message may read this
    site.send_on(page, path, {"topics": ["rounds"]})
    assert wish_of_reader(mail_holder(BRYN)).postal == "1 High Street"
    site.open(f"/messages/choose/{reader_token(needed.id)}/", status=404)


def test_people_with_accounts_choose_and_mend(session, as_person, bryn):
    tell()
    take_back(Bounce(REF, BRYN, True, "5.1.1"), at=NOW)
    person = as_person(bryn)
    assert "comes back" in person.open("/account/").text
    person.send("/account/messages/", {"topics": ["rounds"]}, form="")
    assert "decisions" in wish_of_reader(mail_holder(BRYN)).unwanted
    person.send("/account/messages/", form="/account/messages/works/")
    assert not is_failing(BRYN)


def test_a_group_chooses_on_its_own_page(session, as_person, bryn, dev):
    body = make_body(session, represented_by=bryn, contact_email="group@example.org")
    tell(address="group@example.org")
    take_back(Bounce(REF, "group@example.org", True, "5.1.1"), at=NOW)
    path = f"/group/{body.slug}/messages/"
    person = as_person(bryn)
    assert "comes back" in person.open(f"/group/{body.slug}/").text
    person.send(path, {"topics": ["invitations"], "language": "Polish"})
    assert wish_of_reader(body_holder(body.id)).language == "Polish"
    as_person(dev).open(path, status=404)


def test_the_provider_reports_with_its_token_only(app, session, site):
    tell()
    session.commit()
    data = {"status": "permanent-failure", "reference": REF, "to": BRYN}

    def post(token):
        bearer = {"Authorization": f"Bearer {token}"}
        return site.client.post("/messages/notify/", json=data, headers=bearer).status_code

    assert post("") == 404
    app.config["NOTIFY_CALLBACK_TOKEN"] = "long and random"
    assert post("wrong") == 403
    assert not is_failing(BRYN)
    assert post("long and random") == 204
    assert is_failing(BRYN)


def test_officers_see_what_fails_and_try_again(session, as_person, carys):
    tell()
    take_back(Bounce(REF, BRYN, True, "5.1.1"), at=NOW)
    session.commit()
    officer = as_person(carys)
    assert "email address fails" in officer.open("/desk/").text
    page = officer.open("/desk/messages/")
    assert BRYN in page.text
    assert "5.1.1" in page.text
    officer.send("/desk/messages/", form=f"/desk/messages/{mail_holder(BRYN)}/mend/")
    assert session.scalars(select(Correspondent.failed_at)).all() == [None]


def test_the_command_reads_delivery_reports(app, session, tmp_path):
    tell()
    session.commit()
    file = tmp_path / "bounce.eml"
    file.write_bytes(report().as_bytes())
    result = app.test_cli_runner().invoke(args=["messages", "bounced", str(file), str(file)])
    assert "1 came back, 1 not ours or known already." in result.output
    assert is_failing(BRYN)
    assert json.dumps(BRYN) not in result.output
