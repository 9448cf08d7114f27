"""Taking back what one proposed: alone, with others, too late, and once it has won."""

from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.awards import decide_freed, offer_awards
from engage.budgeting.actions.drafts import begin_changes
from engage.budgeting.actions.merging import answer_merge, suggest_merge
from engage.budgeting.actions.proposals import add_version
from engage.budgeting.actions.telling import tell_officers, tell_proposers
from engage.budgeting.actions.withdrawing import (
    Why,
    judge_reason,
    start_again,
    stop_helping,
    withdraw,
)
from engage.budgeting.models import CoAuthor, Merge, Proposal
from engage.budgeting.queries.award_money import next_project
from engage.budgeting.queries.proposing import part_in_proposal, said_by
from engage.budgeting.queries.rounds import proposer_addresses
from engage.budgeting.queries.withdrawing import (
    helper_of,
    own_part,
    standing_of,
    withdrawal_of,
    withdraws_as,
)
from engage.budgeting.rules.merging import Together
from engage.budgeting.rules.proposing import Content, read_content
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.withdrawing import Kind, Standing, kind_of
from engage.extensions import db
from engage.home.queries.follow import followed
from engage.messages.actions import reference_address
from engage.messages.models import Message
from engage.messages.rules import new_reference
from tests.conftest import Site
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.delivery import make_declared, terms
from tests.makers.screening import accept, drop, make_checked_round

pytestmark = pytest.mark.requirement("R14")
SOLD = Why("Our hall is sold", is_public=True)


def take_back(proposal: Proposal, why: Why = Why(), part: str = "author") -> Kind:  # noqa: B008
    kind = withdraw(proposal, why, part=part, at=clock.now())
    db.session.commit()
    return kind


def told(session: Any) -> set[tuple[str, str]]:
    return {(m.channel, m.address) for m in session.scalars(select(Message))}


def join(lead: Proposal, *others: Proposal, by: int) -> Merge:
    """Make one of several, with every author's yes."""
    together = Together("Seats by the water", "Two benches and a table", 450_000)
    merge = suggest_merge(lead.round, lead, others, together, at=clock.now(), by=by)
    for part in (lead, *others):
        answer_merge(merge, part, agrees=True, at=clock.now())
    db.session.commit()
    return merge


# What can be withdrawn when -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, Kind.WHOLE),
        ({"stage": "screening"}, Kind.WHOLE),
        ({"part": "coauthor"}, Kind.HELP),
        ({"is_merged": True, "stage": "voting"}, Kind.PART),
        ({"goes_on": True}, Kind.LEAD),
        ({"goes_on": True, "stage": "voting", "on_ballot": True}, Kind.LEAD),
        ({"stage": "voting", "on_ballot": True}, Kind.LATE),
        ({"stage": "declared", "on_ballot": True}, Kind.LATE),
        ({"stage": "voting"}, "not on the ballot"),
        ({"is_withdrawn": True}, "withdrawn already"),
        ({"stage": "declared", "on_ballot": True, "has_award": True}, "give the award up"),
    ],
)
def test_what_is_withdrawn_depends_on_how_far_things_are(
    facts: dict[str, Any], kind: Kind | str
) -> None:
    usual = {
        "part": "author", "stage": "proposals", "is_withdrawn": False, "is_merged": False,
        "goes_on": False, "on_ballot": False, "has_award": False,
    }  # fmt: skip
    standing = Standing(**{**usual, **facts})
    if isinstance(kind, Kind):
        assert kind_of(standing) is kind
    else:
        with pytest.raises(ProposalRefused, match=kind):
            kind_of(standing)


# Before the ballot is final -----------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["submitted", "accepted", "left_out"])
def test_a_proposal_is_withdrawn_at_every_stage_and_everybody_is_told(
    session: Any, carys: Account, stage: str
) -> None:
    proposal = make_proposal(session, make_checked_round(session), email="aisha@example.org")
    db.session.add(CoAuthor(number=1, proposal_id=proposal.id, reference_hash="c" * 64))
    session.commit()
    if stage != "submitted":
        (accept if stage == "accepted" else drop)(proposal, carys)
    assert take_back(proposal, SOLD) is Kind.WHOLE
    assert (proposal.stage, proposal.withdrawn_at is not None) == ("left_out", True)
    assert proposal.reason == "Withdrawn by its proposer"
    people = {("email", "aisha@example.org"), ("notice", "c" * 64), ("email", carys.email)}
    assert people <= told(session)
    (entry,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "proposal.withdrawn"))
    assert "hall" not in entry.detail
    with pytest.raises(ProposalRefused, match="nothing to check"):
        accept(proposal, carys)
    with pytest.raises(ProposalRefused):
        begin_changes(proposal, at=clock.now())
    with pytest.raises(ProposalRefused, match="withdrawn already"):
        take_back(proposal)


def test_a_reason_is_the_teams_alone_unless_its_writer_shares_it(session: Any, carys: Any) -> None:
    proposal = make_proposal(session, make_checked_round(session))
    with pytest.raises(ProposalRefused, match="Enter your reason"):
        withdraw(proposal, Why("", is_public=True), part="author", at=clock.now())
    take_back(proposal, Why("I am ill"))
    assert proposal.reason == "Withdrawn by its proposer"
    letters = {m.address: m.body for m in session.scalars(select(Message))}
    assert "I am ill" in letters[carys.email]
    assert "I am ill" not in letters[proposal.reference_hash]


def test_a_reason_is_shown_or_held_back_once(session: Any, carys: Account) -> None:
    round_ = make_checked_round(session)
    shared, own = (make_proposal(session, round_, title) for title in ("Bench", "Table"))
    take_back(shared, SOLD)
    take_back(own, Why("I am ill"))
    made = withdrawal_of(shared.id)
    assert made is not None
    judge_reason(made, is_shown=False, at=clock.now(), by=carys.id)
    session.commit()
    for withdrawal in (made, withdrawal_of(own.id)):
        with pytest.raises(ProposalRefused, match="no reason to decide"):
            judge_reason(withdrawal, is_shown=True, at=clock.now(), by=carys.id)  # type: ignore[arg-type]


def test_officers_are_told_once(session: Any, carys: Account, dev: Account) -> None:
    for _ in range(2):
        tell_officers("A", "B", once="one", at=clock.now())
    assert [m.address for m in session.scalars(select(Message))] == [carys.email]


def test_a_suggestion_to_become_one_ends_and_begun_changes_go(session: Any, carys: Account) -> None:
    round_ = make_checked_round(session, "proposals")
    bench, table = (make_proposal(session, round_, title) for title in ("Bench", "Table"))
    together = Together("Seats", "Both", 450_000)
    merge = suggest_merge(round_, bench, [table], together, at=clock.now(), by=carys.id)
    begin_changes(bench, at=clock.now())
    take_back(bench)
    assert (merge.outcome, table.stage) == ("turned_down", "submitted")
    bodies = [m.body for m in session.scalars(select(Message)) if m.address == table.reference_hash]
    assert any("nothing changes for the others" in body for body in bodies)


def test_what_was_withdrawn_can_be_started_again_as_a_new_draft(session: Any) -> None:
    proposal = make_proposal(session, make_checked_round(session, "proposals"), name="Aisha")
    with pytest.raises(ProposalRefused, match="Only what was withdrawn"):
        start_again(proposal, new_reference(), at=clock.now())
    content = Content("Bike shelter", "For bikes", near="the library", cost_pence=300_000)
    add_version(proposal, content, "author", clock.now())
    take_back(proposal)
    draft = start_again(proposal, new_reference(), at=clock.now())
    assert read_content(draft.content) == content
    assert (draft.proposal_id, draft.name, proposal.stage) == (None, "Aisha", "left_out")


def test_nobody_hears_of_the_result_who_withdrew(session: Any) -> None:
    round_ = make_checked_round(session)
    take_back(make_proposal(session, round_, email="aisha@example.org"))
    before = len(told(session))
    assert tell_proposers(round_, {}, link="/", at=clock.now()) == 0
    assert len(told(session)) == before


# Who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "may"), [("secretary", "body"), ("member", "body"), ("reader", "")]
)
def test_who_writes_for_a_group_withdraws_and_who_reads_does_not(
    session: Any, bryn: Account, dev: Account, part: str, may: str
) -> None:
    body = make_body(session, represented_by=bryn, part=part)
    proposal = make_proposal(session, make_checked_round(session), body_id=body.id, reference="R")
    assert withdraws_as(proposal, bryn.id, []) == may
    assert withdraws_as(proposal, dev.id, []) == ""
    assert withdraws_as(proposal, bryn.id, ["R"]) == "author"
    assert withdraws_as(proposal, None, ["R"]) == "author"


def test_who_helps_to_write_can_stop_and_nothing_else_changes(session: Any) -> None:
    proposal, reference = make_proposal(session, make_checked_round(session)), new_reference()
    db.session.add(
        CoAuthor(number=1, proposal_id=proposal.id, reference_hash=reference_address(reference))
    )
    session.commit()
    assert withdraws_as(proposal, None, [reference]) == "coauthor"
    stop_helping(helper_of(proposal, [reference]), proposal, at=clock.now())  # type: ignore[arg-type]
    session.commit()
    assert withdraws_as(proposal, None, [reference]) == ""
    assert proposal.stage == "submitted"
    assert ("notice", proposal.reference_hash) in told(session)


# What is made of several --------------------------------------------------------------------------


@pytest.fixture
def joint(session: Any, carys: Account, aisha: Account) -> list[Proposal]:
    """A bench and, joined to it, Aisha's table and a lamp."""
    round_ = make_checked_round(session)
    parts = [
        make_proposal(session, round_, "Bench", reference="BENCH", email="b@example.org", name="B"),
        make_proposal(session, round_, "Table", account_id=aisha.id, reference="TABLE", name="A"),
        make_proposal(session, round_, "Lamp", reference="LAMP", email="l@example.org"),
    ]
    join(*parts, by=carys.id)
    return parts


def test_who_joined_another_withdraws_their_own_part_only(
    session: Any, joint: list[Proposal], aisha: Account
) -> None:
    lead, table, _lamp = joint
    assert own_part(lead, aisha.id, []) is table
    text = said_by(lead, None)
    assert take_back(table) is Kind.PART
    assert (lead.stage, lead.withdrawn_at, said_by(lead, None)) == ("submitted", None, text)
    assert (table.withdrawn_at is not None, table.name, table.email) == (True, "", "")
    assert part_in_proposal(lead, aisha.id, ["TABLE"]) == ""
    assert ("notice", table.reference_hash) not in proposer_addresses([lead.id])
    assert ("notice", reference_address("LAMP")) in told(session)
    assert part_in_proposal(lead, None, ["LAMP"]) == "coauthor"


def test_where_the_first_author_leaves_the_next_one_goes_on(
    session: Any, joint: list[Proposal], aisha: Account
) -> None:
    lead, _table, lamp = joint
    assert take_back(lead) is Kind.LEAD
    assert (lead.stage, lead.withdrawn_at, lead.title) == ("submitted", None, "Seats by the water")
    assert (lead.name, lead.email, lead.account_id) == ("A", "", aisha.id)
    assert part_in_proposal(lead, None, ["BENCH"]) == ""
    assert part_in_proposal(lead, None, ["TABLE"]) == "author"
    assert part_in_proposal(lead, aisha.id, []) == "author"
    assert ("email", "b@example.org") not in proposer_addresses([lead.id])
    assert take_back(lead) is Kind.LEAD
    assert part_in_proposal(lead, None, ["LAMP"]) == "author"
    assert lead.email == "l@example.org"
    assert take_back(lead) is Kind.WHOLE
    assert (lead.stage, lamp.withdrawn_at) == ("left_out", None)


def test_who_left_what_goes_on_can_still_follow_that_they_did(session: Any, carys: Account) -> None:
    round_, reference = make_checked_round(session), new_reference()
    bench = make_proposal(session, round_, "Bench", reference=reference)
    join(bench, make_proposal(session, round_, "Table"), by=carys.id)
    take_back(bench)
    found = followed(reference, clock.now())
    assert found is not None
    assert (found.stage, found.award) == ("left", None)


# Once the ballot is final -----------------------------------------------------------------------


def test_on_a_settled_ballot_it_stays_and_what_it_wins_goes_on_by_the_rule(
    session: Any, carys: Account
) -> None:
    round_ = make_declared(session)
    winner = round_.projects[0]
    proposal = session.get(Proposal, winner.proposal_id)
    before = round_.ballot_hash
    assert take_back(proposal, SOLD) is Kind.LATE
    assert (proposal.stage, round_.ballot_hash) == ("accepted", before)
    awards = offer_awards(round_, terms(), at=clock.now(), by=carys.id)
    session.commit()
    gone = next(award for award in awards if award.project_id == winner.id)
    assert (gone.stage, gone.held_pence) == ("withdrawn", 0)
    assert gone.reason == "Withdrawn by its proposer: Our hall is sold"
    letters = [m.subject for m in session.scalars(select(Message))]
    assert not any(winner.title in words for words in letters if words.startswith("An award"))
    made = decide_freed(gone, "offered", "By the rule", terms(), at=clock.now(), by=carys.id)
    assert made is not None
    assert made.project.title == "Skate ramp"


def test_freed_money_passes_over_what_was_withdrawn(session: Any, carys: Account) -> None:
    round_ = make_declared(session)
    for project in round_.projects[:3]:
        if project.title != "Lunch club":
            take_back(session.get(Proposal, project.proposal_id))
    awards = offer_awards(round_, terms(), at=clock.now(), by=carys.id)
    session.commit()
    following = next_project(next(award for award in awards if award.stage == "withdrawn"))
    assert following is not None
    assert following.title == "Notice board"


def test_nothing_is_withdrawn_of_what_is_not_on_the_ballot(session: Any) -> None:
    round_ = make_round(session, "voting")
    proposal = make_proposal(session, round_, "Late")
    with pytest.raises(ProposalRefused, match="not on the ballot"):
        kind_of(standing_of(proposal, "author"))


# The pages ----------------------------------------------------------------------------------------


def test_aisha_withdraws_with_her_reference_and_starts_again(
    site: Site, session: Any, as_person: Any, dev: Account, carys: Account
) -> None:
    round_, reference = make_checked_round(session, "proposals"), new_reference()
    proposal = make_proposal(session, round_, reference=reference)
    path = "/rounds/mastrick-decides/"
    own = f"{path}proposals/{proposal.public_id}/"
    as_person(dev).open(f"{own}withdraw/", status=404)
    site.send(f"{path}propose/return/", {"reference": reference})
    assert "Withdraw it" in site.open(own).text
    page = site.open(f"{own}withdraw/")
    assert "nobody can bring it back" in page.text
    page = site.send(f"{own}withdraw/", {"is_public": "yes"}, status=422)
    assert "Enter your reason" in page.select_one(".ds_error-summary").text  # type: ignore[union-attr]
    page = site.send(f"{own}withdraw/", {"is_public": "yes", "reason": "We moved away"})
    assert "You withdrew this" in page.text
    listed = site.open(f"{path}left-out/").text
    assert "withdrawn by its proposer on" in listed
    assert "We moved away" not in listed
    desk = as_person(carys)
    page = desk.open("/desk/")
    assert "wants everybody to read why" in page.text
    (link,) = [a["href"] for a in page.select(".engage-jobs a") if "Read the reason" in a.text]
    desk.send(link, form=f"{link}reason/show/")
    assert "We moved away" in site.open(f"{path}left-out/").text
    assert "Withdrawn by its proposer" in site.send("/follow/", {"reference": reference}).text
    assert "withdrawn" in site.client.get(f"{path}left-out.csv").text
    page = site.send(own, form=f"{own}again/")
    assert "Bike shelter" in page.text
    session.expire_all()
    assert withdrawal_of(proposal.id) is not None


def test_an_officer_withdraws_for_somebody_on_paper_only(
    session: Any, as_person: Any, carys: Account
) -> None:
    round_ = make_checked_round(session, "proposals")
    paper = make_proposal(session, round_, "Bench", channel="paper")
    online = make_proposal(session, round_, "Table")
    desk, path = as_person(carys), "/desk/rounds/mastrick-decides/proposals/"
    desk.open(f"{path}{online.public_id}/withdraw/", status=404)
    page = desk.send(f"{path}{paper.public_id}/withdraw/", {"reason": "She telephoned"})
    assert "She telephoned" in page.text
    assert "Withdrawn by its proposer" in page.select_one("h1 + .ds_warning-text").text
    assert page.select_one("#withdrawn")
    again = f"{path}{paper.public_id}/again/"
    assert "Bench" in desk.send(f"{path}{paper.public_id}/", form=again).text
    assert "She telephoned" not in desk.open("/rounds/mastrick-decides/left-out/").text


def test_a_page_that_is_out_of_date_withdraws_nothing(
    session: Any, as_person: Any, aisha: Account
) -> None:
    proposal = make_proposal(session, make_checked_round(session, "proposals"), account_id=aisha.id)
    path = f"/rounds/mastrick-decides/proposals/{proposal.public_id}/withdraw/"
    site = as_person(aisha)
    page = site.send(path, {"version": "9"}, status=422)
    assert "changed after you opened this page" in page.text
    session.expire_all()
    assert proposal.withdrawn_at is None
