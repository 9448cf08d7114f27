"""The database itself holds the parts of a fund: fixed with the rules, whole, and never overspent.

Each guard is tried once more with itself taken away and all others in their place.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.models import Ballot, Pot, Project, Proposal, Round, RuleVersion
from engage.extensions import db
from tests.budgeting.test_award_guards import put_award
from tests.budgeting.test_ballot_guards import ids, put, refused
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.pots import TYPES, make_parted
from tests.makers.voting import cast, make_voter

pytestmark = pytest.mark.requirement("R14")
Statement = Callable[[], Any] | Any


def refused_by(table: str, names: Sequence[str], statement: Statement) -> bool:
    """Say whether these guards alone refuse a statement: refused with them, done without."""

    def without() -> None:
        if db.engine.dialect.name == "postgresql":
            for name in {name.removeprefix("insert_").removeprefix("update_") for name in names}:
                on = "guard_ballot_pots" if name == "within_pots" else f"guard_{name}"
                db.session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER {on}"))
        if callable(statement):
            statement()
        else:
            db.session.execute(statement)

    on_sqlite = [f"{table}_{name}" for name in names]
    if db.engine.dialect.name == "postgresql":
        on_sqlite = []
    return refused(statement) and not refused(without, on_sqlite)


# The parts themselves ----------------------------------------------------------------------------

PENCE = sa.update(Pot).where(Pot.number == 1).values(pence=300_000)
NEW = {"number": 3, "name": "Play", "pence": 100, "theme": "Play"}


def test_parts_may_change_while_the_round_is_prepared(session: Any) -> None:
    round_ = make_parted(session, "preparing")
    assert not refused(PENCE)
    assert not refused(sa.insert(Pot).values(round_id=round_.id, **NEW))
    assert not refused(sa.delete(Pot).where(Pot.number == 2))


@pytest.mark.parametrize("stage", ["proposals", "screening", "voting", "declared"])
def test_parts_are_fixed_with_the_rules(session: Any, stage: str) -> None:
    round_ = make_parted(session, stage)
    assert refused_by("pot", ["changes_with_the_rules"], PENCE)
    new = sa.insert(Pot).values(round_id=round_.id, **NEW)
    assert refused_by("pot", ["comes_with_the_rules"], new)
    if stage in ("proposals", "screening"):  # later a project holds on to its part, too
        gone = sa.delete(Pot).where(Pot.number == 2)
        assert refused_by("pot", ["goes_with_the_rules"], gone)


def a_version(round_: Round, rules_hash: str) -> Any:
    return sa.insert(RuleVersion).values(
        round_id=round_.id, n=1, at=clock.now(), reason="Raw", rules="{}", rules_hash=rules_hash
    )


def test_parts_change_only_along_with_a_new_version_and_stay_whole(session: Any) -> None:
    """From the new version on until the round takes its hash; and then they must add up."""
    round_ = make_parted(session, "proposals")
    takes = sa.update(Round).where(Round.id == round_.id).values(rules_hash="b" * 64)
    more = sa.update(Pot).where(Pot.number == 2).values(pence=300_000)

    def change(*others: Any) -> Callable[[], None]:
        statements = (a_version(round_, "b" * 64), PENCE, *others)
        return lambda: [db.session.execute(one) for one in statements][-1] and None

    assert not refused(change(more, takes))
    assert refused_by("round", ["has_whole_pots"], change(takes))
    assert refused_by("pot", ["changes_with_the_rules"], change(more, takes, PENCE))
    gone = sa.delete(Pot).where(Pot.number == 2)
    all_of_it = sa.update(Pot).where(Pot.number == 1).values(pence=600_000)
    assert refused_by("round", ["has_whole_pots"], change(all_of_it, gone, takes))


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(Round).values(stage="proposals", pot_pence=500_000),
        sa.update(Round).values(stage="proposals", pots_each_voter=""),
    ],
)
def test_a_round_becomes_public_only_with_parts_that_are_whole(
    session: Any, statement: Any
) -> None:
    make_parted(session, "preparing")
    assert refused_by("round", ["has_whole_pots"], statement)
    assert not refused(sa.update(Round).values(stage="proposals"))


def test_a_round_without_parts_cannot_say_that_it_has_some(session: Any) -> None:
    make_round(session, "preparing")
    statement = sa.update(Round).values(stage="proposals", pots_each_voter="one")
    assert refused_by("round", ["has_whole_pots"], statement)


@pytest.mark.parametrize(
    "values", [{"pence": 0}, {"number": 21}, {"name": ""}, {"theme": "", "locality_id": None}]
)
def test_a_part_says_something(session: Any, values: dict[str, Any]) -> None:
    round_ = make_parted(session, "preparing")
    assert refused(sa.insert(Pot).values(round_id=round_.id, **{**NEW, **values}))


# Projects and proposals --------------------------------------------------------------------------


def a_project(round_: Round, pot_id: int | None) -> Any:
    return sa.insert(Project).values(
        round_id=round_.id, number=9, lot=9, title="Bench", summary="", reference="",
        cost_pence=100_000, pot_id=pot_id,
    )  # fmt: skip


def test_a_project_belongs_to_one_part_of_its_own_round(session: Any) -> None:
    round_, other = make_parted(session, "screening"), make_parted(session, title="Torry decides")
    plain = make_round(session, "screening", title="Tullos decides")
    own, strange = round_.pot_rows[0].id, other.pot_rows[0].id
    assert not refused(a_project(round_, own))
    assert not refused(a_project(plain, None))
    for wrong in (a_project(round_, None), a_project(round_, strange), a_project(plain, own)):
        assert refused_by("project", ["comes_with_its_pot"], wrong)

    def moved() -> None:
        db.session.execute(a_project(round_, own))
        db.session.execute(sa.update(Project).where(Project.number == 9).values(pot_id=None))

    assert refused_by("project", ["keeps_to_its_pots"], moved)


def test_the_part_of_a_project_is_fixed_with_the_ballot(session: Any) -> None:
    round_ = make_parted(session)
    statement = sa.update(Project).values(pot_id=round_.pot_rows[1].id)
    assert refused(statement.where(Project.id == round_.projects[0].id))


def test_a_proposal_asks_no_part_of_another_round(session: Any) -> None:
    round_ = make_parted(session, "proposals")
    other = make_parted(session, "proposals", title="Torry decides")
    proposal = make_proposal(session, round_)
    moved = sa.update(Proposal).where(Proposal.id == proposal.id)
    assert not refused(moved.values(pot_id=round_.pot_rows[0].id))
    strange = moved.values(pot_id=other.pot_rows[0].id)
    assert refused_by("proposal", ["goes_to_its_own_pot"], strange)


# Ballots -----------------------------------------------------------------------------------------

#: Shelter £3,000 and club £1,500 (a, b) of £4,000; ramp, studio and trip (c, d, e) of £2,000.
WITHIN = [
    ("approval", lambda a, b, c, d, e: [a, b, c, d]),
    ("approval", lambda a, b, c, d, e: [e]),
    ("spend", lambda a, b, c, d, e: [a, d, e]),
    ("points", lambda a, b, c, d, e: [[a, 3], [b, 2], [c, 3], [d, 2]]),
    ("ranking", lambda a, b, c, d, e: [b, a, e, d, c]),
    ("boost", lambda a, b, c, d, e: [[a, 2], [c, 2], [d, 1]]),
]
BEYOND = [
    ("approval", lambda a, b, c, d, e: [c, d, e]),
    ("spend", lambda a, b, c, d, e: [a, b]),
    ("spend", lambda a, b, c, d, e: [a, c, d]),
    ("points", lambda a, b, c, d, e: [[a, 3], [b, 3]]),
    ("boost", lambda a, b, c, d, e: [[c, 2], [d, 2]]),
]
ON_BALLOTS = ("insert_within_pots", "update_within_pots")


@pytest.mark.parametrize(("kind", "choose"), WITHIN)
def test_a_ballot_within_the_limits_of_each_part_is_let_in(
    session: Any, kind: str, choose: Any
) -> None:
    round_ = make_parted(session, **TYPES[kind])
    assert not refused(lambda: put(round_, choose(*ids(round_))))


@pytest.mark.parametrize(("kind", "choose"), BEYOND)
def test_a_ballot_beyond_the_limits_of_a_part_is_refused(
    session: Any, kind: str, choose: Any
) -> None:
    round_ = make_parted(session, **TYPES[kind])
    chosen = choose(*ids(round_))
    assert refused_by("ballot", ON_BALLOTS, lambda: put(round_, chosen))


def test_a_part_that_is_used_needs_the_fewest_choices(session: Any) -> None:
    round_ = make_parted(session, min_choices=2, max_choices=2)
    a, b, c, *_ = ids(round_)
    assert not refused(lambda: put(round_, [a, b]))
    assert refused_by("ballot", ON_BALLOTS, lambda: put(round_, [a, b, c]))


def test_where_a_voter_picks_one_part_a_ballot_uses_one(session: Any) -> None:
    round_ = make_parted(session, each="one")
    a, b, c, *_ = ids(round_)
    assert not refused(lambda: put(round_, [a, b]))
    assert refused_by("ballot", ON_BALLOTS, lambda: put(round_, [a, c]))


def test_a_changed_ballot_is_held_to_its_parts_too(session: Any) -> None:
    round_ = make_parted(session, each="one")
    a, _b, c, *_ = ids(round_)
    cast(round_, make_voter(round_), [a])
    changed = sa.update(Ballot).values(choices=f"[{a},{c}]", version=2)
    assert refused_by("ballot", ON_BALLOTS, changed)
    assert not refused(sa.update(Ballot).values(choices=f"[{c}]", version=2))


# Money -------------------------------------------------------------------------------------------


def test_no_part_is_overspent_though_the_fund_has_money(session: Any) -> None:
    """Ramp and trip are £2,100 of young people's £2,000; the whole fund is £6,000."""
    round_ = make_parted(session, "declared")

    def awards(*numbers: int) -> Callable[[], None]:
        return lambda: (
            [
                db.session.execute(put_award(round_, n, round_.projects[n].cost_pence))
                for n in numbers
            ][-1]
            and None
        )

    assert not refused(awards(0, 2))
    assert refused_by("award", ["fits_its_part"], awards(0, 2, 4))
    assert refused_by("award", ["fits_its_part"], awards(0, 1))
