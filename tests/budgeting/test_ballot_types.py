"""Each type of ballot from the vote to the published bundle: cast, changed, refused, counted."""

import csv
import io
import json
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.counting import count_ballots, election_of
from engage.budgeting.exports import bundle_of
from engage.budgeting.models import Ballot, Round
from engage.budgeting.rules.ballots import ChoicesRefused, ClosedRefused
from engage.budgeting.rules.unpacking import unpack
from engage.extensions import db
from engage.tally.election import Completion, Method, Rule
from engage.tally.method import count
from engage.tally.pabulib import read_pabulib
from tests.makers.approvals import declare
from tests.makers.budgeting import make_round
from tests.makers.bundles import faults, forged, replaced
from tests.makers.voting import cast, let_voting_end, make_voter, move_dates
from tests.tally import reference

TYPES: dict[str, dict[str, Any]] = {
    "spend": {"ballot_type": "spend", "max_choices": 1000},
    "points": {"ballot_type": "points", "points": 5, "most_points": 3, "max_choices": 1000},
    "ranking": {"ballot_type": "ranking", "max_choices": 3},
    "boost": {"ballot_type": "boost", "max_choices": 3, "boost_worth": 2},
}
#: Bike shelter £3,000, lunch club £1,500, skate ramp £4,000, choir £1,000; the fund is £6,000.
PROJECTS = (
    ("Bike shelter", 300_000),
    ("Lunch club", 150_000),
    ("Skate ramp", 400_000),
    ("Choir", 100_000),
)
#: What twelve people say: projects by their number, with the points where there are any.
VOTES: dict[str, list[tuple[str, list[int] | None]]] = {
    "spend": [("12", None)] * 4 + [("23", None)] * 5 + [("14", None)] * 2 + [("124", None)],
    "points": [("12", [3, 2])] * 4 + [("32", [3, 1])] * 5 + [("41", [3, 2])] * 2 + [("4", [1])],
    "ranking": [("123", None)] * 4 + [("32", None)] * 5 + [("41", None)] * 2 + [("4", None)],
    "boost": [("123", [1, 1, 2])] * 4 + [("32", [1, 1])] * 5 + [("14", [2, 1])] * 3,
}
#: What that gives each project, reckoned by hand.
POINTS = {
    "spend": [7, 10, 5, 3],
    "points": [16, 13, 15, 7],
    "ranking": [14, 13, 14, 5],
    "boost": [10, 9, 13, 3],
}
WINNERS = {
    "spend": ["Lunch club", "Bike shelter", "Choir"],
    "points": ["Bike shelter", "Lunch club", "Choir"],
    "ranking": ["Bike shelter", "Lunch club", "Choir"],
    "boost": ["Skate ramp", "Lunch club"],
}
TWO_MORE = {
    "spend": [("14", None), ("32", None), ("13", None)],
    "points": [("1", [3]), ("24", [2, 3]), ("1", [4])],
    "ranking": [("21", None), ("12", None), ("1234", None)],
    "boost": [("1", [2]), ("34", [1, 2]), ("34", [2, 2])],
}


def a_round(session: Any, kind: str, **columns: Any) -> Round:
    return make_round(session, projects=PROJECTS, **{**TYPES[kind], **columns})


def put(round_: Round, voter: Any, said: str, points: list[int] | None) -> None:
    projects = [round_.projects[int(number) - 1] for number in said]
    cast(round_, voter, projects, points=points)


def closed(session: Any, kind: str, **columns: Any) -> Round:
    round_ = a_round(session, kind, **columns)
    for said, points in VOTES[kind]:
        put(round_, make_voter(round_), said, points)
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    session.commit()
    return round_


def declared(session: Any, kind: str, carys: Account, **columns: Any) -> Round:
    round_ = closed(session, kind, **columns)
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    move_dates(round_, round_.engagement.closes_at - round_.voting_closes_at)
    return round_


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("kind", TYPES)
def test_aisha_votes_changes_her_vote_and_is_refused_beyond_the_limits(
    session: Any, kind: str
) -> None:
    round_ = a_round(session, kind)
    aisha = make_voter(round_)
    first, second, beyond = TWO_MORE[kind]
    put(round_, aisha, *first)
    kept = db.session.scalars(sa.select(Ballot.choices)).one()
    put(round_, aisha, *second)
    changed = db.session.execute(sa.select(Ballot.version, Ballot.choices)).one()
    assert changed.version == 2
    assert changed.choices != kept
    with pytest.raises(ChoicesRefused):
        put(round_, aisha, *beyond)
    db.session.rollback()
    assert db.session.execute(sa.select(Ballot.version, Ballot.choices)).one() == changed


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("kind", TYPES)
def test_votes_of_each_type_are_closed_and_counted_as_by_hand(session: Any, kind: str) -> None:
    round_ = closed(session, kind)
    with pytest.raises(ClosedRefused):
        put(round_, make_voter(round_), *TWO_MORE[kind][0])
    outcome = count_ballots(round_)
    titles = {str(project.id): project.title for project in round_.projects}
    assert [titles[winner] for winner in outcome.winners] == WINNERS[kind]
    counted = {titles[fate.project]: fate.votes for fate in outcome.fates}
    assert [counted[title] for title, _cost in PROJECTS] == POINTS[kind]
    assert (outcome.otherwise is not None) is (kind in ("spend", "points")), (
        "another rule is told beside it only where that rule goes with the ballot"
    )


@pytest.mark.parametrize("kind", TYPES)
def test_votes_of_each_type_are_counted_as_the_slow_definitions_count(
    session: Any, kind: str
) -> None:
    election = election_of(closed(session, kind))
    methods = [Method(Rule.GREEDY), Method(Rule.GREEDY_STOP), Method(Rule.GREEDY_PER_COST)]
    if kind in ("spend", "points"):
        methods.append(Method(Rule.EQUAL_SHARES, completion=Completion.ADD1))
    for method in methods:
        assert list(count(election, method).winners) == reference.winners(election, method)


def test_the_bundle_of_points_counted_by_equal_shares_agrees(session: Any, carys: Account) -> None:
    round_ = declared(session, "points", carys, rule="equal-shares", completion="add1")
    assert faults(bundle_of(round_, opened=True)) == []


ROW = {
    "spend": ("1 2", "the numbers of the projects that were chosen"),
    "points": ("2:1 3:3", "3:2 gives two points"),
    "ranking": ("3 2", "the best first"),
    "boost": ("1:1 2:1 3:2", "a boosted one"),
}


FORGERIES = {
    "spend": ("election.pb", "1,", "3,", "breaks the rules"),
    "points": ("election.pb", ";3,2\n", ";3,3\n", "breaks the rules"),
    "ranking": ("ballots.csv", "3 2", "2 3", "do not hold the same votes"),
    "boost": ("election.pb", "vote_type;cumulative", "vote_type;ordinal", "another kind of count"),
}


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("kind", TYPES)
def test_the_bundle_of_each_type_agrees_counts_again_and_comes_in_again(
    app: Any, session: Any, carys: Account, tmp_path: Any, kind: str
) -> None:
    round_ = declared(session, kind, carys)
    packed = bundle_of(round_, opened=True)
    assert faults(packed) == []
    says_each_vote(unpack(io.BytesIO(packed)), kind)
    is_told_from_a_forgery(round_, packed, kind)
    comes_in_again(app, round_, packed, tmp_path / "again.pb")


def says_each_vote(members: dict[str, bytes], kind: str) -> None:
    row, words = ROW[kind]
    assert row in members["ballots.csv"].decode("utf-8-sig").splitlines()
    assert words in members["README.txt"].decode()
    rows = list(csv.DictReader(io.StringIO(members["projects.csv"].decode("utf-8-sig"))))
    column = "votes" if kind == "spend" else "points"
    assert [int(project[column]) for project in rows] == POINTS[kind]


def is_told_from_a_forgery(round_: Round, packed: bytes, kind: str) -> None:
    name, old, new, words = FORGERIES[kind]
    if kind == "spend":
        a, b, c = (str(project.id) for project in round_.projects[:3])
        old, new = f";{a},{b}\n", f";{a},{c}\n"
    told = faults(forged(packed, (name, replaced(old, new))))
    assert any(words in fault for fault in told)


def comes_in_again(app: Any, round_: Round, packed: bytes, path: Any) -> None:
    """A boost comes back as points, for the format knows no boost; the count is the same."""
    path.write_bytes(unpack(io.BytesIO(packed))["election.pb"])
    said = app.test_cli_runner().invoke(args=["budgeting", "import-pabulib", str(path), "--json"])
    assert said.exit_code == 0, said.output
    again = db.session.get_one(Round, json.loads(said.stdout)["round"])
    boosts = round_.ballot_type == "boost"
    assert again.ballot_type == ("points" if boosts else round_.ballot_type)
    outcome, first = count_ballots(again), count_ballots(round_)
    assert outcome.ballots == first.ballots == 12
    assert set(outcome.winners) == set(first.winners)
    assert {f.project: f.votes for f in outcome.fates} == {f.project: f.votes for f in first.fates}
    with path.open("rb") as stream:
        file = read_pabulib(stream)
    assert (file.breaches(), file.miscounts()) == ([], [])


REAL = {
    "Poland_Krakow_2024_Zwierzyniec.pb": ("ranking", 1713),
    "Poland_Katowice_2025_Zaleska_Halda_-_Brynow_Czesc_Zachodnia.pb": ("points", 1683),
    "Poland_Warszawa_2018_Pole_Mokotowskie.pb": ("spend", 8),
}


@pytest.mark.parametrize("name", REAL)
def test_a_city_that_voted_so_is_imported_and_counted(
    app: Any, session: Any, shared_data: Any, name: str
) -> None:
    path = shared_data / "pabulib" / name
    said = app.test_cli_runner().invoke(args=["budgeting", "import-pabulib", str(path), "--json"])
    assert said.exit_code == 0, said.output
    round_ = session.get(Round, json.loads(said.stdout)["round"])
    with path.open("rb") as stream:
        file = read_pabulib(stream)
    outcome = count_ballots(round_)
    assert (round_.ballot_type, outcome.ballots) == REAL[name]
    assert set(outcome.winners) == file.official_winners
    assert {f.project: f.votes for f in outcome.fates} == dict(file.election().votes)


@pytest.mark.requirement("R14")
def test_leith_2024_three_votes_and_a_boost(session: Any) -> None:
    """Two people who boost the choir outweigh three who only voted for the shelter."""
    round_ = a_round(session, "boost", pot_pence=300_000, max_award_pence=300_000)
    for said, points in [("1", [1])] * 3 + [("4", [2])] * 2:
        put(round_, make_voter(round_), said, points)
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    outcome = count_ballots(round_)
    votes = {fate.project: fate.votes for fate in outcome.fates}
    shelter, _, _, choir = (str(project.id) for project in round_.projects)
    assert (votes[shelter], votes[choir]) == (3, 4)
    assert outcome.winners == (choir,)


@pytest.mark.parametrize("kind", ["points", "boost"])
def test_the_result_and_its_file_speak_of_points(
    site: Any, session: Any, carys: Account, kind: str
) -> None:
    declared(session, kind, carys)
    page = site.open("/rounds/mastrick-decides/results/")
    text = " ".join(page.main.text.split())
    assert "Which projects had the most points?" in text
    assert "the most votes first" not in text
    assert [cell.text for cell in page.select("table th[scope=col]")][1] == "Points"
    told = "What would another rule have given?" in text
    assert told is (kind == "points")
    assert ("each of them by the points they gave it" in text) is told
    answer = site.client.get("/rounds/mastrick-decides/results.csv")
    assert ",points," in answer.text.splitlines()[0]


def test_the_rules_of_every_type_can_be_tried(as_person: Any, carys: Account, session: Any) -> None:
    for kind in TYPES:
        make_round(session, "preparing", title=f"{kind} vote", **TYPES[kind])
        page = as_person(carys).open(f"/desk/rounds/{kind}-vote/try/?voters=40&projects=8")
        heads = [cell.text for cell in page.table.select("th[scope=col]")]
        assert heads[1] == ("Votes" if kind == "spend" else "Points")
