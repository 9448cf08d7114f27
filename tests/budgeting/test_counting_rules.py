"""A round that declares another counting rule than most votes first."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import round_by_slug, rules_of
from engage.budgeting.rules.results import read_outcome
from engage.budgeting.rules.rounds import hash_rules, plain_rules, round_faults
from tests.budgeting.test_round_pages import ANSWERS
from tests.conftest import Site
from tests.makers.approvals import declare
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, let_voting_end, make_voter

SHARES = {"rule": "equal-shares", "completion": "add1", "max_choices": 3}
PATH = "/rounds/mastrick-decides/results/"


def declared(session: Any, carys: Account, votes: tuple[int, ...], **rules: Any) -> Round:
    """A declared round: bike shelter £3,000, lunch club £1,500, skate ramp £4,000, of £6,000."""
    round_ = make_round(session, "voting", **rules)
    for project, number in zip(round_.projects, votes, strict=True):
        for _ in range(number):
            cast(round_, make_voter(round_), [project])
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    session.commit()
    return round_


@pytest.mark.requirement("R14")
def test_a_round_by_equal_shares_is_counted_and_explained_by_it(
    site: Site, session: Any, carys: Account
) -> None:
    """The ramp has most votes, but the shelter costs its 28 voters less each than the ramp."""
    declared(session, carys, (28, 16, 30), **SHARES)
    page = site.open(PATH)
    rows = [[c.text for c in row.select("th, td")] for row in page.table.select("tbody tr")]
    assert [(row[0], row[1]) for row in rows] == [
        ("Bike shelter", "28"),
        ("Lunch club", "16"),
        ("Skate ramp", "30"),
    ]
    assert rows[0][4] == (
        "Funded. 28 people who voted for it paid for it together, at most £107.15 each."
    )
    assert rows[2][4].startswith("Not funded. It costs £4,000 and the people who voted for it had")
    assert "We count by equal shares." in page.text
    assert "we give every voter £1 more and count again" in page.text


def test_a_threshold_leaves_out_what_has_too_few_votes(
    site: Site, session: Any, carys: Account
) -> None:
    declared(session, carys, (12, 4, 1), threshold=5)
    page = site.open(PATH)
    assert "1 project is funded" in page.text
    assert "Not funded. It has fewer votes than a project needs." in page.text
    assert "A project needs at least 5 votes." in page.text


def test_the_count_can_stop_at_the_first_project_that_costs_too_much(
    session: Any, carys: Account
) -> None:
    round_ = declared(session, carys, (12, 4, 8), rule="greedy-stop")
    count = read_outcome(
        session.scalar(sa.text("SELECT outcome FROM round_count")),
    )
    assert count.winners == (str(round_.projects[0].id),)


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("rule", "'equal-shares'"),
        ("completion", "'utilitarian'"),
        ("comparison", "true"),
        ("increment_pence", "1"),
        ("threshold", "9"),
    ],
)
def test_the_database_keeps_the_counting_rule_once_proposals_are_open(
    session: Any, column: str, value: str
) -> None:
    rules = {"rule": "greedy"} if column == "rule" else SHARES
    make_round(session, "proposals", **rules)
    with pytest.raises(IntegrityError):
        session.execute(sa.text(f"UPDATE round SET {column} = {value}"))
    session.rollback()


@pytest.mark.parametrize(
    "columns",
    [
        {"rule": "dice"},
        {"completion": "add1"},
        {"comparison": True},
        {"increment_pence": 0},
        {"threshold": -1},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_the_database_knows_which_rules_there_are(session: Any, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        make_round(session, "preparing", **columns)
    session.rollback()


def test_a_variant_that_is_not_used_leaves_the_hash_of_the_rules_as_it_was(session: Any) -> None:
    rules = rules_of(make_round(session, "preparing"))
    plain = hash_rules(rules)
    changed = [
        replace(rules, threshold=1),
        replace(rules, completion="add1"),
        replace(rules, comparison=True),
        replace(rules, increment_pence=200),
    ]
    assert len({plain, *map(hash_rules, changed)}) == 5


def test_the_hash_of_a_round_from_before_there_were_variants_is_known(session: Any) -> None:
    rules = rules_of(make_round(session, "preparing"))
    kept = {"completion", "comparison", "increment_pence", "threshold"}
    assert kept <= set(vars(rules))
    assert not kept & set(plain_rules(rules))


def test_equal_shares_asks_for_three_choices(session: Any) -> None:
    rules = replace(rules_of(make_round(session, "preparing")), rule="equal-shares")
    assert "max_choices" in round_faults(replace(rules, max_choices=2))
    assert "max_choices" not in round_faults(replace(rules, max_choices=3))


# The officer's form -----------------------------------------------------------------------------


def test_carys_declares_equal_shares_under_more_rules(as_person: Any, carys: Account) -> None:
    answers = {"rule": "equal-shares", "completion": "add1", "comparison": "yes", "threshold": "4"}
    page = as_person(carys).send("/desk/rounds/new/", {**ANSWERS, **answers})
    assert "Equal shares" in page.text
    rules = rules_of(round_by_slug("mastrick-decides"))
    assert (rules.rule, rules.completion, rules.comparison, rules.threshold) == (
        "equal-shares",
        "add1",
        True,
        4,
    )


@pytest.mark.parametrize(
    "answers",
    [{}, {"completion": "add1", "comparison": "yes"}],
    ids=["nothing answered", "answers that belong to equal shares"],
)
def test_without_a_choice_the_most_votes_come_first(
    as_person: Any, carys: Account, answers: dict[str, str]
) -> None:
    as_person(carys).send("/desk/rounds/new/", {**ANSWERS, **answers})
    rules = rules_of(round_by_slug("mastrick-decides"))
    assert (rules.rule, rules.completion, rules.comparison, rules.threshold) == (
        "greedy",
        "none",
        False,
        0,
    )


def test_more_rules_stand_closed_until_one_of_them_is_unusual(
    as_person: Any, carys: Account
) -> None:
    officer = as_person(carys)
    assert officer.open("/desk/rounds/new/").select_one("details.ds_details").get("open") is None
    answers = {**ANSWERS, "rule": "equal-shares", "max_choices": "2"}
    page = officer.send("/desk/rounds/new/", answers, status=422)
    assert "With equal shares, let people choose 3 projects or more" in page.text
    assert page.select_one("details.ds_details").get("open") is not None
    assert page.select_one("input[value=equal-shares]").get("checked") is not None


def test_what_was_declared_stands_in_the_form_again(
    as_person: Any, carys: Account, session: Any
) -> None:
    make_round(session, "preparing", comparison=True, threshold=7, **SHARES)
    page = as_person(carys).open("/desk/rounds/mastrick-decides/edit/")
    chosen = {
        name: page.select_one(f"input[name={name}][checked]")["value"]
        for name in ("rule", "completion", "comparison")
    }
    assert list(chosen.values()) == ["equal-shares", "add1", "yes"]
    assert page.select_one("input[name=threshold]")["value"] == "7"
