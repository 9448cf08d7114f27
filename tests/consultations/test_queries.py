"""What other rooms read: contributions, addresses, consultations in their order."""

from datetime import timedelta

import pytest

from engage.consultations.queries import (
    contributions,
    contributor_addresses,
    public_consultations,
    response_by_reference,
)
from tests.makers.bodies import make_body
from tests.makers.consultations import make_consultation, make_response
from tests.makers.plans import make_plan


def test_open_consultations_come_first_and_those_being_prepared_not_at_all(session, now):
    plan = make_plan(session)
    day = timedelta(days=1)
    for slug, opens, closes, stage in [
        ("closed", now - 9 * day, now - day, "open"),
        ("later", now + day, now + 9 * day, "open"),
        ("open-long", now - day, now + 90 * day, "open"),
        ("open-short", now - day, now + 2 * day, "open"),
        ("hidden", now - day, now + day, "preparing"),
    ]:
        make_consultation(session, plan, slug=slug, opens_at=opens, closes_at=closes, stage=stage)
    order = [c.engagement.slug for c in public_consultations(now)]
    assert order == ["open-short", "open-long", "later", "closed"]


def test_contributions_are_what_was_submitted_with_who_may_be_named(session, bryn):
    body = make_body(session, represented_by=bryn)
    consultation = make_consultation(session)
    make_response(session, consultation, overall="", comments={"1.1": "Draft"}, submitted=False)
    make_response(
        session,
        consultation,
        texts=["Benches"],
        comments={"2.3": "Ask us", "1.2": "Light them"},
        body_id=body.id,
        account_id=bryn.id,
        publish="with_name",
    )
    make_response(session, consultation, overall="disagree", name="Aisha", publish="no")
    said = contributions(consultation.engagement_id)
    assert [(c.kind, c.where, c.who, c.may_publish) for c in said] == [
        (
            "response",
            "Overall, do you agree with the draft? / What is missing?",
            "Ferryhill Community Council",
            True,
        ),
        ("comment", "1.2", "Ferryhill Community Council", True),
        ("comment", "2.3", "Ferryhill Community Council", True),
        ("response", "Overall, do you agree with the draft?", "A resident", False),
    ]
    assert said[0].text == (
        "Overall, do you agree with the draft?\nAgree\n\nWhat is missing?\nBenches"
    )
    assert len({(c.kind, c.id) for c in said}) == len(said)


@pytest.mark.requirement("R15")
def test_contributors_are_told_by_email_and_by_notice(session, bryn):
    body = make_body(session, represented_by=bryn)
    consultation = make_consultation(session)
    group, _ = make_response(
        session, consultation, body_id=body.id, account_id=bryn.id, comments={"1.1": "Yes"}
    )
    person, _ = make_response(session, consultation, email="aisha@example.org")
    silent, _ = make_response(session, consultation)
    assert contributor_addresses("response", [person.id, silent.id]) == [
        ("email", "aisha@example.org"),
        ("notice", person.reference_hash),
        ("notice", silent.reference_hash),
    ]
    assert contributor_addresses("comment", [group.comments[0].id]) == [
        ("email", "bryn@example.org"),
        ("notice", group.reference_hash),
    ]


def test_a_reference_opens_its_response_however_it_is_typed(session):
    consultation = make_consultation(session)
    response, reference = make_response(session, consultation)
    assert response_by_reference(reference.lower().replace("-", " ")).id == response.id
    assert response_by_reference("nonsense") is None
    assert response_by_reference("0" * 16) is None
