"""Whoever proposed a project is told how it came out, once, and of nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.rounds import settle_ballot
from engage.budgeting.actions.telling import tell_proposers
from engage.budgeting.models import Approval, Round
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.telling import ProposalOutcome, letter
from engage.messages.models import Message
from engage.messages.queries import notices_for
from tests.conftest import Site
from tests.makers.approvals import declare, second_officer
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.keeping import keep_sheets
from tests.makers.voting import cast, let_voting_end, make_voter

REFERENCE = "AAAA-BBBB-CCCC-DDDD"
LINK = "http://localhost/rounds/mastrick-decides/results/"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (ProposalOutcome("Bench", True, 300_000), "“Bench” is funded, with £3,000."),
        (ProposalOutcome("Bench", True, None), "“Bench” is not funded this time."),
        (
            ProposalOutcome("Bench", False, None),
            "“Bench” was not on the ballot, so it is not funded.",
        ),
    ],
)
def test_the_words_say_whether_a_project_is_funded(outcome: ProposalOutcome, words: str) -> None:
    subject, body = letter("Mastrick decides", [outcome], LINK)
    assert subject == "The result is out: Mastrick decides"
    assert words in body
    assert body.endswith(LINK)


def counted_round(session: Any, carys: Account) -> Round:
    """The bike shelter wins with two votes, the skate ramp has one; the statue was left out."""
    at = clock.now()
    round_ = make_round(session, "screening", voting_opens_at=at - timedelta(hours=1))
    for title, columns in (
        ("Bike shelter", {"email": "Aisha@example.org", "stage": "accepted"}),
        ("Skate ramp", {"email": "aisha@example.org", "cost_pence": 400_000, "stage": "accepted"}),
        ("Statue", {"reference": REFERENCE, "stage": "left_out", "reason": "Not our land"}),
    ):
        make_proposal(session, round_, title, **columns)
    keep_sheets(round_, carys)
    settle_ballot(round_, at=at, by=carys.id)
    session.commit()
    shelter, ramp = round_.projects
    for project in (shelter, shelter, ramp):
        cast(round_, make_voter(round_), [project])
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=carys.id)
    session.commit()
    return round_


def emails(session: Any) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.channel == "email")))


def test_each_proposer_has_one_email_about_all_that_they_proposed(
    session: Any, carys: Account
) -> None:
    declare(counted_round(session, carys), carys)
    (email,) = emails(session)
    assert email.address.lower() == "aisha@example.org"
    assert "“Bike shelter” is funded, with £3,000." in email.body
    assert "“Skate ramp” is not funded this time." in email.body
    assert "Statue" not in email.body
    assert LINK in email.body


def test_whoever_gave_no_email_reads_it_with_their_reference(session: Any, carys: Account) -> None:
    declare(counted_round(session, carys), carys)
    (notice,) = notices_for(REFERENCE)
    assert "“Statue” was not on the ballot" in notice.body
    assert "Bike shelter" not in notice.body


def test_nobody_is_told_twice(session: Any, carys: Account) -> None:
    round_ = counted_round(session, carys)
    declare(round_, carys)
    with pytest.raises(RoundRefused, match="declared already"):
        declare(round_, carys)
    assert tell_proposers(round_, {}, link=LINK, at=clock.now()) == 0
    assert len(session.scalars(select(Message)).all()) == 4, "an email and three notices"


def test_the_trail_says_how_many_were_told_and_not_whom(session: Any, carys: Account) -> None:
    declare(counted_round(session, carys), carys)
    declared = select(AuditEvent.detail).where(AuditEvent.action == "result.declared")
    detail = session.scalars(declared).one()
    assert '"messages":4' in detail
    assert "example.org" not in detail


def test_those_who_speak_for_a_group_are_told(session: Any, carys: Account, bryn: Account) -> None:
    round_ = counted_round(session, carys)
    body = make_body(session, "Mastrick Community Council", represented_by=bryn)
    make_proposal(
        session, round_, "Bench", body_id=body.id, stage="left_out", reason="Twice the same"
    )
    declare(round_, carys)
    assert [m.address for m in emails(session) if "Bench" in m.body] == ["bryn@example.org"]


def test_the_emails_leave_when_an_officer_declares_the_result(
    session: Any, carys: Account, as_person: Callable[[Account], Site]
) -> None:
    counted_round(session, carys)
    as_person(carys).send("/desk/rounds/mastrick-decides/declare/")
    assert emails(session) == [], "nobody is told before a second person agrees"
    asked = session.scalars(select(Approval)).one()
    site = as_person(second_officer())
    page = site.send(f"/second-person/{asked.id}/", form=f"/second-person/{asked.id}/agree/")
    assert "We told whoever proposed a project" in page.main.text
    assert [m.state for m in emails(session)] == ["sent"]


@pytest.mark.parametrize(
    ("voters", "words"), [(2, "Funded, with £3,000"), (10, "Funded, with £3,000 (10 votes)")]
)
def test_the_page_of_a_reference_says_what_became_of_a_project_as_far_as_it_is_public(
    site: Site, session: Any, carys: Account, voters: int, words: str
) -> None:
    at = clock.now()
    round_ = make_round(session, "screening", voting_opens_at=at - timedelta(hours=1))
    make_proposal(session, round_, reference=REFERENCE, stage="accepted")
    keep_sheets(round_, carys)
    settle_ballot(round_, at=at, by=carys.id)
    session.commit()
    for _ in range(voters):
        cast(round_, make_voter(round_), [round_.projects[0]])
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    page = site.send("/follow/", {"reference": REFERENCE})
    stands = page.select(".engage-facts dd")[-1].text
    assert " ".join(stands.split()) == words
