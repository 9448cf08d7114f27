"""Community reviewers: invited for one round, they recommend and see no senders."""

from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.recommending import end_review, invite_reviewer, recommend
from engage.budgeting.actions.screening import declare_interest
from engage.budgeting.models import Recommendation, Round, RoundReviewer
from engage.budgeting.queries.reviewers import is_reviewer, recommended
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.extensions import db
from engage.messages.models import Message
from tests.budgeting.test_screening_pages import choices
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.screening import accept, answers, free, make_checked_round

pytestmark = pytest.mark.requirement("R14")


def invite(round_: Round, person: Account, carys: Account) -> RoundReviewer:
    """Invite somebody who has an account, and commit."""
    made = invite_reviewer(round_, person.name, person.email, at=clock.now(), by=carys.id)
    db.session.commit()
    return made


def test_a_reviewer_is_invited_keeps_their_role_and_can_be_let_go(
    session: Any, carys: Account, aisha: Account
) -> None:
    round_ = make_checked_round(session)
    reviewer = invite(round_, aisha, carys)
    assert (aisha.role, is_reviewer(round_.id, aisha.id)) == ("resident", True)
    assert "/review/" in session.scalars(select(Message)).one().body
    with pytest.raises(ProposalRefused, match="reviews the proposals already"):
        invite(round_, aisha, carys)
    end_review(reviewer, at=clock.now(), by=carys.id)
    assert not is_reviewer(round_.id, aisha.id)


def test_officers_and_late_rounds_are_refused(
    session: Any, carys: Account, ada: Account, aisha: Account
) -> None:
    round_ = make_checked_round(session)
    for officer in (carys, ada):
        with pytest.raises(ProposalRefused, match="This is an officer"):
            invite(round_, officer, carys)
    with pytest.raises(RoundRefused, match="The ballot is final"):
        invite(make_round(session, "voting", title="Other"), aisha, carys)


def test_recommendations_count_until_the_check_and_not_with_an_interest(
    session: Any, carys: Account, aisha: Account, dev: Account
) -> None:
    round_ = make_checked_round(session)
    proposal = make_proposal(session, round_)
    invite(round_, aisha, carys)
    with pytest.raises(ProposalRefused, match="You do not review"):
        recommend(proposal, answers(round_), at=clock.now(), by=dev.id)
    with pytest.raises(ProposalRefused, match="Say first"):
        recommend(proposal, answers(round_), at=clock.now(), by=aisha.id)
    free(proposal, aisha)
    recommend(proposal, answers(round_), at=clock.now(), by=aisha.id)
    recommend(proposal, answers(round_, 1), at=clock.now(), by=aisha.id)
    assert [(line.met, line.not_met, line.notes) for line in recommended(proposal)] == [
        (0, 1, ["No permission"]),
        (1, 0, []),
    ]
    declare_interest(proposal, True, "I helped to write it", at=clock.now(), by=aisha.id)
    assert recommended(proposal) == []
    with pytest.raises(ProposalRefused, match="leave it to others"):
        recommend(proposal, answers(round_), at=clock.now(), by=aisha.id)
    accept(proposal, carys)


def test_aisha_reviews_on_her_pages_and_sees_no_sender(
    session: Any, as_person: Any, carys: Account, aisha: Account, dev: Account
) -> None:
    round_ = make_checked_round(session)
    proposal = make_proposal(session, round_, "Bench", name="Bryn Rees", email="b@example.org")
    as_person(carys).send(
        "/desk/rounds/mastrick-decides/reviewers/", {"name": aisha.name, "email": aisha.email}
    )
    site, path = as_person(aisha), f"/review/mastrick-decides/{proposal.public_id}/"
    assert "Mastrick decides" in site.open("/review/").text
    page = site.open(path)
    assert "Bryn" not in page.text
    assert "b@example.org" not in page.text
    site.send(f"{path}interest/", {"has_conflict": "no"})
    page = site.send(path, {}, status=422)
    assert "Choose whether this is met" in page.select_one(".ds_error-summary").text
    assert "To review" in site.open("/review/mastrick-decides/").text
    site.send(path, choices(round_, 2))
    assert len(session.scalars(select(Recommendation)).all()) == 2
    assert "Reviewed" in site.open("/review/mastrick-decides/").text
    desk = as_person(carys).open(f"/desk/rounds/mastrick-decides/proposals/{proposal.public_id}/")
    assert "What community reviewers say" in desk.text
    as_person(dev).open(path, status=404)
    as_person(dev).open("/desk/rounds/mastrick-decides/reviewers/", status=403)
    as_person(aisha).open(
        f"/desk/rounds/mastrick-decides/proposals/{proposal.public_id}/", status=403
    )


def test_carys_lets_a_reviewer_go_and_a_person_without_an_account_is_invited(
    session: Any, as_person: Any, carys: Account, aisha: Account
) -> None:
    round_ = make_checked_round(session)
    invite(round_, aisha, carys)
    site, path = as_person(carys), "/desk/rounds/mastrick-decides/reviewers/"
    page = site.open(path)
    ending = next(form for form in page.select("form") if "/end/" in form["action"])
    token = {"csrf_token": ending.select_one("[name=csrf_token]")["value"]}
    site.client.post(ending["action"], data=token)
    assert not is_reviewer(round_.id, aisha.id)
    page = site.send(path, {"name": "Carys", "email": carys.email}, status=422)
    assert "This is an officer" in page.select_one(".ds_error-summary").text
    site.send(path, {"name": "Morag", "email": "morag@example.org"})
    morag = session.scalars(select(Account).where(Account.email == "morag@example.org")).one()
    assert (morag.role, is_reviewer(round_.id, morag.id)) == ("resident", True)
