"""The database itself refuses a ballot beyond the limits of its round's type, by raw SQL too.

Each rule is tried once more with its own guard taken away and all others in their place.
"""

import pytest
import sqlalchemy as sa

from engage.budgeting.models import Ballot, Round
from engage.extensions import db
from tests.budgeting.test_ballot_guards import ids, is_guarded, put, refused
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, make_voter

pytestmark = pytest.mark.requirement("R76")

TYPES = {
    "approval": {},
    "spend": {"ballot_type": "spend", "max_choices": 1000},
    "points": {
        "ballot_type": "points",
        "points": 5,
        "most_points": 3,
        "min_choices": 1,
        "max_choices": 3,
    },
    "ranking": {"ballot_type": "ranking", "min_choices": 2, "max_choices": 3},
    "boost": {"ballot_type": "boost", "max_choices": 2, "boost_worth": 3},
}
#: The guard of each rule by database: SQLite has one for each event.
GUARDS = {
    "choices": ("within_limits", "guard_ballot_choices"),
    "fund": ("within_fund", "guard_ballot_fund"),
    "points": ("within_points", "guard_ballot_points"),
    "worth": ("boosts_one", "guard_ballot_worth"),
}
#: Shelter £3,000, club £1,500 and ramp £4,000 are a, b and c; the fund is £6,000.
WITHIN = [
    ("spend", lambda a, b, c: [a, b]),
    ("spend", lambda a, b, c: [b, c]),
    ("points", lambda a, b, c: [[a, 3], [b, 2]]),
    ("points", lambda a, b, c: [[c, 1]]),
    ("ranking", lambda a, b, c: [c, a, b]),
    ("boost", lambda a, b, c: [[a, 1], [c, 3]]),
    ("boost", lambda a, b, c: [[a, 1], [c, 1]]),
]
BEYOND = [
    ("approval", "choices", lambda a, b, c: [[a, 1], [b, 1]]),
    ("spend", "choices", lambda a, b, c: [a, a]),
    ("spend", "choices", lambda a, b, c: []),
    ("spend", "fund", lambda a, b, c: [a, c]),
    ("spend", "fund", lambda a, b, c: [a, b, c]),
    ("points", "choices", lambda a, b, c: [a, b]),
    ("points", "choices", lambda a, b, c: [[a, 1, 1]]),
    ("points", "choices", lambda a, b, c: [[a]]),
    ("points", "choices", lambda a, b, c: [[[a, 1]]]),
    ("points", "choices", lambda a, b, c: [[a, [1]]]),
    ("points", "choices", lambda a, b, c: [[a, 1], [a, 2]]),
    ("points", "choices", lambda a, b, c: [[a, 1], [999_999, 2]]),
    ("points", "choices", lambda a, b, c: [[a, -1]]),
    ("points", "choices", lambda a, b, c: [[a, 1.0]]),
    ("points", "choices", lambda a, b, c: [[a, "1"]]),
    ("points", "choices", lambda a, b, c: [[a, None]]),
    ("points", "points", lambda a, b, c: [[a, 3], [b, 3]]),
    ("points", "points", lambda a, b, c: [[a, 4]]),
    ("points", "points", lambda a, b, c: [[a, 1], [b, 0]]),
    ("ranking", "choices", lambda a, b, c: [a]),
    ("ranking", "choices", lambda a, b, c: [a, b, a]),
    ("ranking", "choices", lambda a, b, c: [[a, 1], [b, 2]]),
    ("boost", "choices", lambda a, b, c: [[a, 1], [b, 1], [c, 1]]),
    ("boost", "choices", lambda a, b, c: [a, b]),
    ("boost", "worth", lambda a, b, c: [[a, 3], [b, 3]]),
    ("boost", "worth", lambda a, b, c: [[a, 2], [b, 1]]),
    ("boost", "worth", lambda a, b, c: [[a, 0], [b, 1]]),
]


def accepted_without(rule, statement):
    """Do the statement with the guard of one rule away; say whether the others let it pass."""
    on_sqlite, on_postgresql = GUARDS[rule]
    if db.engine.dialect.name != "postgresql":
        return not refused(statement, [f"ballot_insert_{on_sqlite}", f"ballot_update_{on_sqlite}"])

    def disabled():
        db.session.execute(sa.text(f"ALTER TABLE ballot DISABLE TRIGGER {on_postgresql}"))
        statement()

    return not refused(disabled)


@pytest.mark.parametrize(("kind", "choose"), WITHIN)
def test_a_ballot_within_the_limits_of_its_type_is_let_in(session, kind, choose):
    round_ = make_round(session, **TYPES[kind])
    chosen = choose(*ids(round_))
    assert not refused(lambda: put(round_, chosen))


@pytest.mark.parametrize(("kind", "rule", "choose"), BEYOND)
def test_a_ballot_beyond_the_limits_of_its_type_is_refused(session, kind, rule, choose):
    round_ = make_round(session, **TYPES[kind])
    chosen = choose(*ids(round_))
    assert is_guarded("ballot", lambda: put(round_, chosen))
    if rule != "choices":
        assert accepted_without(rule, lambda: put(round_, chosen))


@pytest.mark.parametrize(
    ("kind", "better", "worse"),
    [
        ("spend", "[{b}]", "[{a},{c}]"),
        ("points", "[[{b},1]]", "[[{b},4]]"),
        ("ranking", "[{b},{a}]", "[{b}]"),
        ("boost", "[[{b},3]]", "[[{a},3],[{b},3]]"),
    ],
)
def test_a_ballot_is_held_to_its_type_when_it_changes_too(session, kind, better, worse):
    round_ = make_round(session, **TYPES[kind])
    names = dict(zip("abc", ids(round_), strict=True))
    first = {"points": [1], "boost": [3]}.get(kind)
    chosen = [names["b"], names["a"]] if kind == "ranking" else [names["b"]]
    cast(round_, make_voter(round_), chosen, points=first)

    def change(text):
        return sa.update(Ballot).values(version=2, choices=text.format(**names))

    assert not refused(change(better))
    assert is_guarded("ballot", change(worse))


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("name", ["ballot_type", "points", "most_points", "boost_worth"])
def test_the_type_of_the_ballot_is_fixed_once_proposals_open(session, name):
    round_ = make_round(session, "proposals", **TYPES["points"])
    changed = {"ballot_type": "approval", "points": 0, "most_points": 0}
    values = {
        "ballot_type": changed,
        "points": {"points": 6},
        "most_points": {"most_points": 2},
        "boost_worth": {"boost_worth": 4},
    }[name]
    assert is_guarded("round", sa.update(Round).where(Round.id == round_.id).values(**values))
    other = make_round(session, "preparing", title="Torry decides", **TYPES["points"])
    assert not refused(sa.update(Round).where(Round.id == other.id).values(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"ballot_type": "lottery"},
        {"ballot_type": "points"},
        {"points": 5},
        {"ballot_type": "points", "points": 5},
        {"ballot_type": "points", "points": 5, "most_points": 6},
        {"most_points": 1},
        {"boost_worth": 1},
    ],
)
def test_rules_that_say_nothing_of_a_ballot_are_refused(session, values):
    make_round(session, "preparing")
    assert refused(sa.update(Round).values(**values))
