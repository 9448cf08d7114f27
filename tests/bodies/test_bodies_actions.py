"""What happens to a group: registered, changed, accepted, declined, reviewed, represented."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage.audit.models import AuditEvent
from engage.bodies.actions import register as actions
from engage.bodies.actions.reviews import review_body
from engage.bodies.models import CommunityBody, ParticipationWish
from engage.bodies.queries import register as queries
from engage.bodies.rules.register import (
    BodyChangedRefused,
    BodyDetails,
    BodyRefused,
    NameTakenRefused,
)
from engage.messages.models import Message
from engage.messages.queries import notices_for
from engage.messages.rules import new_reference
from tests.makers.bodies import make_body

TODAY = date(2026, 11, 22)
CARERS = BodyDetails(
    name="Young Carers of Torry",
    kind="youth",
    basis="interest",
    is_constituted=False,
    purpose="To meet, and to be heard.",
    represents_disadvantage=True,
    evidence="We are young carers ourselves.",
    contact_email="carers@example.org",
)


def propose(now, **changes):
    facts = {"wish": "involve", "at": now, "by": None, "reference": new_reference(), **changes}
    return actions.propose_body(CARERS, **facts)


def trail(session, action):
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


@pytest.mark.requirement("R01")
def test_an_unconstituted_group_is_registered_like_any_other(session, now):
    body = propose(now)
    actions.accept_body(body, at=now, today=TODAY, by=None)
    session.commit()
    assert [(b.name, b.is_constituted) for b in queries.find_bodies(queries.RegisterFilter())] == [
        ("Young Carers of Torry", False)
    ]


def test_somebody_without_an_account_finds_the_group_by_its_reference(session, now):
    reference = new_reference()
    body = propose(now, reference=reference)
    assert queries.body_by_reference(reference) is body
    assert reference not in str(vars(body))
    assert queries.body_by_reference(new_reference()) is None


def test_somebody_with_an_account_becomes_the_secretary(session, bryn, now):
    body = propose(now, by=bryn.id, role="representative", reference="")
    assert queries.part_in(body, bryn.id) == "secretary"
    assert body.reference_hash is None


def test_registering_leaves_its_trace_and_no_name(session, now):
    body = propose(now)
    event = trail(session, "body.proposed")[0]
    assert event.object == f"body:{body.id}"
    assert "Carers" not in event.detail


@pytest.mark.requirement("R03")
def test_a_wish_is_kept_and_a_later_one_counts(session, now):
    body = propose(now, wish="none")
    assert queries.wish_of(body) == "none"
    actions.record_wish(body, "empower", at=now, by=None, role="public", source="the group")
    assert queries.wish_of(body) == "empower"
    assert session.query(ParticipationWish).count() == 2


def test_a_wish_for_one_topic_leaves_the_general_wish(session, now):
    body = propose(now, wish="inform")
    actions.record_wish(
        body, "empower", topic="transport", at=now, by=None, role="public", source="the group"
    )
    assert queries.wish_of(body) == "inform"


def test_a_name_stands_once(session, now):
    make_body(session, "The Young Carers of TORRY")
    with pytest.raises(NameTakenRefused, match="The Young Carers of TORRY"):
        propose(now)


def test_of_two_groups_with_one_name_at_once_the_database_keeps_one(session, now, monkeypatch):
    make_body(session, "Young Carers of Torry")
    monkeypatch.setattr(actions, "body_by_key", lambda key: None)
    with pytest.raises(NameTakenRefused, match="Young Carers of Torry"):
        propose(now)
    assert session.query(CommunityBody).count() == 1


def test_a_group_never_takes_the_address_of_a_page(session, now):
    body = actions.propose_body(
        replace(CARERS, name="Register"), wish="none", at=now, by=None, reference=new_reference()
    )
    assert body.slug == "register-2"


def test_an_officer_registers_a_group_directly(session, carys, now):
    body = actions.register_body(CARERS, wish="", at=now, today=TODAY, by=carys.id)
    assert (body.stage, body.reviewed_on, queries.wish_of(body)) == ("registered", TODAY, "")
    assert trail(session, "body.registered")[0].actor_id == carys.id


# Deciding ---------------------------------------------------------------------------------------


def test_an_accepted_group_is_told_wherever_it_can_be_reached(session, now):
    reference = new_reference()
    body = propose(now, reference=reference)
    actions.accept_body(body, at=now, today=TODAY, by=None)
    sent = {(m.channel, m.address) for m in session.scalars(select(Message))}
    assert sent == {("email", "carers@example.org"), ("notice", body.reference_hash)}
    assert "register" in notices_for(reference)[0].subject


def test_one_mailbox_hears_once(session, bryn, now):
    body = make_body(
        session, represented_by=bryn, stage="proposed", contact_email="BRYN@example.org"
    )
    actions.accept_body(body, at=now, today=TODAY, by=None)
    assert session.query(Message).count() == 1


def test_a_declined_group_reads_the_reason(session, now):
    reference = new_reference()
    body = propose(now, reference=reference)
    actions.decline_body(body, "It works in Dundee.", at=now, by=None)
    assert (body.stage, body.reason) == ("declined", "It works in Dundee.")
    assert "It works in Dundee." in notices_for(reference)[0].body


def test_a_declined_group_leaves_its_name_to_others(session, now):
    actions.decline_body(propose(now), "It works in Dundee.", at=now, by=None)
    assert propose(now).stage == "proposed"


def test_a_declined_group_comes_back_only_while_its_name_is_free(session, now):
    first = propose(now)
    actions.decline_body(first, "It works in Dundee.", at=now, by=None)
    second = propose(now)
    session.commit()
    with pytest.raises(NameTakenRefused):
        actions.accept_body(first, at=now, today=TODAY, by=None)
    session.rollback()
    actions.decline_body(second, "The same group.", at=now, by=None)
    actions.accept_body(first, at=now, today=TODAY, by=None)
    assert (first.stage, first.reason) == ("registered", None)


def test_a_group_is_decided_about_once(session, now):
    body = propose(now)
    actions.decline_body(body, "It works in Dundee.", at=now, by=None)
    with pytest.raises(BodyRefused, match="not accepted"):
        actions.decline_body(body, "Again.", at=now, by=None)
    actions.accept_body(body, at=now, today=TODAY, by=None)
    with pytest.raises(BodyRefused, match="on the register"):
        actions.accept_body(body, at=now, today=TODAY, by=None)


def test_the_database_keeps_no_declined_group_without_a_reason(session):
    with pytest.raises(IntegrityError):
        make_body(session, stage="declined", reason="")


def test_a_resting_group_leaves_the_register_and_comes_back(session, now):
    body = make_body(session)
    actions.rest_body(body, at=now, by=None)
    assert queries.find_bodies(queries.RegisterFilter()) == []
    actions.accept_body(body, at=now, today=TODAY, by=None)
    assert queries.find_bodies(queries.RegisterFilter()) == [body]


@pytest.mark.requirement("R01")
def test_a_review_is_dated_and_recorded(session, carys, now):
    body = make_body(session, reviewed_on=date(2025, 1, 1))
    review_body(body, at=now, today=TODAY, by=carys.id)
    assert body.reviewed_on == TODAY
    assert trail(session, "body.reviewed")[0].actor_id == carys.id


@pytest.mark.requirement("R02")
def test_particular_regard_is_decided_with_evidence(session, carys, now):
    body = make_body(session)
    with pytest.raises(BodyRefused, match="how you know"):
        actions.decide_regard(body, True, "", at=now, today=TODAY, by=carys.id)
    actions.decide_regard(body, True, "Its members say so.", at=now, today=TODAY, by=carys.id)
    assert queries.particular_regard() == [body]
    assert trail(session, "body.regard_decided")[0].actor_id == carys.id


@pytest.mark.requirement("R02")
def test_what_a_group_says_of_itself_waits_for_the_partnership(session, now):
    body = propose(now)
    actions.accept_body(body, at=now, today=TODAY, by=None)
    assert queries.particular_regard() == []
    assert queries.particular_regard(decided=False) == [body]


def test_the_database_keeps_no_regard_without_evidence(session):
    with pytest.raises(IntegrityError):
        make_body(session, represents_disadvantage=True, evidence="")


# Changing ---------------------------------------------------------------------------------------


def change(body, now, version=None, **changes):
    actions.change_body(
        body,
        replace(CARERS, **changes),
        version=body.version if version is None else version,
        at=now,
        by=None,
        role="representative",
    )


def test_a_changed_group_keeps_its_address(session, now):
    body = propose(now)
    change(body, now, name="Torry Young Carers")
    assert (body.name, body.slug) == ("Torry Young Carers", "young-carers-of-torry")


def test_the_slower_of_two_changes_is_refused(session, now):
    body = propose(now)
    opened = body.version
    change(body, now, purpose="First.")
    with pytest.raises(BodyChangedRefused):
        change(body, now, version=opened, purpose="Second.")


def test_a_change_to_a_name_that_stands_is_refused(session, now):
    make_body(session, "Torry Young Carers")
    body = propose(now)
    session.commit()
    with pytest.raises(NameTakenRefused):
        change(body, now, name="Torry young carers")


def test_new_evidence_waits_for_the_partnership_again(session, now):
    body = propose(now)
    actions.accept_body(body, at=now, today=TODAY, by=None)
    actions.decide_regard(body, True, CARERS.evidence, at=now, today=TODAY, by=None)
    change(body, now, purpose="Another purpose.")
    assert body.regard_decided_on == TODAY
    change(body, now, evidence="We heard it.")
    assert body.regard_decided_on is None


def test_a_declined_group_is_not_changed(session, now):
    body = propose(now)
    actions.decline_body(body, "It works in Dundee.", at=now, by=None)
    with pytest.raises(BodyRefused, match="not accepted"):
        change(body, now)
