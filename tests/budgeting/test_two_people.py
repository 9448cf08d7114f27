"""What two people do together, and what nobody does alone: the actions."""

import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from engage import clock
from engage.audit.models import AuditEvent
from engage.budgeting.actions.approvals import turn_down, withdraw
from engage.budgeting.actions.closing import close_if_due
from engage.budgeting.actions.counting import ask_to_declare, count_round, declare_result
from engage.budgeting.actions.extending import ask_to_extend, extend
from engage.budgeting.actions.registering import register_voter, request_link, use_link
from engage.budgeting.actions.removing import ask_to_remove, remove
from engage.budgeting.actions.reviewing import keep_voters, list_voter
from engage.budgeting.actions.scrutineers import drop_scrutineer, name_scrutineer
from engage.budgeting.exports import bundle_of
from engage.budgeting.keys import IDENTITY, keys_of, read_key
from engage.budgeting.models import (
    Approval,
    Ballot,
    RoundCount,
    Seal,
    Voter,
    VoteRemoval,
    VoterReview,
)
from engage.budgeting.queries.approvals import scrutineer_of
from engage.budgeting.queries.reviews import removed_from, undecided
from engage.budgeting.queries.voters import ballot_of
from engage.budgeting.rules.approvals import ApprovalRefused
from engage.budgeting.rules.ballots import KeysRefused, NotEligibleRefused, identity_of, receipt_of
from engage.budgeting.rules.plausibility import marks_of
from engage.budgeting.rules.refusals import RoundRefused
from engage.engagements.models import Invitation
from engage.extensions import db
from engage.messages.models import Message
from engage.messages.queries import notices_for
from engage.messages.rules import new_reference
from engage.places.rules import Placing
from tests.makers.approvals import declare, list_by_hand, prolong, second_officer, strike_out
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.bundles import faults
from tests.makers.voting import (
    cast,
    let_it_close,
    let_voting_end,
    make_code,
    make_voter,
    move_dates,
    some_votes,
)

pytestmark = pytest.mark.requirement("R76")
HOUR = timedelta(hours=1)


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def olive(app):
    return second_officer()


@pytest.fixture
def voters(round_):
    """Seven people who voted for the bike shelter."""
    return some_votes(round_, 7)


@pytest.fixture
def closed(round_, voters):
    return let_it_close(round_)


def happenings():
    return list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.seq)))


def asked_to_extend(round_, carys):
    until = round_.voting_closes_at + HOUR
    asked = ask_to_extend(round_, until, "The site was down", at=clock.now(), by=carys.id)
    db.session.commit()
    return asked


# Longer voting -----------------------------------------------------------------------------------


def test_voting_closes_later_once_a_second_officer_agrees(round_, carys):
    before = round_.voting_closes_at
    asked = asked_to_extend(round_, carys)
    assert round_.voting_closes_at == before, "asking alone changes nothing"
    extend(asked, at=clock.now(), by=second_officer().id)
    db.session.commit()
    assert round_.voting_closes_at == round_.engagement.closes_at == before + HOUR
    assert happenings()[-3:] == ["approval.asked", "approval.decided", "voting.extended"]
    assert db.session.scalars(sa.select(Seal.reason)).all() == ["extended"]


def test_the_first_officer_does_not_agree_with_themselves(round_, carys):
    before = round_.voting_closes_at
    asked = asked_to_extend(round_, carys)
    with pytest.raises(ApprovalRefused, match="somebody else must agree"):
        extend(asked, at=clock.now(), by=carys.id)
    db.session.rollback()
    assert (round_.voting_closes_at, asked.outcome) == (before, "waiting")


@pytest.mark.parametrize("outsider", ["dev", "bryn", "anil", "audrey"])
def test_nobody_else_is_the_second_person(request, round_, carys, outsider):
    account = request.getfixturevalue(outsider)
    asked = asked_to_extend(round_, carys)
    with pytest.raises(ApprovalRefused, match="Only an officer or the fund’s scrutineer"):
        extend(asked, at=clock.now(), by=account.id, role=account.role)


def test_an_administrator_may_be_the_second_person(round_, carys, ada):
    extend(asked_to_extend(round_, carys), at=clock.now(), by=ada.id, role=ada.role)


def test_what_was_agreed_too_late_prolongs_nothing(round_, carys, olive):
    asked = asked_to_extend(round_, carys)
    let_voting_end(round_, ago=timedelta(seconds=1))
    with pytest.raises(ApprovalRefused, match="only until it closes"):
        extend(asked, at=clock.now(), by=olive.id)


def test_a_request_for_longer_that_nobody_decided_ends_with_the_vote(round_, carys):
    asked = asked_to_extend(round_, carys)
    let_it_close(round_)
    assert asked.outcome == "withdrawn"


def test_two_longer_votes_are_not_asked_for_at_once(round_, carys, olive):
    asked_to_extend(round_, carys)
    with pytest.raises(ApprovalRefused, match="decide about that first"):
        ask_to_extend(
            round_, round_.voting_closes_at + 2 * HOUR, "More", at=clock.now(), by=olive.id
        )


def test_the_close_goes_by_the_later_time(round_, carys):
    before = round_.voting_closes_at
    prolong(round_, carys, before + HOUR)
    move_dates(round_, -(before - clock.now()) - timedelta(minutes=1))
    assert not close_if_due(round_, clock.now())
    cast(round_, make_voter(round_), round_.projects[:1])
    move_dates(round_, -HOUR)
    assert close_if_due(round_, clock.now())


def test_proposers_and_groups_are_told_of_a_longer_vote(session, round_, carys, bryn):
    reference = new_reference()
    make_proposal(session, round_, reference=reference, email="aisha@example.org", stage="accepted")
    body = make_body(session, "Mastrick Community Council", represented_by=bryn)
    session.add(
        Invitation(
            engagement_id=round_.engagement_id,
            body_id=body.id,
            level="empower",
            invited_at=clock.now(),
        )
    )
    session.commit()
    prolong(round_, carys, round_.voting_closes_at + HOUR, "The <library> was shut")
    told = session.scalars(sa.select(Message).where(Message.subject.like("Voting closes later%")))
    messages = [m for m in told if m.channel == "email"]
    assert {m.address for m in messages} >= {"aisha@example.org", "bryn@example.org"}
    assert all("The <library> was shut" in m.body for m in messages)
    assert any("Voting closes later" in n.subject for n in notices_for(reference))


def test_the_bundle_of_a_prolonged_round_agrees_with_the_rules_as_they_were_fixed(session, carys):
    round_ = make_round(session)
    for _ in range(50):
        cast(round_, make_voter(round_), round_.projects[:1])
    fixed = round_.voting_closes_at
    prolong(round_, carys, fixed + HOUR)
    let_it_close(round_)
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    move_dates(round_, fixed + HOUR - round_.voting_closes_at)
    packed = bundle_of(round_)
    assert faults(packed) == []
    assert b'"reason":"The site was down"' in packed


# Requests ----------------------------------------------------------------------------------------


def test_what_was_turned_down_is_not_done(round_, carys, olive):
    before = round_.voting_closes_at
    asked = asked_to_extend(round_, carys)
    turn_down(asked, at=clock.now(), by=olive.id, role="officer")
    db.session.commit()
    assert (asked.outcome, round_.voting_closes_at) == ("turned_down", before)
    with pytest.raises(ApprovalRefused, match="decided this already"):
        extend(asked, at=clock.now(), by=olive.id)


def test_only_who_asked_takes_it_back(round_, carys, olive):
    asked = asked_to_extend(round_, carys)
    with pytest.raises(ApprovalRefused, match="Only the person who asked"):
        withdraw(asked, at=clock.now(), by=olive.id, role="officer")
    withdraw(asked, at=clock.now(), by=carys.id, role="officer")
    db.session.commit()
    assert asked.outcome == "withdrawn"
    with pytest.raises(ApprovalRefused, match="decided this already"):
        withdraw(asked, at=clock.now(), by=carys.id, role="officer")


# The list to check -------------------------------------------------------------------------------


def register(round_, number, source="192.0.2.1", postcode="AB101AB"):
    db.session.commit()
    key = keys_of(round_.id, round_.key_check)
    for index in range(number):
        identity = identity_of(
            read_key(IDENTITY), round_.id, "email", f"{source}{index}@example.org"
        )
        marks = marks_of(key, round_.id, source, f"{postcode}{index}", clock.today())
        register_voter(round_.id, identity, Placing("not_given"), at=clock.now(), marks=marks)
    db.session.commit()


def test_a_library_is_listed_at_the_close_and_everybody_in_it_has_voted(app, round_, carys):
    app.config["REVIEW_FROM_ONE_SOURCE"] = 4
    register(round_, 5)
    register(round_, 4, source="192.0.2.2")
    assert undecided(round_.id) == 0, "while people vote, nobody is listed"
    for uid in db.session.scalars(sa.select(Voter.uid)).all():
        cast(round_, uid, round_.projects[:1])
    let_it_close(round_)
    lines = db.session.scalars(sa.select(VoterReview)).all()
    assert [(line.reason, line.state) for line in lines] == [("source", "waiting")] * 5
    assert len({line.together for line in lines}) == 1
    with pytest.raises(RoundRefused, match="5 still to decide"):
        count_round(round_, at=clock.now(), by=carys.id)
    assert keep_voters(round_, [r.public_id for r in lines], at=clock.now(), by=carys.id) == 5
    count = count_round(round_, at=clock.now(), by=carys.id)
    assert json.loads(count.outcome)["ballots"] == 9
    assert "voters.kept" in happenings()


def test_nothing_that_groups_voters_is_left_once_the_result_is_confirmed(app, round_, carys):
    app.config["REVIEW_FROM_ONE_SOURCE"] = 4
    register(round_, 5)
    let_it_close(round_)
    lines = list(db.session.scalars(sa.select(VoterReview.public_id)))
    keep_voters(round_, lines, at=clock.now(), by=carys.id)
    count_round(round_, at=clock.now(), by=carys.id)
    assert db.session.scalars(sa.select(Voter.source_mark)).first() is not None
    declare(round_, carys)
    assert set(db.session.scalars(sa.select(Voter.source_mark))) == {None}
    assert set(db.session.scalars(sa.select(Voter.home_mark))) == {None}
    assert set(db.session.scalars(sa.select(VoterReview.together))) == {""}


def test_a_link_carries_the_marks_of_the_place_where_it_was_asked_for(round_):
    key, tokens = keys_of(round_.id, round_.key_check), []
    marks = marks_of(key, round_.id, "192.0.2.1", "AB101AB", clock.today())

    def link_to(token):
        tokens.append(token)
        return token

    request_link(
        round_,
        "aisha@example.org",
        Placing("not_given"),
        at=clock.now(),
        link_to=link_to,
        marks=marks,
    )
    db.session.commit()
    uid = use_link(round_.id, tokens[0], at=clock.now())
    voter = db.session.get_one(Voter, uid)
    assert (voter.source_mark, voter.home_mark) == (marks.source, marks.home)


def test_a_voter_is_listed_by_hand_and_the_trail_says_nothing_of_whom(round_, carys):
    register(round_, 1)
    typed = "192.0.2.10@Example.org"
    line = list_voter(round_, "email", typed, "age", at=clock.now(), by=carys.id)
    db.session.commit()
    assert (line.reason, undecided(round_.id)) == ("age", 1)
    details = " ".join(db.session.scalars(sa.select(AuditEvent.detail)))
    assert "example" not in details.casefold()
    assert line.public_id in details
    with pytest.raises(ApprovalRefused, match="already"):
        list_voter(round_, "email", typed, "age", at=clock.now(), by=carys.id)


@pytest.mark.parametrize("kind", ["email", "code"])
def test_somebody_who_is_not_known_is_not_listed(round_, carys, kind):
    typed = "nobody@example.org" if kind == "email" else make_code(round_)
    with pytest.raises(ApprovalRefused, match="We know no voter here by that address or code"):
        list_voter(round_, kind, typed, "report", at=clock.now(), by=carys.id)


def test_what_was_decided_is_not_decided_again(closed, voters, carys, olive):
    line = list_by_hand(voters[0])
    keep_voters(closed, [line], at=clock.now(), by=carys.id)
    db.session.commit()
    with pytest.raises(ApprovalRefused, match="before you"):
        keep_voters(closed, [line], at=clock.now(), by=olive.id)
    with pytest.raises(ApprovalRefused, match="before you"):
        ask_to_remove(closed, [line], "twice", "We know", at=clock.now(), by=olive.id)
    with pytest.raises(ApprovalRefused, match="Choose at least one voter"):
        keep_voters(closed, [], at=clock.now(), by=carys.id)


# Removed votes -----------------------------------------------------------------------------------


def test_two_officers_remove_a_vote_and_it_is_counted_in_public(closed, voters, carys):
    receipt = receipt_of(ballot_of(closed, voters[0].uid).leaf)
    strike_out(closed, carys, voters[0], voters[1])
    assert ballot_of(closed, voters[0].uid) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 5
    assert {db.session.get_one(Voter, v.uid).status for v in voters[:2]} == {"excluded"}
    removed = removed_from(closed.id)
    assert (removed.votes, removed.by_reason) == (2, None)
    seals = db.session.scalars(sa.select(Seal).order_by(Seal.n)).all()
    assert [(s.reason, s.ballots) for s in seals] == [("closed", 7), ("removal", 5)]
    assert receipt in {receipt_of(leaf) for leaf in db.session.scalars(sa.select(VoteRemoval.leaf))}
    outcome = json.loads(count_round(closed, at=clock.now(), by=carys.id).outcome)
    assert outcome["ballots"] == 5


def test_the_trail_tells_how_many_votes_and_never_whose(closed, voters, carys):
    strike_out(closed, carys, voters[0])
    details = " ".join(db.session.scalars(sa.select(AuditEvent.detail)))
    assert '"votes":1' in details
    assert voters[0].uid.hex() not in details
    assert "We know" not in details


def test_a_voter_without_a_vote_is_excluded_and_no_vote_goes(closed, carys):
    strike_out(closed, carys, make_voter(closed))
    assert removed_from(closed.id).votes == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 7


def test_an_excluded_voter_comes_in_no_more(round_, carys):
    register(round_, 1)
    identity = identity_of(read_key(IDENTITY), round_.id, "email", "192.0.2.10@example.org")
    let_it_close(round_)
    strike_out(round_, carys, db.session.scalars(sa.select(Voter)).one())
    with pytest.raises(NotEligibleRefused):
        register_voter(round_.id, identity, Placing("not_given"), at=clock.now())


def test_one_officer_removes_nothing(closed, voters, carys):
    line = list_by_hand(voters[0])
    asked = ask_to_remove(closed, [line], "twice", "We know", at=clock.now(), by=carys.id)
    db.session.commit()
    with pytest.raises(ApprovalRefused, match="somebody else must agree"):
        remove(asked, at=clock.now(), by=carys.id)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 7
    with pytest.raises(RoundRefused, match="1 still to decide"):
        count_round(closed, at=clock.now(), by=carys.id)


def test_a_removal_that_is_turned_down_puts_the_voter_back_on_the_list(
    closed, voters, carys, olive
):
    line = list_by_hand(voters[0])
    asked = ask_to_remove(closed, [line], "twice", "We know", at=clock.now(), by=carys.id)
    db.session.commit()
    turn_down(asked, at=clock.now(), by=olive.id, role="officer")
    db.session.commit()
    assert db.session.scalars(sa.select(VoterReview.state)).one() == "waiting"
    assert keep_voters(closed, [line], at=clock.now(), by=olive.id) == 1


def test_no_vote_is_removed_while_people_vote_or_after_the_result(round_, voters, carys):
    line = list_by_hand(voters[0])
    with pytest.raises(ApprovalRefused, match="only after voting has closed"):
        ask_to_remove(round_, [line], "twice", "We know", at=clock.now(), by=carys.id)
    db.session.rollback()
    let_it_close(round_)
    keep_voters(round_, [line], at=clock.now(), by=carys.id)
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    with pytest.raises(ApprovalRefused, match="no vote can be removed any more"):
        ask_to_remove(round_, [line], "twice", "We know", at=clock.now(), by=carys.id)


def test_without_the_rounds_key_no_vote_is_found_to_remove(tmp_path, closed, voters, carys):
    (tmp_path / "keys" / f"round-{closed.id}.key").unlink()
    with pytest.raises(KeysRefused):
        strike_out(closed, carys, voters[0])
    db.session.rollback()
    assert db.session.scalars(sa.select(Approval.outcome)).one() == "waiting"


def test_the_bundle_shows_what_was_removed_and_everybody_can_check_it(session, carys):
    round_ = make_round(session)
    voters = [make_voter(round_) for _ in range(52)]
    for voter in voters:
        cast(round_, voter, round_.projects[:1])
    receipt = receipt_of(ballot_of(round_, voters[0].uid).leaf)
    fixed = round_.voting_closes_at
    let_it_close(round_)
    strike_out(round_, carys, voters[0])
    strike_out(round_, carys, voters[1], code="ineligible")
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    move_dates(round_, fixed - round_.voting_closes_at)
    packed = bundle_of(round_)
    assert faults(packed) == []
    assert faults(packed, receipt) == ["The vote of this receipt was removed by two people"]
    assert b'"by_reason":null' in packed


# The result --------------------------------------------------------------------------------------


def test_a_result_is_confirmed_by_two_and_sealed(closed, carys, olive):
    count = count_round(closed, at=clock.now(), by=carys.id)
    result = declare(closed, carys)
    assert (result.count_id, result.declared_by) == (count.id, olive.id)
    asked = db.session.scalars(sa.select(Approval)).one()
    assert (asked.requested_by, asked.decided_by) == (carys.id, olive.id)
    last = db.session.scalars(sa.select(Seal).order_by(Seal.n.desc())).first()
    assert (last.reason, last.ballots) == ("certified", 7)


def test_nobody_confirms_a_result_alone(closed, carys):
    count_round(closed, at=clock.now(), by=carys.id)
    db.session.commit()
    asked = ask_to_declare(closed, at=clock.now(), by=carys.id)
    db.session.commit()
    with pytest.raises(ApprovalRefused, match="somebody else must agree"):
        declare_result(asked, at=clock.now(), by=carys.id)
    db.session.rollback()
    assert closed.stage == "closed"
    with pytest.raises(ApprovalRefused, match="asked for this already"):
        ask_to_declare(closed, at=clock.now(), by=carys.id)


def test_two_counts_never_show_how_somebody_voted(closed, voters, carys, olive):
    """Nobody is listed once the votes are counted, and nobody who was kept is removed then."""
    who = {"at": clock.now(), "by": carys.id}
    line = list_by_hand(voters[0])
    keep_voters(closed, [line], **who)
    count_round(closed, **who)
    db.session.commit()
    for act in (
        lambda: list_voter(closed, "email", "victim@example.org", "report", **who),
        lambda: ask_to_remove(closed, [line], "asked", "They said so", **who),
    ):
        with pytest.raises(ApprovalRefused, match="would show how the person voted"):
            act()
        db.session.rollback()


def test_a_removal_that_was_asked_for_before_holds_the_count_back(closed, voters, carys):
    line = list_by_hand(voters[0])
    asked = ask_to_remove(closed, [line], "twice", "We know", at=clock.now(), by=carys.id)
    db.session.commit()
    with pytest.raises(RoundRefused, match="1 still to decide"):
        count_round(closed, at=clock.now(), by=carys.id)
    db.session.rollback()
    assert asked.outcome == "waiting"


# At the same moment ------------------------------------------------------------------------------


def at_once(app, *acts):
    """Let people act at the same moment; return what was refused to each, or ''."""
    start, refusals = threading.Barrier(len(acts)), [""] * len(acts)

    def work(number, act, approval_id, by):
        with app.app_context():
            approval = db.session.get_one(Approval, approval_id)
            start.wait(timeout=30)
            try:
                act(approval, at=clock.now(), by=by)
                db.session.commit()
            except (RoundRefused, OperationalError) as refusal:  # SQLite: another wrote first
                db.session.rollback()
                refusals[number] = str(refusal)

    workers = [threading.Thread(target=work, args=(n, *act)) for n, act in enumerate(acts)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    db.session.expire_all()
    return refusals


def test_two_who_agree_at_once_do_it_once(app, round_, carys, olive):
    asked = asked_to_extend(round_, carys)
    refusals = at_once(app, (extend, asked.id, olive.id), (extend, asked.id, olive.id))
    assert sorted(bool(refusal) for refusal in refusals) == [False, True]
    assert db.session.scalars(sa.select(Seal.reason)).all() == ["extended"]


def test_a_voter_is_listed_before_the_count_or_not_at_all(app, round_, carys, olive):
    register(round_, 1)
    until = round_.voting_closes_at + timedelta(hours=1)
    asked = ask_to_extend(round_, until, "The site was down", at=clock.now(), by=carys.id)
    db.session.commit()
    withdraw(asked, at=clock.now(), by=carys.id, role="officer")
    db.session.commit()
    let_it_close(round_)

    def list_one(approval, **who):
        list_voter(approval.round, "email", "192.0.2.10@example.org", "report", **who)

    def count(approval, **who):
        count_round(approval.round, **who)

    refusals = at_once(app, (list_one, asked.id, carys.id), (count, asked.id, olive.id))
    counts = db.session.scalar(sa.select(sa.func.count()).select_from(RoundCount))
    assert sorted(map(bool, refusals)) == [False, True]
    assert counts + undecided(round_.id) == 1


# The outside scrutineer --------------------------------------------------------------------------


def name(round_, carys, email="iona@example.org"):
    named = name_scrutineer(round_, "Iona Grant", email, at=clock.now(), by=carys.id)
    db.session.commit()
    return named


def test_somebody_from_outside_is_invited_by_a_link_that_works_once(session, carys):
    round_ = make_round(session, "preparing")
    named = name(round_, carys)
    letters = session.scalars(sa.select(Message).order_by(Message.id)).all()
    assert {m.address for m in letters} == {"iona@example.org"}
    assert [m.secret for m in letters] == [True, False]
    assert "scrutineer.named" in happenings()
    drop_scrutineer(round_, at=clock.now(), by=carys.id)
    assert scrutineer_of(named.round_id) is None


def test_who_has_an_account_is_named_with_it(session, carys, bryn):
    assert name(make_round(session, "preparing"), carys, bryn.email).account_id == bryn.id


@pytest.mark.parametrize(
    ("who", "words"), [("carys", "somebody other than you"), ("ada", "This is an officer")]
)
def test_an_officer_is_not_somebody_from_outside(request, session, carys, who, words):
    email = request.getfixturevalue(who).email
    with pytest.raises(ApprovalRefused, match=words):
        name(make_round(session, "preparing"), carys, email)


def test_the_second_person_is_fixed_once_the_round_is_public(session, carys):
    round_ = make_round(session, "proposals")
    with pytest.raises(ApprovalRefused, match="fixed"):
        name(round_, carys)
    with pytest.raises(ApprovalRefused, match="fixed"):
        drop_scrutineer(round_, at=clock.now(), by=carys.id)
