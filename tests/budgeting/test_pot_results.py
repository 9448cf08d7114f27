"""A fund in parts is counted, declared, published, checked by strangers and paid, part by part."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.awards import decide_freed, end_award, offer_awards
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.exports import BundleWithheld, bundle_of
from engage.budgeting.models import Award, Round
from engage.budgeting.queries.award_money import left_by_part, left_in_fund, next_project
from engage.budgeting.rules.bundle import FEWEST_FOR_BALLOTS, SUMS, pack
from engage.budgeting.rules.delivery import AwardRefused, AwardStage
from engage.budgeting.rules.results import read_outcome
from engage.budgeting.rules.unpacking import BundleRefused, unpack
from tests.conftest import Site
from tests.makers.approvals import declare
from tests.makers.bundles import faults, forged, json_with, replaced
from tests.makers.delivery import terms
from tests.makers.pots import TYPES, make_parted
from tests.makers.voting import cast, let_voting_end, make_voter, move_dates
from tests.tally.test_oracle import answer, oracle  # noqa: F401 - a fixture

pytestmark = pytest.mark.requirement("R76")
PATH = "/rounds/mastrick-decides/"

#: What is said by how many, in letters of the projects: shelter and club (a, b) are Northport's,
#: ramp, studio and trip (c, d, e) young people's. Each part is used by ten or more.
SAID: dict[str, list[tuple[str, list[int] | None, int]]] = {
    "approval": [("a", None, 1), ("abde", None, 3), ("bde", None, 5), ("bcd", None, 3),
                 ("c", None, 1)],
    "spend": [("ade", None, 3), ("bde", None, 5), ("bc", None, 3), ("c", None, 1)],
    "points": [("abde", [2, 3, 1, 1], 3), ("bde", [3, 2, 3], 5), ("bcd", [1, 3, 2], 3),
               ("c", [3], 1)],
    "ranking": [("abed", None, 3), ("bdec", None, 5), ("bcd", None, 3), ("c", None, 1)],
    "boost": [("abde", [2, 1, 1, 2], 3), ("bde", [1, 1, 1], 5), ("bcd", [2, 2, 1], 3),
              ("c", [1], 1)],
}  # fmt: skip


def closed(session: Any, kind: str, said: Any = None, **columns: Any) -> Round:
    """A round in which people voted so, after the close."""
    round_ = make_parted(session, **{**TYPES[kind], **columns})
    ids = dict(zip("abcde", [p.id for p in round_.projects], strict=True))
    for letters, points, number in said or SAID[kind]:
        for _ in range(number):
            cast(round_, make_voter(round_), [ids[x] for x in letters], points=points)
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    session.commit()
    return round_


def declared(session: Any, carys: Account, kind: str, said: Any = None, **columns: Any) -> Round:
    round_ = closed(session, kind, said, **columns)
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    move_dates(round_, round_.engagement.closes_at - round_.voting_closes_at)
    return round_


def titles(round_: Round, ids: Any) -> list[str]:
    named = {str(project.id): project.title for project in round_.projects}
    return [named[id_] for id_ in ids]


# The count ---------------------------------------------------------------------------------------


def test_each_part_is_counted_with_its_own_money_and_voters(session: Any, carys: Account) -> None:
    """The club, with 11 votes, takes £1,500 of £4,000; the shelter no longer fits. Of the others
    studio and trip win over the ramp, which the whole fund could well have paid."""
    round_ = closed(session, "approval")
    outcome = read_outcome(count_round(round_, at=clock.now(), by=carys.id).outcome)
    assert titles(round_, outcome.winners) == ["Lunch club", "Studio", "Boat trip"]
    assert (outcome.pot_pence, outcome.cost_pence, outcome.unspent_pence) == (
        600_000, 310_000, 290_000,
    )  # fmt: skip
    told = [(p.number, p.pence, p.cost_pence, p.unspent_pence, p.ballots) for p in outcome.pots]
    assert told == [(1, 400_000, 150_000, 250_000, 12), (2, 200_000, 160_000, 40_000, 12)]
    assert outcome.ballots == 13
    assert [part.figures is not None for part in outcome.pots] == [True, True]
    assert {part.otherwise.rule for part in outcome.pots if part.otherwise} == {"equal-shares"}


def test_the_threshold_holds_for_each_project(session: Any, carys: Account) -> None:
    round_ = closed(session, "approval", threshold=10)
    outcome = read_outcome(count_round(round_, at=clock.now(), by=carys.id).outcome)
    assert titles(round_, outcome.winners) == ["Lunch club", "Studio"]


@pytest.mark.parametrize("kind", TYPES)
def test_the_bundle_of_each_type_agrees_with_itself(
    session: Any, carys: Account, kind: str
) -> None:
    assert faults(bundle_of(declared(session, carys, kind), opened=True)) == []


def test_equal_shares_divides_each_part_among_those_who_used_it(
    session: Any, carys: Account
) -> None:
    columns = {"rule": "equal-shares", "completion": "add1-utilitarian", "comparison": True}
    round_ = declared(session, carys, "approval", max_choices=3, **columns)
    assert faults(bundle_of(round_, opened=True)) == []


# What is published -------------------------------------------------------------------------------


@pytest.fixture
def published(session: Any, carys: Account) -> Round:
    return declared(session, carys, "approval")


@pytest.fixture
def packed(published: Round) -> bytes:
    """Its bundle as scrutineers have it, since few voted."""
    return bundle_of(published, opened=True)


def test_a_stranger_counts_each_part_again_with_what_the_readme_says(
    published: Round, packed: bytes, tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    readme = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert "Northport" in readme
    commands = re.findall(r"python3 (recount\.py .*) > mine-(\d)\.json", readme)
    assert [number for _command, number in commands] == ["1", "2"]
    for command, number in commands:
        run = [sys.executable, *command.split()]
        ran = subprocess.run(run, cwd=tmp_path, capture_output=True, check=True)
        assert ran.stdout == (tmp_path / f"result-{number}.json").read_bytes()
    whole = json.loads((tmp_path / "result.json").read_text())
    assert titles(published, whole["winners"]) == ["Lunch club", "Studio", "Boat trip"]
    assert [part["name"] for part in whole["pots"]] == ["Northport", "Young people"]
    subprocess.run(["sha256sum", "--quiet", "-c", SUMS], cwd=tmp_path, check=True)


def test_pabutools_gives_the_same_winners_in_each_part(
    packed: bytes,
    tmp_path: Path,
    oracle: Path,  # noqa: F811
) -> None:
    members = unpack(io.BytesIO(packed))
    for number in (1, 2):
        path = tmp_path / f"election-{number}.pb"
        path.write_bytes(members[path.name])
        told = json.loads(answer(oracle, "tests/tally/pabutools_side.py", str(path), "greedy"))
        ours = json.loads(members[f"result-{number}.json"])["winners"]
        assert told["jobs"]["greedy"]["winners"] == ours


def turned_round(held: Any) -> None:
    held["winners"].reverse()


#: Which member is forged how, and what is told of it.
FORGERIES: list[tuple[str, Any, str]] = [
    ("election-1.pb", replaced("budget;4000", "budget;6000"), "The fund in election-1.pb"),
    ("election-2.pb", replaced(";Studio;", ";Palace;"), "The projects in election-2.pb"),
    ("ballots.csv", replaced("2 4 5\r\n3\r\n", "2 5\r\n3\r\n"), "election-2.pb does not hold what"),
    ("ballots.csv", replaced("\r\n3\r\n", "\r\n3 4 5\r\n"), "breaks the rules"),
    ("ballots.csv", replaced("\r\n3\r\n", "\r\n3:1\r\n"), "ballots.csv is not in order"),
    ("result-2.json", replaced('"cost":160000', '"cost":150000'), "another result than result-2"),
    ("result.json", json_with(turned_round), "result.json is not what"),
    ("rules.json", replaced('"pence":400000', '"pence":500000'), "The rules in rules.json"),
    ("rules.json", replaced('"pot":1', '"pot":3'), "rules.json does not hold rules"),
    ("projects.csv", replaced("Lunch club,1,", "Lunch club,2,"), "projects.csv does not tell"),
]


def told_of(packed: bytes) -> list[str]:
    try:
        return faults(packed)
    except BundleRefused as refusal:
        return [str(refusal)]


def test_a_forgery_of_a_part_is_noticed(packed: bytes) -> None:
    assert told_of(packed) == []
    for name, change, words in FORGERIES:
        told = told_of(forged(packed, (name, change)))
        assert any(words in fault for fault in told), (name, told)
    held = {n: c for n, c in unpack(io.BytesIO(packed)).items() if n != SUMS}
    for name in ("election-2.pb", "result-1.json"):
        told = told_of(pack({n: c for n, c in held.items() if n != name}))
        assert any("It is not a" in fault for fault in told), (name, told)


def test_a_vote_in_two_parts_where_people_pick_one_breaks_the_rules(
    session: Any, carys: Account
) -> None:
    said: Any = [("ab", None, 5), ("cd", None, 5)]
    packed = bundle_of(declared(session, carys, "approval", said, each="one"), opened=True)
    assert faults(packed) == []
    two = ("ballots.csv", replaced("1 2\r\n3 4\r\n", "1 3\r\n3 4\r\n"))
    assert any("breaks the rules" in fault for fault in told_of(forged(packed, two)))


@pytest.mark.requirement("R74")
def test_votes_are_published_only_where_each_part_was_used_by_enough(
    session: Any, carys: Account, site: Site
) -> None:
    few: Any = [("a", None, FEWEST_FOR_BALLOTS), ("c", None, 9)]
    round_ = declared(session, carys, "approval", few)
    with pytest.raises(BundleWithheld, match="in a part of the fund"):
        bundle_of(round_)
    page = site.open(f"{PATH}results/")
    assert "Fewer than 50 people voted in a part of the fund." in page.text
    assert "Fewer than ten people voted here." in page.text
    rows = list(csv.DictReader(io.StringIO(site.client.get(f"{PATH}results.csv").text)))
    assert {row["votes"] for row in rows if "Young people" in row.values()} == {""}
    assert {row["votes"] for row in rows if "Northport" in row.values()} == {"50", "0"}


def test_everybody_downloads_the_bundle_where_enough_used_each_part(
    session: Any, carys: Account, site: Site
) -> None:
    declared(session, carys, "approval", [("ac", None, FEWEST_FOR_BALLOTS)])
    page = site.open(f"{PATH}results/")
    link = page.find("a", string="Download all votes and receipts (ZIP)")["href"]
    assert faults(site.client.get(link).data) == []


def test_the_result_page_tells_each_part_and_the_whole(published: Round, site: Site) -> None:
    page = site.open(f"{PATH}results/")
    table = page.find("caption", string="The parts of the fund").find_parent("table")
    rows = [[cell.text.strip() for cell in row.select("th, td")] for row in table.select("tr")]
    assert rows[1:] == [
        ["Northport", "£4,000", "£1,500", "£2,500", "12"],
        ["Young people", "£2,000", "£1,600", "£400", "12"],
        ["The whole fund", "£6,000", "£3,100", "£2,900", "13"],
    ]
    headings = [h.text for h in page.select("h3")]
    assert headings.count("Northport") == 3  # winners, every project, the other rule
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    rows = list(csv.DictReader(io.StringIO(site.client.get(f"{PATH}results.csv").text)))
    assert [row["funded"] for row in rows] == ["yes", "no", "yes", "yes", "no"]


# The money ---------------------------------------------------------------------------------------


@pytest.mark.requirement("R14")
def test_freed_money_stays_in_its_part(session: Any, published: Round, carys: Account) -> None:
    """The club gives up £1,500 of Northport's: the shelter fits then, and the ramp gets nothing."""
    made = offer_awards(published, terms(), at=clock.now(), by=carys.id)
    session.commit()
    assert left_by_part(published) == [("Northport", 250_000), ("Young people", 40_000)]
    club = next(award for award in made if award.project.title == "Lunch club")
    trip = next(award for award in made if award.project.title == "Boat trip")
    for award in (club, trip):
        end_award(award, AwardStage.DECLINED, "Gone", at=clock.now(), by=None, role="group")
    session.commit()
    assert left_in_fund(published) == 500_000
    assert next_project(trip) is None, "the ramp costs £1,500, and £1,000 is left there"
    with pytest.raises(AwardRefused, match="no next project"):
        decide_freed(trip, "offered", "Next", terms(), at=clock.now(), by=carys.id)
    offered = decide_freed(club, "offered", "Next", terms(), at=clock.now(), by=carys.id)
    assert offered is not None
    assert offered.project.title == "Bike shelter"
    session.commit()
    held = sa.select(sa.func.sum(Award.held_pence))
    assert session.scalar(held) == 400_000
