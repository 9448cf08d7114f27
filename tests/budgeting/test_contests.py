"""A round that lets people vote once online and once in person, as Leith did: two contests."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.accepting import mark_voter
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.reconciling import papers_could_change
from engage.budgeting.actions.turnout import hand_on_voters
from engage.budgeting.anchors import record_of
from engage.budgeting.jobs import note_all_seals
from engage.budgeting.keys import keys_of
from engage.budgeting.models import Ballot, PaperBatch, Round
from engage.budgeting.queries.records import gap_of
from engage.budgeting.queries.rounds import rules_of
from engage.budgeting.queries.voters import desk_marks
from engage.budgeting.rules.ballots import OnPaperRefused, VotedRefused, ballot_key, desk_key
from engage.budgeting.rules.bundle_words import readme
from engage.budgeting.rules.paper_account import StationAccount, in_question
from engage.budgeting.rules.results import read_outcome
from engage.budgeting.rules.rounds import hash_rules, plain_rules, round_faults
from engage.engagements.models import ParticipationFact
from engage.extensions import db
from tests.budgeting.test_voting_together import together
from tests.makers.approvals import declare, second_officer, strike_out
from tests.makers.budgeting import make_round
from tests.makers.keeping import put_old_copy_back
from tests.makers.papers import accept, enter, make_station, mark, mark_on_page
from tests.makers.voting import cast, let_voting_end, make_code, make_voter

pytestmark = pytest.mark.requirement("R76")
DESK = "/desk/rounds/mastrick-decides/"


@pytest.fixture
def round_(session: Any) -> Round:
    return make_round(session, takes_paper=True, separate_contests=True, allow_change=False)


@pytest.fixture
def batch(round_: Round, carys: Account) -> PaperBatch:
    return make_station(round_, carys, issued=1, declared=1)


def close(round_: Round) -> None:
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    db.session.commit()


def count_paper(batch: PaperBatch, carys: Account, *lines: str) -> None:
    for person in (carys, second_officer()):
        enter(batch, person, *lines)
    accept(batch, carys)


# The rule ----------------------------------------------------------------------------------------


def test_a_round_that_says_nothing_of_it_has_the_hash_that_it_had(session: Any) -> None:
    usual = rules_of(make_round(session, takes_paper=True))
    assert "separate_contests" not in plain_rules(usual)
    apart = rules_of(make_round(session, title="Leith", takes_paper=True, separate_contests=True))
    assert plain_rules(apart)["separate_contests"] is True
    assert hash_rules(usual) != hash_rules(apart)


def test_without_paper_there_is_no_vote_in_person(session: Any) -> None:
    rules = rules_of(Round(**_columns(separate_contests=True, takes_paper=False)))
    assert set(round_faults(rules)) == {"separate_contests"}
    with pytest.raises(IntegrityError, match="contests_need_paper"):
        session.execute(sa.update(Round).values(separate_contests=True))


def _columns(**given: Any) -> dict[str, Any]:
    round_ = make_round(db.session, "preparing", title="Like this")
    return {c.name: getattr(round_, c.name) for c in Round.__table__.columns} | given


def test_carys_declares_it_and_the_page_says_so(
    as_person: Any, carys: Account, site: Any, session: Any
) -> None:
    answers = {"title": "Leith chooses", "pot_pence": "20,000", "separate_contests": "yes"}
    officer = as_person(carys)
    page = officer.send("/desk/rounds/new/?start=small-grants", answers, status=422)
    assert "Only where people can vote on paper" in page.select_one(".ds_error-summary").text
    officer.send("/desk/rounds/new/?start=small-grants", {**answers, "takes_paper": "yes"})
    assert session.scalars(sa.select(Round)).one().separate_contests
    officer.send("/desk/rounds/leith-chooses/open_proposals/")
    words = "Once online and once on paper at a station: you may do both, and both count"
    assert words in site.open("/rounds/leith-chooses/").text


# One ballot of each person in each contest -------------------------------------------------------


@pytest.mark.parametrize("online_first", [True, False])
def test_a_person_votes_once_online_and_is_marked_once(
    round_: Round, batch: PaperBatch, carys: Account, online_first: bool
) -> None:
    voter = make_voter(round_)
    steps = [
        lambda: cast(round_, voter, round_.projects[:1]),
        lambda: mark(batch, voter, carys),
    ]
    for step in steps if online_first else reversed(steps):
        step()
    with pytest.raises(OnPaperRefused, match="no second paper"):
        mark(batch, voter, carys)
    db.session.rollback()
    with pytest.raises(VotedRefused):
        cast(round_, voter, round_.projects[:1])
    db.session.rollback()
    sources = db.session.scalars(sa.select(Ballot.source).order_by(Ballot.source)).all()
    assert sources == ["desk", "online"]


def test_two_stations_at_once_mark_a_person_once(
    app: Any, round_: Round, batch: PaperBatch, carys: Account
) -> None:
    voter, other = make_voter(round_), make_station(round_, carys, "Hall")
    uid, ids, by = voter.uid, [batch.id, other.id], carys.id
    db.session.commit()

    def at_station(number: int) -> str:
        station = db.session.get_one(PaperBatch, ids[number])
        mark_voter(station, uid, at=clock.now(), by=by, role="officer")
        db.session.commit()
        return "marked"

    told = together(app, 2, at_station)
    assert sorted(type(one) for one in told if one != "marked") == [OnPaperRefused]
    assert desk_marks(round_.id) == 1


def test_the_primary_key_holds_each_place_once(round_: Round) -> None:
    key, uid = keys_of(round_.id, round_.key_check), make_voter(round_).uid
    online, in_person = ballot_key(key, round_.id, uid), desk_key(key, round_.id, uid)
    assert len({online, in_person, desk_key(key, round_.id + 1, uid)}) == 3
    row = {"round_id": round_.id, "ballot_key": in_person, "source": "desk", "version": 1}
    db.session.execute(sa.insert(Ballot).values(**row, submission_id="a"))
    with pytest.raises(IntegrityError):
        db.session.execute(sa.insert(Ballot).values(**row, submission_id="b"))
    db.session.rollback()


def test_where_it_is_not_declared_a_mark_still_keeps_the_one_place(
    session: Any, carys: Account
) -> None:
    round_ = make_round(session, takes_paper=True)
    batch, voter = make_station(round_, carys), make_voter(round_)
    mark(batch, voter, carys)
    with pytest.raises(OnPaperRefused):
        cast(round_, voter, round_.projects[:1])


def test_the_pages_say_so_to_the_voter_and_at_the_desk(
    app: Any, round_: Round, batch: PaperBatch, carys: Account, as_person: Any, site: Any
) -> None:
    code, path = make_code(round_), f"{DESK}paper/{batch.id}/mark/"
    desk = as_person(carys)
    assert "They may vote online, too" in desk.open(path).text
    mark_on_page(desk, path, {"who": code, "postcode": "AB10 1AB"})
    words = "You may vote once online, and once on paper at a station."
    assert words in site.open("/rounds/mastrick-decides/vote/").text
    site.send("/vote", {"code": code})
    page = site.open("/rounds/mastrick-decides/ballot/")
    assert words in page.text
    chosen = {"projects": [str(round_.projects[0].id)]}
    page = site.send("/rounds/mastrick-decides/ballot/", chosen)
    assert words in page.text
    assert page.h1.text.strip() == "Your vote is in"
    page = mark_on_page(desk, path, {"who": code, "postcode": "AB10 1AB"}, status=422)
    assert "give out no second paper" in page.text


def test_a_seal_over_marks_is_noted_outside_and_agrees_with_itself(
    round_: Round, batch: PaperBatch, carys: Account
) -> None:
    mark(batch, make_voter(round_), carys)
    count_paper(batch, carys, "1 3")
    note_all_seals()
    assert [anchor.facts.desk for anchor in record_of(round_.record_name)] == [1]
    assert gap_of(round_.id) is None
    cast(round_, make_voter(round_), round_.projects[:1])
    close(round_)


def test_marks_are_no_votes_where_seals_were_lost(
    round_: Round, batch: PaperBatch, carys: Account
) -> None:
    mark(batch, make_voter(round_), carys)
    count_paper(batch, carys, "1 3")
    note_all_seals()
    put_old_copy_back(round_, seals=0, ballots=2)
    gap = gap_of(round_.id)
    assert gap is not None
    assert gap.ballots == 1


# The count, and what is told of it ---------------------------------------------------------------


def test_the_count_adds_both_contests_and_the_papers_add_up(
    round_: Round, batch: PaperBatch, carys: Account, site: Any
) -> None:
    voters = [make_voter(round_) for _ in range(12)]
    for voter in voters:
        cast(round_, voter, round_.projects[:1])
    mark(batch, voters[0], carys)
    count_paper(batch, carys, "1 3")
    close(round_)
    assert hand_on_voters(round_, clock.now()) == 13  # ballots: somebody took part in both
    facts = db.session.execute(sa.select(ParticipationFact.channel, ParticipationFact.people))
    assert dict(facts.all()) == {"online": 12, "desk": 1}
    outcome = read_outcome(count_round(round_, at=clock.now(), by=carys.id).outcome)
    votes = {fate.project: fate.votes for fate in outcome.fates}
    assert (outcome.ballots, votes[str(round_.projects[0].id)]) == (13, 13)
    assert not papers_could_change(round_)
    declare(round_, carys)
    page = site.open("/rounds/mastrick-decides/results/")
    assert "People who voted" not in page.text
    assert "there may be fewer people than votes" in page.text


@pytest.mark.parametrize(
    ("marks", "papers", "online", "apart", "doubt"),
    [
        (3, 5, 9, False, 2),
        (3, 5, 9, True, 2),
        (1, 5, 9, True, 1),
        (0, 5, 9, True, 0),
        (5, 5, 9, True, 0),
        (3, 5, 0, False, 0),
    ],
)
def test_a_paper_without_a_mark_may_be_the_second_one_of_somebody_marked(
    marks: int, papers: int, online: int, apart: bool, doubt: int
) -> None:
    row = StationAccount("Hall", papers, papers, papers, 0, marks)
    assert in_question([row], online, separate_contests=apart) == doubt


def test_the_readme_of_the_bundle_says_so() -> None:
    assert b"once online and once on paper" in readme("T", 60, "", opened=False, contests=True)
    assert b"once online and once" not in readme("T", 60, "", opened=False)


@pytest.mark.parametrize("apart", [True, False])
def test_removing_a_voter_who_was_marked_leaves_the_mark_to_their_paper(
    session: Any, carys: Account, apart: bool
) -> None:
    round_ = make_round(session, takes_paper=True, separate_contests=apart)
    batch = make_station(round_, carys, issued=1, declared=1)
    voter, other = make_voter(round_), make_voter(round_)
    mark(batch, voter, carys)
    cast(round_, voter if apart else other, round_.projects[:1])
    count_paper(batch, carys, "2")
    close(round_)
    strike_out(round_, carys, voter)
    assert desk_marks(round_.id) == 1
    left = db.session.scalars(sa.select(Ballot.source).order_by(Ballot.source)).all()
    assert left == (["desk", "paper"] if apart else ["desk", "online", "paper"])
