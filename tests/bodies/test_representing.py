"""Who speaks for a group: invited by e-mail, each with a part of their own (R01)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.audit.models import AuditEvent
from engage.bodies.actions import representing as actions
from engage.bodies.models import Representative, RepresentativeInvitation
from engage.bodies.queries import representing as queries
from engage.bodies.queries.register import bodies_of, part_in
from engage.bodies.rules.register import BodyRefused
from engage.bodies.rules.representing import INVITATION_LIFE
from engage.messages.models import Message
from tests.bodies.test_bodies_views import errors
from tests.makers.accounts import link_in, make_person, sent_mail
from tests.makers.bodies import make_body

ASKED = {"email": "aisha@example.org", "part": "member"}


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def who(by, at):
    return {"at": at, "by": by.id, "role": by.role}


def join(session, body, account, part, now):
    """Let somebody speak for a group as if invited; the invitation's link is not followed."""
    session.add(Representative(body_id=body.id, account_id=account.id, part=part))
    session.commit()


def trail(session):
    return [e.action for e in session.scalars(select(AuditEvent).order_by(AuditEvent.seq))]


# Rules ------------------------------------------------------------------------------------------


def test_r01_somebody_without_an_account_is_invited_and_only_a_hash_of_the_link_stays(
    session, bryn, now
):
    body = make_body(session, represented_by=bryn)
    made = actions.invite_representative(body, "New@Example.org", "reader", **who(bryn, now))
    (letter,) = session.scalars(select(Message))
    assert (letter.address, letter.secret) == ("New@Example.org", True)
    assert made.token_hash not in letter.body
    assert made.email == "new@example.org"
    assert trail(session) == ["representative.invited"]


@pytest.mark.parametrize("spelling", ["aisha@example.org", "Aisha+x@EXAMPLE.org"])
def test_r01_nobody_is_invited_twice_and_the_first_day_is_named(session, bryn, now, spelling):
    body = make_body(session, represented_by=bryn)
    actions.invite_representative(body, "aisha@example.org", "member", **who(bryn, now))
    with pytest.raises(BodyRefused, match="invited this address on 22 November 2026"):
        actions.invite_representative(body, spelling, "reader", **who(bryn, now))
    assert session.query(Message).count() == 1


def test_of_two_invitations_at_once_the_database_keeps_one(session, bryn, now, monkeypatch):
    body = make_body(session, represented_by=bryn)
    actions.invite_representative(body, "aisha@example.org", "member", **who(bryn, now))
    session.commit()
    monkeypatch.setattr(actions, "open_invitations", lambda body_id: [])
    with pytest.raises(BodyRefused, match="a moment ago"):
        actions.invite_representative(body, "aisha@example.org", "member", **who(bryn, now))


def test_an_old_invitation_makes_room_for_a_new_one_and_forgets_its_address(session, bryn, now):
    body = make_body(session, represented_by=bryn)
    old = actions.invite_representative(body, "aisha@example.org", "member", **who(bryn, now))
    later = now + INVITATION_LIFE
    actions.invite_representative(body, "aisha@example.org", "member", **who(bryn, later))
    assert (old.outcome, old.email, old.mail_to) == ("expired", "", "")
    assert actions.expire_invitations(later + INVITATION_LIFE) == 1


def test_no_more_wait_than_a_group_can_oversee(session, bryn, now, monkeypatch):
    monkeypatch.setattr(actions, "MOST_OPEN", 1)
    body = make_body(session, represented_by=bryn)
    actions.invite_representative(body, "a@example.org", "member", **who(bryn, now))
    with pytest.raises(BodyRefused, match="1 invitations wait"):
        actions.invite_representative(body, "b@example.org", "member", **who(bryn, now))


def test_nobody_is_invited_to_a_group_that_was_not_checked(session, bryn, now):
    body = make_body(session, represented_by=bryn, stage="proposed")
    with pytest.raises(BodyRefused, match="on the register"):
        actions.invite_representative(body, "aisha@example.org", "reader", **who(bryn, now))


def test_a_withdrawn_invitation_opens_nothing_and_its_holder_is_told(session, bryn, aisha, now):
    body = make_body(session, represented_by=bryn)
    made = actions.invite_representative(body, "aisha@example.org", "member", **who(bryn, now))
    actions.withdraw_invitation(made, body, **who(bryn, now))
    with pytest.raises(BodyRefused, match="answered or withdrawn"):
        actions.withdraw_invitation(made, body, **who(bryn, now))
    with pytest.raises(BodyRefused):
        actions.accept_invitation(made, body, aisha, at=now)
    assert session.query(Message).count() == 2
    assert trail(session)[-1] == "representative.invitation_withdrawn"


def test_only_the_invited_address_accepts(session, bryn, aisha, dev, now):
    body = make_body(session, represented_by=bryn)
    made = actions.invite_representative(body, "aisha@example.org", "member", **who(bryn, now))
    with pytest.raises(BodyRefused, match="another email address"):
        actions.accept_invitation(made, body, dev, at=now)
    actions.accept_invitation(made, body, aisha, at=now)
    assert part_in(body, aisha.id) == "member"
    told = [m.address for m in session.scalars(select(Message).order_by(Message.id))]
    assert told == ["aisha@example.org", "bryn@example.org"]
    assert trail(session) == ["representative.invited", "representative.added"]


def test_the_last_secretary_stays_whatever_they_become(session, bryn, aisha, now):
    body = make_body(session, represented_by=bryn)
    join(session, body, aisha, "member", now)
    for act in (
        lambda: actions.remove_representative(body, bryn.id, **who(bryn, now)),
        lambda: actions.change_part(body, bryn.id, "reader", **who(bryn, now)),
    ):
        with pytest.raises(BodyRefused, match="needs a secretary"):
            act()
    actions.change_part(body, aisha.id, "secretary", **who(bryn, now))
    actions.change_part(body, bryn.id, "reader", **who(bryn, now))
    assert trail(session) == ["representative.changed"] * 2
    assert [m.address for m in session.scalars(select(Message))] == ["aisha@example.org"]


def test_a_secretary_whose_account_is_closed_is_none(session, bryn, aisha, now):
    body = make_body(session, represented_by=bryn)
    join(session, body, aisha, "secretary", now)
    aisha.is_open = False
    with pytest.raises(BodyRefused, match="needs a secretary"):
        actions.remove_representative(body, bryn.id, **who(bryn, now))


def test_who_is_removed_and_who_stays_are_told(session, bryn, aisha, now):
    body = make_body(session, represented_by=bryn)
    join(session, body, aisha, "member", now)
    actions.remove_representative(body, aisha.id, **who(bryn, now))
    join(session, body, aisha, "member", now)
    actions.remove_representative(body, aisha.id, **who(aisha, now))
    told = [(m.address, m.subject) for m in session.scalars(select(Message).order_by(Message.id))]
    assert told == [
        ("aisha@example.org", "You no longer speak for Ferryhill Community Council"),
        ("bryn@example.org", "Aisha has left Ferryhill Community Council"),
    ]
    assert bodies_of(aisha.id) == []


def test_an_outsider_has_no_part_to_change_or_remove(session, bryn, dev, now):
    body = make_body(session, represented_by=bryn)
    with pytest.raises(BodyRefused, match="does not represent"):
        actions.remove_representative(body, dev.id, **who(bryn, now))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM representative",
        "UPDATE representative SET part = 'reader'",
        "UPDATE representative SET body_id = (SELECT max(id) FROM community_body)",
    ],
)
def test_the_database_keeps_a_secretary_too(session, bryn, statement):
    make_body(session, represented_by=bryn)
    make_body(session, "Torry Community Council")
    with pytest.raises(IntegrityError, match="keeps a secretary"):
        session.execute(text(statement))


# Pages ------------------------------------------------------------------------------------------


def test_r01_an_invited_person_makes_an_account_and_joins(as_person, site, session, bryn):
    body = make_body(session, represented_by=bryn)
    path = f"/group/{body.slug}/people/"
    page = as_person(bryn).send(path, {"email": "new@example.org", "part": "member"})
    assert "1 invitation" in page.main.text
    assert "1 person" in page.main.text
    link = link_in(sent_mail()[0])
    page = site.send(link)
    page = site.send(site.response.request.full_path, {"name": "Nia"})
    assert "Join" in page.h1.text
    page = site.send_on(page, link)
    assert "You are now part of the group." in page.text
    assert [r.part for r in body.representatives] == ["secretary", "member"]
    site.open(link, status=410)


def test_somebody_with_an_account_signs_in_first(site, session, bryn):
    person = make_person("Nia")
    body = make_body(session, represented_by=bryn)
    actions.invite_representative(
        body, person.email, "reader", at=clock.now(), by=bryn.id, role=bryn.role
    )
    session.commit()
    link = link_in(session.scalars(select(Message)).one())
    page = site.send(link)
    assert page.h1.text == "Sign in"
    assert bodies_of(person.id) == []


def test_somebody_else_may_only_say_no(as_person, session, bryn, dev, now):
    body = make_body(session, represented_by=bryn)
    actions.invite_representative(body, "aisha@example.org", "reader", **who(bryn, now))
    session.commit()
    link = link_in(session.scalars(select(Message)).one())
    site = as_person(dev)
    page = site.open(link)
    assert "Sign out" in page.main.text
    assert "Accept" not in page.main.text
    assert "another email address" in errors(site.send(link, status=422))[0]
    site.send(link, button="decline")
    assert queries.open_invitations(body.id) == []
    assert "said no" in sent_mail()[-1].subject


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ASKED, "You invited this address on 22 November 2026. Withdraw that invitation first, "
                "or wait for the answer"),
        ({"email": "bryn@example.org"}, "This person represents your group already"),
        ({"email": ""}, "Enter their email address"),
        ({"email": "aisha"}, "Enter an email address, like name@example.org"),
    ],
)  # fmt: skip
def test_r01_who_can_not_be_invited_is_said_at_the_field(
    as_person, session, bryn, answer, message, now
):
    body = make_body(session, represented_by=bryn)
    actions.invite_representative(body, "aisha@example.org", "member", **who(bryn, now))
    session.commit()
    path = f"/group/{body.slug}/people/"
    page = as_person(bryn).send(path, {**ASKED, **answer}, form="", status=422)
    assert errors(page) == [message]
    assert page.select_one("#email-error")


def test_a_secretary_withdraws_changes_and_removes(as_person, session, bryn, aisha, now):
    body = make_body(session, represented_by=bryn)
    join(session, body, aisha, "member", now)
    made = actions.invite_representative(body, "x@example.org", "member", **who(bryn, now))
    session.commit()
    site, path = as_person(bryn), f"/group/{body.slug}/people/"
    site.send(path, form=f"{path}invitations/{made.id}/withdraw/")
    assert session.get(RepresentativeInvitation, made.id).outcome == "withdrawn"
    site.send(f"{path}{aisha.id}/part/", {"part": "reader"})
    assert part_in(body, aisha.id) == "reader"
    page = site.send(f"{path}{bryn.id}/part/", {"part": "reader"}, status=422)
    assert errors(page) == ["A group needs a secretary. Make somebody else secretary first"]
    site.send(f"{path}{aisha.id}/remove/")
    assert session.query(Representative).count() == 1


def test_a_member_leaves_but_invites_and_removes_nobody(as_person, session, bryn, aisha, now):
    body = make_body(session, represented_by=bryn)
    join(session, body, aisha, "member", now)
    site = as_person(aisha)
    for path in ("people/", f"people/{bryn.id}/remove/", f"people/{bryn.id}/part/"):
        site.open(f"/group/{body.slug}/{path}", status=404)
    site.send(f"/group/{body.slug}/people/{aisha.id}/remove/")
    assert bodies_of(aisha.id) == []


def test_an_officer_gives_a_group_without_people_a_secretary(as_person, session, carys):
    body = make_body(session)
    path = f"/desk/groups/{body.slug}/people/"
    site = as_person(carys)
    assert "No secretary" in site.open(path).main.text
    site.send(path, {"email": "new@example.org", "part": "secretary"})
    (asked,) = queries.open_invitations(body.id)
    site.send(path, form=f"{path}invitations/{asked.id}/withdraw/")
    assert queries.open_invitations(body.id) == []
    assert timedelta(days=14) == INVITATION_LIFE
