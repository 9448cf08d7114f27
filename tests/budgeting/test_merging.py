"""Proposals that become one if all their authors agree."""

from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.drafts import begin_changes
from engage.budgeting.actions.merging import answer_merge, suggest_merge, withdraw_merge
from engage.budgeting.models import Merge, Proposal
from engage.budgeting.queries.proposing import co_authors_of, part_in_proposal, versions_of
from engage.budgeting.queries.rounds import proposer_addresses
from engage.budgeting.rules.merging import Together
from engage.budgeting.rules.proposing import read_content
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.extensions import db
from engage.messages.models import Message
from engage.messages.rules import new_reference
from tests.conftest import Site
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.screening import accept, make_checked_round

pytestmark = pytest.mark.requirement("R14")
TOGETHER = Together("Seats by the water", "Two benches and a table", 450_000)


@pytest.fixture
def both(session: Any, aisha: Account) -> list[Proposal]:
    """A bench, whose author has a reference, and a table, whose author has an account."""
    round_ = make_checked_round(session)
    return [
        make_proposal(session, round_, "Bench", email="b@example.org"),
        make_proposal(session, round_, "Table", account_id=aisha.id),
    ]


def suggest(both: list[Proposal], carys: Account) -> Merge:
    """Suggest that the two become one, led by the first; commit."""
    made = suggest_merge(both[0].round, both[0], both[1:], TOGETHER, at=clock.now(), by=carys.id)
    db.session.commit()
    return made


def test_when_all_agree_there_is_one_proposal_with_the_versions_kept(
    session: Any, both: list[Proposal], carys: Account, aisha: Account
) -> None:
    lead, other = both
    merge = suggest(both, carys)
    told = {(m.channel, m.address) for m in session.scalars(select(Message))}
    assert ("email", "b@example.org") in told
    assert ("notice", other.reference_hash) in told
    assert not answer_merge(merge, lead, agrees=True, at=clock.now())
    assert (lead.title, other.stage) == ("Bench", "submitted")
    assert answer_merge(merge, other, agrees=True, at=clock.now())
    assert (lead.title, lead.stage, lead.cost_pence) == (TOGETHER.title, "submitted", 450_000)
    assert (other.stage, other.merged_into_id) == ("left_out", lead.id)
    assert other.reason == "Merged into “Seats by the water”"
    said = [read_content(version.content).title for version in versions_of(lead.id)]
    assert said == ["Bench", TOGETHER.title]
    assert [writer.reference_hash for writer in co_authors_of(lead)] == [other.reference_hash]
    assert part_in_proposal(lead, aisha.id, []) == "coauthor"
    assert ("notice", other.reference_hash) in proposer_addresses([lead.id])
    with pytest.raises(ProposalRefused, match="was answered already"):
        answer_merge(merge, other, agrees=False, at=clock.now())


def test_one_no_and_nothing_happens(both: list[Proposal], carys: Account) -> None:
    lead, other = both
    merge = suggest(both, carys)
    answer_merge(merge, lead, agrees=True, at=clock.now())
    assert not answer_merge(merge, other, agrees=False, at=clock.now())
    assert (merge.outcome, lead.title, other.stage) == ("turned_down", "Bench", "submitted")
    again = suggest(both, carys)
    withdraw_merge(again, at=clock.now(), by=carys.id)
    with pytest.raises(ProposalRefused, match="no longer suggested"):
        answer_merge(again, lead, agrees=True, at=clock.now())


def test_what_cannot_become_one_is_not_suggested(
    session: Any, both: list[Proposal], carys: Account
) -> None:
    lead, other = both
    now = {"at": clock.now(), "by": carys.id}
    with pytest.raises(ProposalRefused, match="two proposals or more"):
        suggest_merge(lead.round, lead, [lead], TOGETHER, **now)
    with pytest.raises(ProposalRefused, match="Enter a cost from £500"):
        suggest_merge(lead.round, lead, [other], Together("A", "B", 900_000), **now)
    suggest(both, carys)
    with pytest.raises(ProposalRefused, match="still waits"):
        suggest(both, carys)
    settled = make_round(session, "voting", title="Other")
    late = [make_proposal(session, settled, title) for title in ("One", "Two")]
    with pytest.raises(RoundRefused, match="The ballot is final"):
        suggest_merge(settled, late[0], late[1:], TOGETHER, **now)


def test_a_merged_proposal_is_neither_changed_nor_checked_any_more(
    both: list[Proposal], carys: Account
) -> None:
    lead, other = both
    merge = suggest(both, carys)
    for part in both:
        answer_merge(merge, part, agrees=True, at=clock.now())
    db.session.commit()
    with pytest.raises(ProposalRefused, match="It is part of another proposal now"):
        accept(other, carys)
    with pytest.raises(ProposalRefused):
        begin_changes(other, at=clock.now())
    accept(lead, carys)
    assert lead.stage == "accepted"


def test_carys_suggests_and_both_authors_agree_on_their_pages(
    session: Any, as_person: Any, site: Site, carys: Account, aisha: Account, dev: Account
) -> None:
    round_, reference = make_checked_round(session), new_reference()
    bench = make_proposal(session, round_, "Bench", reference=reference)
    table = make_proposal(session, round_, "Table", account_id=aisha.id)
    desk, path = as_person(carys), "/desk/rounds/mastrick-decides/merges/"
    words = {
        "parts": [bench.public_id, table.public_id], "title": TOGETHER.title,
        "summary": TOGETHER.summary, "cost_pence": "4,500",
    }  # fmt: skip
    page = desk.send(path, words, status=422)
    assert "whose author takes the lead" in page.select_one(".ds_error-summary").text
    desk.send(path, {**words, "lead": bench.public_id})
    own = "/rounds/mastrick-decides/proposals/"
    as_person(dev).open(f"{own}{bench.public_id}/merge/", status=404)
    as_person(dev).open(path, status=403)
    site.send("/rounds/mastrick-decides/propose/return/", {"reference": reference})
    page = site.send(f"{own}{bench.public_id}/merge/", {}, status=422)
    assert "Choose yes or no" in page.select_one(".ds_error-summary").text
    site.send(f"{own}{bench.public_id}/merge/", {"agrees": "yes"})
    answer = as_person(aisha).send(f"{own}{table.public_id}/merge/", {"agrees": "yes"})
    assert "the proposals are now combined" in answer.text
    session.expire_all()
    assert table.merged_into_id == bench.id
    followed = site.send("/follow/", {"reference": reference}).text
    assert TOGETHER.title in followed
    public = site.open("/rounds/mastrick-decides/left-out/").text
    assert "Merged into “Seats by the water”" in public
    assert ",merged," in site.client.get("/rounds/mastrick-decides/left-out.csv").text
    assert "All agreed" in desk.open(path).text


def test_carys_takes_a_suggestion_back(
    as_person: Any, both: list[Proposal], carys: Account, session: Any
) -> None:
    merge, site = suggest(both, carys), as_person(carys)
    form = next(
        form for form in site.open("/desk/rounds/mastrick-decides/merges/").select("form")
        if "/withdraw/" in str(form.get("action"))
    )  # fmt: skip
    token = {"csrf_token": form.select_one("[name=csrf_token]")["value"]}
    site.client.post(form["action"], data=token)
    session.expire_all()
    assert merge.outcome == "withdrawn"
