"""A fund in parts as people meet it: set up, proposed for, checked, voted in, and put to paper."""

from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.rounds import settle_ballot
from engage.budgeting.models import Ballot, Proposal, Round
from engage.budgeting.queries.rounds import proposer_addresses, round_by_slug, rules_of, situation
from engage.budgeting.queries.screening import latest_check
from engage.budgeting.rules.pots import PotRule
from engage.budgeting.rules.stages import Move, blockers
from engage.extensions import db
from engage.messages.models import Message
from tests.budgeting.test_round_pages import ANSWERS
from tests.budgeting.test_rule_versions import change
from tests.conftest import Site
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.keeping import keep_sheets
from tests.makers.pots import POTS, TYPES, make_parted
from tests.makers.proposing import MONEY, begin, make_area
from tests.makers.screening import accept, free
from tests.makers.voting import make_code

pytestmark = pytest.mark.requirement("R14")
DESK = "/desk/rounds/mastrick-decides/"
PUBLIC = "/rounds/mastrick-decides/"
PARTS = {
    "pots-name-1": "Lyle Harbour",
    "pots-pounds-1": "4,000",
    "pots-name-2": "Young people’s projects",
    "pots-pounds-2": "2000",
    "pots_each_voter": "one",
}

# Set-up ------------------------------------------------------------------------------------------


def test_carys_splits_a_fund_by_locality_and_by_theme(
    as_person: Any, carys: Account, session: Any, site: Site
) -> None:
    harbour = make_area(session).harbour_id
    officer = as_person(carys)
    officer.send("/desk/rounds/new/", {**ANSWERS, **PARTS, "pots-place-1": str(harbour)})
    round_ = round_by_slug("mastrick-decides")
    assert round_.pots == (
        PotRule(1, "Lyle Harbour", 400_000, locality_id=harbour),
        PotRule(2, "Young people’s projects", 200_000, theme="Young people’s projects"),
    )
    assert rules_of(round_).pots_each_voter == "one"
    page = officer.open(f"{DESK}edit/")
    assert page.select_one("[name=pots-pounds-1]")["value"] == "4,000"
    assert page.select_one("[name=pots-place-1] [selected]")["value"] == str(harbour)
    assert page.select_one("[name=pots-theme-2]")["value"] == ""
    officer.send(f"{DESK}open_proposals/")
    shown = " ".join(site.open(PUBLIC).text.split())
    assert "£4,000 for Lyle Harbour; £2,000 for Young people’s projects" in shown
    assert "In one part, which you pick" in shown
    assert "Each part of the fund is counted by itself" in shown
    copied = officer.open("/desk/rounds/new/?like=mastrick-decides")
    assert copied.select_one("[name=pots-name-2]")["value"] == "Young people’s projects"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"pots-pounds-2": "1,000"}, "Make the parts add up to the fund of £6,000"),
        ({"pots-pounds-2": ""}, "Part 2: enter an amount in pounds"),
        ({"pots-name-2": ""}, "Part 2: enter its name"),
        ({"pots-place-2": "999"}, "Part 2: choose a place on the list"),
        ({"pots-name-2": "x" * 101}, "Part 2: say it in 100 characters or fewer"),
        ({"pots-name-2": "", "pots-pounds-2": "", "pot_pence": "4000", "max_award_pence": "4000"},
         "Enter two parts or more"),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_said_and_stay_as_typed(
    as_person: Any, carys: Account, typed: dict[str, str], message: str
) -> None:
    page = as_person(carys).send("/desk/rounds/new/", {**ANSWERS, **PARTS, **typed}, status=422)
    assert message in page.select_one(".ds_error-summary").text
    assert page.select_one("details").has_attr("open")
    kept = {**PARTS, **typed}
    for name in ("pots-name-1", "pots-pounds-1", "pots-name-2", "pots-pounds-2"):
        assert page.select_one(f"[name={name}]")["value"] == kept[name]


def test_parts_change_with_a_reason_but_none_that_a_proposal_asks_goes(
    as_person: Any, carys: Account, session: Any
) -> None:
    round_ = make_parted(session, "proposals")
    make_proposal(session, round_, pot_id=round_.pot_rows[1].id, cost_pence=100_000)
    page = as_person(carys).send(
        f"{DESK}rules/",
        {"pots-name-2": "", "pots-pounds-2": "", "pots-theme-2": "", "pots-name-3": "Play",
         "pots-pounds-3": "2,000", "reason": "Another part"},
        status=422,
    )  # fmt: skip
    assert "Keep the part “Young people”" in page.select_one(".ds_error-summary").text
    third = PotRule(3, "Play", 50_000, theme="Play")
    smaller = PotRule(2, "Young people", 150_000, theme="Young people")
    change(round_, carys.id, pots=(POTS[0], smaller, third))
    session.commit()
    session.expire_all()
    assert [(row.number, row.pence) for row in round_.pot_rows] == [
        (1, 400_000), (2, 150_000), (3, 50_000),
    ]  # fmt: skip
    shown = " ".join(as_person(carys).open(DESK).text.split())
    assert "£150,000" not in shown
    assert "£1,500 for Young people; £500 for Play" in shown


def test_carys_tries_the_rules_of_a_fund_in_parts(
    as_person: Any, carys: Account, session: Any
) -> None:
    make_parted(session, "preparing")
    page = as_person(carys).open(f"{DESK}try/?projects=9&voters=50")
    captions = [caption.text for caption in page.select("caption")]
    assert any(caption.startswith("Northport: ") for caption in captions)
    assert "The parts of the fund" in captions
    assert len(page.select("svg")) == 2


# Proposals and their checks ----------------------------------------------------------------------


def test_aisha_chooses_the_part_and_is_told_what_it_has(site: Site, session: Any) -> None:
    make_area(session)
    make_parted(session, "proposals")
    path = begin(site)
    page = site.send(f"{path}money/", {**MONEY, "pot": None}, status=422)
    assert "Choose which part of the fund it is for" in page.select_one(".ds_error-summary").text
    page = site.send(f"{path}money/", {**MONEY, "pot": "2"}, status=422)
    summary = page.select_one(".ds_error-summary").text
    assert "Enter a cost of £2,000 or less: that is all there is for “Young people”" in summary
    assert page.select_one("[name=pot][value='2']").has_attr("checked")


def test_a_proposal_shows_its_part_and_changes_it_as_a_version(site: Site, session: Any) -> None:
    make_area(session)
    round_ = make_parted(session, "proposals")
    path = begin(site)
    site.send(f"{path}money/", {**MONEY, "pot": "1"})
    site.send(f"{path}place/", {"where": "whole"})
    site.send(f"{path}about/", {"postcode": "XY1 0AA"})
    assert "Northport" in site.open(f"{path}check/").main.text
    site.send(f"{path}check/")
    proposal = session.scalars(sa.select(Proposal)).one()
    assert proposal.pot.name == "Northport"
    page = site.open(f"{PUBLIC}proposals/{proposal.public_id}/")
    assert "Part of the fund" in page.main.text
    site.send(f"{PUBLIC}proposals/{proposal.public_id}/")
    again = f"/rounds/{round_.engagement.slug}/propose/"
    draft = site.response.request.path.removeprefix(again).split("/")[0]
    cheap = {"cost_pence": "2,000", "items-pounds-0": "1,500", "smallest_pence": "1,000"}
    site.send(f"{again}{draft}/money/", {**MONEY, **cheap, "pot": "2"})
    site.send(f"{again}{draft}/check/")
    session.expire_all()
    assert proposal.pot.name == "Young people"
    history = site.open(f"{PUBLIC}proposals/{proposal.public_id}/history/").main.text
    assert "Young people" in history


@pytest.fixture
def waiting(session: Any, carys: Account) -> Proposal:
    """A proposal for the young people's part, which waits for its check."""
    round_ = make_parted(session, "screening")
    pot_id = round_.pot_rows[1].id
    return free(make_proposal(session, round_, cost_pence=150_000, pot_id=pot_id), carys)


def test_carys_puts_a_proposal_to_another_part_with_a_reason_that_its_sender_reads(
    as_person: Any, carys: Account, session: Any, waiting: Proposal
) -> None:
    path, site = f"{DESK}proposals/{waiting.public_id}/", as_person(carys)
    page = site.send(path, {"decision": "accept", "pot": "1"}, status=422)
    words = "Enter the reason for another part of the fund"
    assert words in page.select_one(".ds_error-summary").text
    session.expire_all()
    assert waiting.pot.number == 2
    site.send(path, {"decision": "accept", "pot": "1", "pot_reason": "It is in Northport"})
    session.expire_all()
    assert (waiting.stage, waiting.pot.number) == ("accepted", 1)
    check = latest_check(waiting.id)
    assert (check.pot.number, check.pot_reason) == (1, "It is in Northport")
    assert proposer_addresses([waiting.id])
    body = session.scalars(sa.select(Message.body)).first()
    assert "from the part “Young people” of the fund to the part “Northport”" in body
    assert "Put to the part “Northport” of the fund: It is in Northport" in site.open(path).text


def test_a_checked_cost_fits_the_part(
    as_person: Any, carys: Account, session: Any, waiting: Proposal
) -> None:
    path = f"{DESK}proposals/{waiting.public_id}/"
    dear = {"decision": "accept", "cost_pence": "2,500", "cost_reason": "Wages"}
    page = as_person(carys).send(path, dear, status=422)
    assert "Enter a cost of £2,000 or less" in page.select_one(".ds_error-summary").text
    session.expire_all()
    assert waiting.stage == "submitted"


def test_the_ballot_waits_for_proposals_that_are_for_no_part(session: Any, carys: Account) -> None:
    """Parts that came with a later version: what was accepted before belongs to none of them."""
    round_ = make_round(session, "screening", min_choices=2)
    for title in ("Bike shelter", "Lunch club"):
        accept(make_proposal(session, round_, title, cost_pence=150_000), carys)
    change(round_, carys.id, pots=POTS, pots_each_voter="all")
    session.commit()
    found = blockers(Move.SETTLE_BALLOT, situation(round_, clock.now()))
    assert "2 accepted proposals are for no part of the fund: check them again" in found
    first = session.scalars(sa.select(Proposal).order_by(Proposal.id)).first()
    first.pot_id = round_.pot_rows[0].id
    session.commit()
    found = blockers(Move.SETTLE_BALLOT, situation(round_, clock.now()))
    assert any("Accept more proposals for the part “Northport”" in words for words in found)


def test_the_ballot_stands_part_by_part_and_its_hash_says_so(session: Any, carys: Account) -> None:
    round_ = make_parted(session, "screening")
    for title, pence, number in (("Ramp", 150_000, 2), ("Shelter", 300_000, 1)):
        pot_id = round_.pot_rows[number - 1].id
        accept(make_proposal(session, round_, title, cost_pence=pence, pot_id=pot_id), carys)
    keep_sheets(round_, carys)
    settle_ballot(round_, at=clock.now(), by=carys.id)
    session.commit()
    assert [(p.number, p.title, p.pot.number) for p in round_.projects] == [
        (1, "Shelter", 1), (2, "Ramp", 2),
    ]  # fmt: skip


# The vote ----------------------------------------------------------------------------------------


def enter(site: Site, round_: Round) -> Any:
    """Open the ballot as somebody with a card."""
    page = site.send("/vote", {"code": make_code(round_)})
    return site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})


def answers(kind: str, ids: list[int]) -> dict[str, Any]:
    """What somebody fills in: the club and the shelter of Northport, ramp and studio besides."""
    a, b, c, d, _e = ids
    return {
        "approval": {"projects": [a, b, c, d]},
        "spend": {"projects": [a, d]},
        "points": {f"points-{a}": "3", f"points-{b}": "2", f"points-{c}": "3", f"points-{d}": "2"},
        "ranking": {f"rank-{b}": "1", f"rank-{a}": "2", f"rank-{d}": "1", f"rank-{c}": "2"},
        "boost": {"projects": [a, b, c, d], "boost_1": str(b), "boost_2": str(c)},
    }[kind]


def as_stored(kind: str, ids: list[int]) -> str:
    a, b, c, d, _e = ids
    return {
        "approval": f"[{a},{b},{c},{d}]",
        "spend": f"[{a},{d}]",
        "points": f"[[{a},3],[{b},2],[{c},3],[{d},2]]",
        "ranking": f"[{b},{a},{d},{c}]",
        "boost": f"[[{a},1],[{b},2],[{c},2],[{d},1]]",
    }[kind]


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("kind", TYPES)
def test_aisha_votes_in_each_part_within_its_own_limits(
    site: Site, session: Any, kind: str
) -> None:
    round_ = make_parted(session, **TYPES[kind])
    page, ids, path = enter(site, round_), [p.id for p in round_.projects], f"{PUBLIC}ballot/"
    headings = [h.text for h in page.select(".engage-ballot__part")]
    assert headings == ["Northport: £4,000", "Young people: £2,000"]
    page = site.send_on(page, path, answers(kind, ids), button="reckon")
    cost = "£3,000 of £4,000" if kind == "spend" else "£4,500 of £4,000"
    assert f"Cost together: {cost}" in " ".join(page.text.split())
    assert db.session.scalars(sa.select(Ballot.choices)).all() == []
    site.send_on(page, path)
    assert db.session.scalars(sa.select(Ballot.choices)).all() == [as_stored(kind, ids)]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("approval", "Young people: Choose 2 projects or fewer"),
        ("points", "Young people: Give 5 points or fewer in all"),
        ("ranking", "Young people: Only one project can be your choice 2"),
    ],
)
def test_a_part_beyond_its_limits_is_named_and_the_ballot_kept(
    site: Site, session: Any, kind: str, message: str
) -> None:
    round_ = make_parted(session, **TYPES[kind])
    page, ids = enter(site, round_), [p.id for p in round_.projects]
    more = {
        "approval": {"projects": ids},
        "points": {**answers(kind, ids), f"points-{ids[4]}": "1"},
        "ranking": {**answers(kind, ids), f"rank-{ids[4]}": "2"},
    }[kind]
    page = site.send_on(page, f"{PUBLIC}ballot/", more, status=422)
    assert message in page.select_one(".ds_error-summary").text
    assert db.session.scalars(sa.select(Ballot.choices)).all() == []


def test_where_people_pick_one_part_the_page_says_so_before_and_after(
    site: Site, session: Any
) -> None:
    round_ = make_parted(session, each="one")
    page, (a, b, c, *_), path = enter(site, round_), [p.id for p in round_.projects], "ballot/"
    assert "In one part, which you pick" in page.main.text
    page = site.send_on(page, f"{PUBLIC}{path}", {"projects": [a, c]}, status=422)
    words = "Choose projects from one part of the fund only"
    assert words in page.select_one(".ds_error-summary").text
    assert "You have chosen in more than one part of the fund" in page.main.text
    site.send_on(page, f"{PUBLIC}{path}", {"projects": [a, b]})
    assert db.session.scalars(sa.select(Ballot.choices)).all() == [f"[{a},{b}]"]


def test_the_paper_and_the_public_list_stand_part_by_part(
    as_person: Any, carys: Account, site: Site, session: Any
) -> None:
    make_parted(session, each="one", takes_paper=True)
    page = as_person(carys).open(f"{DESK}paper/print/")
    assert [h.text for h in page.select(".paper-ballot h2")] == [
        "Northport: £4,000", "Young people: £2,000",
    ]  # fmt: skip
    assert "Choose in one part only" in page.select_one(".paper-steps").text
    assert [len(table.select("tbody tr")) for table in page.select(".paper-ballot table")] == [2, 3]
    shown = [h.text for h in site.open(PUBLIC).select("h3, h4")]
    assert shown.index("Northport: £4,000") < shown.index("1. Bike shelter")
    assert shown.index("Young people: £2,000") < shown.index("3. Skate ramp")
