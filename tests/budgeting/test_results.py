"""Counting a closed round, declaring, and what the result page tells."""

import csv
import io
import json
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import ask_to_declare, count_round
from engage.budgeting.counting import election_of
from engage.budgeting.models import Approval, Ballot, Result, Round, RoundCount
from engage.budgeting.queries.results import channels_of, declared_result
from engage.budgeting.rules.refusals import CountRefused, RoundRefused
from engage.budgeting.rules.results import (
    Fate,
    Figures,
    Otherwise,
    Outcome,
    public_fates,
    read_outcome,
    write_outcome,
)
from engage.disclosure.rules import hold_back
from tests.conftest import Site
from tests.makers.approvals import declare, second_officer
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, guards_aside, let_voting_end, make_voter

#: Votes for bike shelter £3,000, lunch club £1,500 and skate ramp £4,000, in a fund of £6,000.
VOTES = (12, 11, 4)
PATH = "/rounds/mastrick-decides/results/"


def vote(round_: Round, votes: tuple[int, ...] = VOTES) -> None:
    for project, number in zip(round_.projects, votes, strict=True):
        for _ in range(number):
            cast(round_, make_voter(round_), [project])


def closed_round(session: Any, votes: tuple[int, ...] = VOTES, **columns: Any) -> Round:
    round_ = make_round(session, "voting", **columns)
    vote(round_, votes)
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    session.commit()
    return round_


def declared_round(session: Any, carys: Account, votes: tuple[int, ...] = VOTES) -> Round:
    round_ = closed_round(session, votes)
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    return round_


@pytest.mark.requirement("R76")
def test_the_count_follows_the_rule_and_tells_each_projects_fate(
    session: Any, carys: Account
) -> None:
    round_ = closed_round(session)
    outcome = read_outcome(count_round(round_, at=clock.now(), by=carys.id).outcome)
    shelter, lunch, ramp = (str(p.id) for p in round_.projects)
    assert outcome.winners == (shelter, lunch)
    assert (outcome.cost_pence, outcome.unspent_pence, outcome.ballots) == (450_000, 150_000, 27)
    told = [(f.project, f.votes, f.left_before_pence, f.why) for f in outcome.fates]
    assert told == [
        (shelter, 12, 600_000, "fits"),
        (lunch, 11, 300_000, "fits"),
        (ramp, 4, 150_000, "too_dear"),
    ]


def test_identical_ballots_are_taken_together(session: Any) -> None:
    election = election_of(closed_round(session))
    assert sorted(ballot.weight for ballot in election.ballots) == [4, 11, 12]


@pytest.mark.parametrize("stage", ["preparing", "proposals", "screening", "voting", "declared"])
def test_nothing_is_counted_before_the_close_or_after_the_declaration(
    session: Any, carys: Account, stage: str
) -> None:
    round_ = make_round(session, stage)
    with pytest.raises(RoundRefused):
        count_round(round_, at=clock.now(), by=carys.id)


def test_counting_again_gives_the_same_and_adds_nothing(session: Any, carys: Account) -> None:
    round_ = closed_round(session)
    first = count_round(round_, at=clock.now(), by=carys.id)
    assert count_round(round_, at=clock.now(), by=carys.id) is first
    counted = session.scalars(sa.select(AuditEvent.action)).all()
    assert counted.count("round.counted") == 1


def tamper(session: Any, statement: Any, table: str = "ballot") -> None:
    """Change a table behind the site's back, past the guards of the database."""
    with guards_aside(table):
        session.execute(statement)
    session.commit()


@pytest.mark.requirement("R76")
def test_a_ballot_that_was_changed_after_the_close_is_not_counted(
    session: Any, carys: Account
) -> None:
    round_ = closed_round(session)
    last = round_.projects[2].id
    tamper(session, sa.update(Ballot).values(choices=f"[{last}]"))
    with pytest.raises(CountRefused, match="A ballot was changed after it was cast"):
        count_round(round_, at=clock.now(), by=carys.id)


@pytest.mark.requirement("R76")
def test_a_ballot_that_vanished_after_the_close_stops_the_count(
    session: Any, carys: Account
) -> None:
    round_ = closed_round(session)
    key = session.scalar(sa.select(Ballot.ballot_key).limit(1))
    tamper(session, sa.delete(Ballot).where(Ballot.ballot_key == key))
    with pytest.raises(CountRefused, match="27 ballots were sealed, but 26 are there"):
        count_round(round_, at=clock.now(), by=carys.id)


def test_a_result_is_declared_after_a_count_and_once(session: Any, carys: Account) -> None:
    round_ = closed_round(session)
    with pytest.raises(RoundRefused, match="Count the votes before you declare"):
        ask_to_declare(round_, at=clock.now(), by=carys.id)
    count = count_round(round_, at=clock.now(), by=carys.id)
    result = declare(round_, carys)
    assert (result.count_id, round_.stage) == (count.id, "declared")
    with pytest.raises(RoundRefused, match="The result was declared already"):
        ask_to_declare(round_, at=clock.now(), by=carys.id)
    assert "result.declared" in session.scalars(sa.select(AuditEvent.action)).all()


def test_what_was_tampered_with_between_count_and_declaration_is_not_declared(
    session: Any, carys: Account
) -> None:
    round_ = closed_round(session)
    count_round(round_, at=clock.now(), by=carys.id)
    session.commit()
    tamper(session, sa.update(Ballot).values(choices=f"[{round_.projects[2].id}]"))
    with pytest.raises(CountRefused):
        ask_to_declare(round_, at=clock.now(), by=carys.id)
    session.rollback()
    assert session.get(Result, round_.id) is None


def test_a_round_without_a_vote_is_declared_with_nothing_funded(
    session: Any, carys: Account, site: Site
) -> None:
    declared_round(session, carys, (0, 0, 0))
    page = site.open(PATH)
    assert "Nobody voted, so no project is funded." in page.text


# Rules of the outcome -----------------------------------------------------------------------------


def outcome(ballots: int) -> Outcome:
    fates = tuple(
        Fate(name, votes, 100, funded, 500, "fits" if funded else "too_dear", "", "Said so.")
        for name, votes, funded in (("c", 9, True), ("a", 8, False), ("b", 7, True))
    )
    return Outcome(
        rule="greedy", tie="cost,votes,lot", pot_pence=500, cost_pence=200, unspent_pence=300,
        ballots=ballots, by_source={"online": ballots}, winners=("c", "b"), fates=fates,
        lots=("b", "a", "c"), rules_hash="r", ballot_hash="b", seal_hash="s",
    )  # fmt: skip


def test_an_outcome_is_written_and_read_without_loss() -> None:
    assert read_outcome(write_outcome(outcome(24))) == outcome(24)


@pytest.mark.requirement("R74")
@pytest.mark.parametrize(
    ("ballots", "order"), [(10, ["c", "a", "b"]), (9, ["b", "c", "a"]), (0, ["b", "c", "a"])]
)
def test_below_ten_ballots_even_the_order_of_the_fates_tells_nothing(
    ballots: int, order: list[str]
) -> None:
    assert [f.project for f in public_fates(outcome(ballots), ["a", "b", "c"])] == order


@pytest.mark.requirement("R74")
def test_r74_nobody_works_out_from_the_number_of_voters_how_few_chose_a_way() -> None:
    seen = defaultdict[tuple[str, ...], set[int]](set)
    for voters in range(2, 30):
        for online in range(1, voters):
            split = {"online": online, "paper": voters - online}
            shown = channels_of(replace(outcome(voters), by_source=split))
            cells = [str(cell) for _channel, cell in shown]
            seen[str(hold_back(voters)), *cells].add(online)
    for page, found in seen.items():
        assert len(found) > 1 or min(found) >= 5, page


# Pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "words"),
    [("screening", "Voting closes at"), ("voting", "Voting closes at"), ("closed", "counting")],
)
def test_before_the_declaration_the_page_says_when_to_come_back(
    site: Site, session: Any, stage: str, words: str
) -> None:
    make_round(session, stage)
    page = site.open(PATH)
    assert "There is no result yet" in page.text
    assert words in page.text


def test_a_count_is_not_shown_before_it_is_declared(
    site: Site, session: Any, carys: Account
) -> None:
    round_ = closed_round(session)
    count_round(round_, at=clock.now(), by=carys.id)
    session.commit()
    assert declared_result(round_) is None
    assert "There is no result yet" in site.open(PATH).text
    site.open("/rounds/mastrick-decides/results.csv", status=404)


@pytest.mark.requirement("R14")
def test_the_page_explains_every_projects_fate_with_the_money_left_then(
    site: Site, session: Any, carys: Account
) -> None:
    declared_round(session, carys)
    page = site.open(PATH)
    rows = table_rows(page, 0)
    assert [row[:4] for row in rows] == [
        ["Bike shelter", "12", "£3,000", "£6,000"],
        ["Lunch club", "11", "£1,500", "£3,000"],
        ["Skate ramp", "4", "£4,000", "£1,500"],
    ]
    assert rows[0][4] == "Funded. £6,000 was left and it costs £3,000."
    assert rows[2][4] == "Not funded. It costs £4,000 and only £1,500 was left."
    facts = page.select_one(".engage-facts").text
    assert "£4,500" in facts
    assert "£1,500" in facts
    assert "27" in facts


def table_rows(page: Any, number: int) -> list[list[str]]:
    """The cells of one of the page's tables."""
    table = page.select("table")[number]
    return [[cell.text for cell in row.select("th, td")] for row in table.select("tbody tr")]


@pytest.mark.requirement("R76")
def test_the_page_tells_how_another_rule_would_have_come_out(
    site: Site, session: Any, carys: Account
) -> None:
    declared_round(session, carys, (24, 12, 5))
    page = site.open(PATH)
    assert table_rows(page, 1) == [
        [name, "2", "£4,500", "88% (36 of 41)", "0.9", "0.24"]
        for name in ("Most votes first (the rule of this vote)", "Equal shares")
    ]
    assert "Both rules fund the same projects." in page.text
    rows = csv.DictReader(
        io.StringIO(site.client.get("/rounds/mastrick-decides/results.csv").text.lstrip("\ufeff"))
    )
    assert [row["funded_by_equal_shares"] for row in rows] == ["yes", "yes", "no"]


def test_where_the_rules_differ_the_page_names_the_projects(
    site: Site, session: Any, carys: Account
) -> None:
    """The ramp has most votes, but costs its 30 voters more each than the shelter costs its 28."""
    declared_round(session, carys, (28, 16, 30))
    page = site.open(PATH)
    assert [row[1:3] for row in table_rows(page, 1)] == [["2", "£5,500"], ["2", "£4,500"]]
    assert "Only equal shares would have funded:" in page.text
    assert "It would not have funded:" in page.text


@pytest.mark.requirement("R74")
def test_a_few_voters_without_a_project_are_held_back_in_the_comparison(
    site: Site, session: Any, carys: Account
) -> None:
    declared_round(session, carys)  # four of 27 chose the ramp only, which is not funded
    page = site.open(PATH)
    assert [row[3] for row in table_rows(page, 1)] == ["held back", "held back"]
    assert "Why we hold small numbers back" in page.text


def test_an_outcome_kept_before_there_were_figures_can_still_be_read() -> None:
    kept = json.loads(write_outcome(outcome(24)))
    del kept["figures"], kept["otherwise"]
    assert read_outcome(json.dumps(kept)) == outcome(24)


def test_the_figures_of_both_rules_are_written_and_read_without_loss() -> None:
    figures = Figures(20, "5/2", "1/3")
    other = Otherwise("equal-shares", "add1-utilitarian", 100, ("a",), 1, 2, figures)
    told = replace(outcome(24), figures=figures, otherwise=other)
    assert read_outcome(write_outcome(told)) == told


def test_the_chart_has_a_title_a_description_and_a_bar_for_each_project(
    site: Site, session: Any, carys: Account
) -> None:
    declared_round(session, carys)
    chart = site.open(PATH).select_one("svg.engage-chart")
    assert chart.title.text
    assert chart.desc.text
    assert len(chart.select("rect")) == 3


@pytest.mark.requirement("R74")
def test_with_fewer_than_five_voters_neither_turnout_nor_votes_are_told(
    site: Site, session: Any, carys: Account
) -> None:
    declared_round(session, carys, (3, 0, 1))
    page = site.open(PATH)
    assert "fewer than 5" in page.select_one(".engage-facts").text
    assert [th.text for th in page.select("thead th")] == [
        "Project",
        "Cost",
        "What became of it",
    ]
    assert page.select("svg.engage-chart") == []
    text = site.client.get("/rounds/mastrick-decides/results.csv").text
    assert text.splitlines()[0].lstrip("\ufeff") == "project,title,cost_pounds,funded"


def test_the_file_holds_the_same_figures(site: Site, session: Any, carys: Account) -> None:
    declared_round(session, carys)
    text = site.client.get("/rounds/mastrick-decides/results.csv").text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["title"], r["votes"], r["money_left_before_pounds"], r["funded"]) for r in rows] == [
        ("Bike shelter", "12", "6000", "yes"),
        ("Lunch club", "11", "3000", "yes"),
        ("Skate ramp", "4", "1500", "no"),
    ]


def test_carys_counts_looks_and_declares_on_the_pages(
    as_person: Any, carys: Account, session: Any, site: Site
) -> None:
    closed_round(session)
    officer = as_person(carys)
    page = officer.send("/desk/rounds/mastrick-decides/count/")
    assert "Skate ramp" in page.table.text
    page = officer.send("/desk/rounds/mastrick-decides/declare/")
    assert "The result is public once a second person agrees." in page.text
    assert "There is no result yet" in site.open(PATH).text
    asked = session.scalars(sa.select(Approval)).one()
    second = as_person(second_officer())
    assert "Confirm the result" in second.open("/second-person/").main.text
    page = second.send(f"/second-person/{asked.id}/", form=f"/second-person/{asked.id}/agree/")
    assert "The result is confirmed. Everybody can see it now." in page.text
    assert "2 projects are funded" in site.open(PATH).text
    assert len(session.scalars(sa.select(RoundCount)).all()) == 1
