"""Single transferable vote with a pot: counts by hand, laws, and a slow count of its own."""

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engage.tally import worths
from engage.tally.election import Ballot, BallotType, Election, Method, Project, Rule, Why
from engage.tally.eligibility import ineligible
from engage.tally.method import RULES
from engage.tally.pabulib import read_pabulib
from engage.tally.stv import StvRefused, stv
from engage.tally.ties import tie_keys

PLAIN = ("file",)


def real_election(folder: Path, name: str) -> Election:
    with (folder / "pabulib" / name).open("rb") as stream:
        return read_pabulib(stream).election()


def election(
    pot: int, costs: dict[str, int], *ballots: tuple[str, int], tie: tuple[str, ...] = PLAIN
) -> Election:
    """An election from ballots like ("abc", 3): three voters who ranked a, b and c."""
    return Election(
        tuple(Project(name, cost) for name, cost in costs.items()),
        tuple(Ballot(tuple(choices), weight) for choices, weight in ballots),
        pot,
        tie=tie,
        ballot_type=BallotType.ORDINAL,
    )


def told(e: Election) -> list[tuple[str, int, Why]]:
    return [(d.project, d.left_before, d.why) for d in stv(e).decisions]


# By hand ----------------------------------------------------------------------------------------


@pytest.mark.requirement("R14")
def test_what_a_project_did_not_need_moves_on_to_next_choices() -> None:
    """12 voters, quota 4 each. “a” has 6: each keeps a third, so “b” gets 6/3 + 1 = 3.

    Then b and c have 3 each and d has 2; 60 is left for 90. “d” goes, and the two others fit.
    """
    e = election(
        90, dict.fromkeys("abcd", 30), ("ab", 6), ("c", 3), ("d", 2), ("b", 1), tie=("file",)
    )
    assert told(e) == [
        ("a", 90, Why.FITS),
        ("d", 60, Why.EXCLUDED),
        ("b", 60, Why.FITS),
        ("c", 30, Why.FITS),
    ]
    assert [d.settled_by for d in stv(e).decisions] == ["", "", "", "file"]


def test_without_the_part_that_moves_on_another_would_have_won() -> None:
    """10 voters, quota 5. “a” has 8, of which 3 moves on to “b”; “c” has 2."""
    e = election(100, dict.fromkeys("abc", 50), ("ab", 8), ("c", 2))
    assert stv(e).winners == ("a", "b")


def test_a_quota_that_is_just_reached_uses_the_ballots_up() -> None:
    """10 voters, quota 5. “a” has 5, so “b” gets nothing of them, and “c” has 3 against 2."""
    e = election(100, dict.fromkeys("abc", 50), ("ab", 5), ("b", 2), ("c", 3))
    assert told(e) == [("a", 100, Why.FITS), ("b", 50, Why.EXCLUDED), ("c", 50, Why.FITS)]


def test_ballots_of_an_excluded_project_move_on_at_their_worth() -> None:
    """9 voters, quota 9. “c” goes with 2, which makes 5 for “b”; then “a” goes with 4."""
    e = election(60, dict.fromkeys("abc", 60), ("a", 4), ("bc", 3), ("cb", 2))
    assert told(e) == [("c", 60, Why.EXCLUDED), ("a", 60, Why.EXCLUDED), ("b", 60, Why.FITS)]


def test_a_cheap_project_needs_fewer_ballots_than_a_dear_one() -> None:
    """10 voters: the quota of “dear” is 8 and it has 7, that of “cheap” is 2 and it has 3."""
    e = election(100, {"dear": 80, "cheap": 20})
    e = replace(e, ballots=(Ballot(("dear",), 7), Ballot(("cheap",), 3)))
    assert stv(e).winners == ("cheap", "dear")


def test_what_costs_more_than_the_money_left_is_out_and_its_ballots_move_on() -> None:
    """“a” is funded at its quota of 6, then b can't be paid for and c has its ballots."""
    e = election(100, {"a": 60, "b": 50, "c": 40}, ("a", 6), ("bc", 4))
    assert told(e) == [("a", 100, Why.FITS), ("b", 40, Why.TOO_DEAR), ("c", 40, Why.FITS)]


def test_of_two_projects_for_one_site_the_second_is_out() -> None:
    e = election(100, {"a": 40, "b": 40, "c": 40}, ("a", 4), ("bc", 3), ("c", 3))
    shared = tuple(replace(p, site="" if p.id == "c" else "park") for p in e.projects)
    assert told(replace(e, projects=shared)) == [
        ("a", 100, Why.FITS),
        ("b", 60, Why.SITE_TAKEN),
        ("c", 60, Why.FITS),
    ]


def test_projects_for_one_site_are_not_funded_together_however_much_is_left() -> None:
    """Nobody reaches a quota of 5 of 10, and both could be paid for: “b” is excluded with 3."""
    shared = tuple(Project(name, 50, site="park") for name in "ab")
    ballots = (Ballot(("a",), 4), Ballot(("b",), 3), Ballot((), 3))
    e = Election(shared, ballots, 100, tie=PLAIN, ballot_type=BallotType.ORDINAL)
    assert told(e) == [("b", 100, Why.EXCLUDED), ("a", 100, Why.FITS)]


def test_what_no_ballot_stands_with_in_the_end_is_not_funded() -> None:
    """“b” is a second choice of voters whose ballots “a” needs, and there is money for both."""
    e = election(100, {"a": 50, "b": 50}, ("ab", 4), ("", 6))
    assert told(e) == [("a", 100, Why.FITS), ("b", 50, Why.EXCLUDED)]


def test_a_ballot_that_is_used_up_stands_with_nothing() -> None:
    """10 voters, quota 5: “a” needs the whole worth of the ballots that would go to “b”."""
    assert stv(election(100, {"a": 50, "b": 50}, ("ab", 5), ("", 5))).winners == ("a",)


def test_of_equal_projects_the_last_in_the_order_for_ties_is_excluded_first() -> None:
    e = election(60, {"dear": 60, "cheap": 30}, tie=("cost",))
    e = replace(e, ballots=(Ballot(("dear",), 4), Ballot(("cheap",), 2), Ballot((), 10)))
    decisions = stv(e).decisions
    assert [(d.project, d.why) for d in decisions] == [
        ("dear", Why.EXCLUDED),
        ("cheap", Why.FITS),
    ]
    assert decisions[0].reason == (
        "Not funded: it had the least support, and its votes went to their next choices. "
        "It tied with another project, which costs less."
    )


def test_a_project_that_may_not_be_funded_is_told_why_and_holds_no_ballot() -> None:
    e = election(100, {"a": 101, "b": 100, "c": 1}, ("ab", 2))
    assert told(e) == [
        ("b", 100, Why.FITS),
        ("a", 0, Why.TOO_DEAR),
        ("c", 0, Why.NO_VOTES),
    ]


def test_a_one_choice_ballot_is_a_ranking_of_one() -> None:
    e = election(100, {"a": 60, "b": 50}, ("a", 6), ("b", 4))
    assert stv(replace(e, ballot_type=BallotType.CHOOSE_1)) == stv(e)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (BallotType.APPROVAL, "counts ranked ballots, and these are approval"),
        (BallotType.CUMULATIVE, "counts ranked ballots, and these are cumulative"),
        (BallotType.CHOOSE_1, "names several projects"),
    ],
)
def test_ballots_without_an_order_are_refused(kind: BallotType, message: str) -> None:
    with pytest.raises(StvRefused, match=message):
        stv(replace(election(100, {"a": 60, "b": 50}, ("ab", 6)), ballot_type=kind))


def test_nobody_voted_and_nothing_is_funded() -> None:
    assert told(election(100, {"a": 10})) == [("a", 100, Why.NO_VOTES)]


def test_the_rule_has_its_name() -> None:
    e = election(100, {"a": 10}, ("a", 1))
    assert RULES[Rule.STV](e, Method(Rule.STV)).rule == "stv"


# A slow count by the definition -----------------------------------------------------------------


def slow_winners(e: Election) -> list[str]:
    """Every ballot by itself with a fraction, and everything reckoned anew in each turn."""
    ties, cost = tie_keys(e), {p.id: p.cost for p in e.projects}
    site = {p.id: p.site for p in e.projects}
    worth = [Fraction(1) for b in e.ballots for _ in range(b.weight)]
    ranking = [b.choices for b in e.ballots for _ in range(b.weight)]
    still = set(cost) - set(ineligible(e))
    won: list[str] = []
    while True:
        left = e.pot - sum(cost[w] for w in won)
        taken = {site[w] for w in won if site[w]}
        still = {p for p in still if cost[p] <= left and site[p] not in taken}
        top = [next((c for c in choices if c in still), None) for choices in ranking]
        value = {p: sum(w for w, t in zip(worth, top, strict=True) if t == p) for p in still}
        order = sorted(still, key=lambda p: (-Fraction(value[p]) / cost[p], ties[p]))
        quota = {p: Fraction(len(worth) * cost[p], e.pot) for p in still}
        if not order:
            return won
        sites = [site[p] for p in still if site[p]]
        if value[order[0]] >= quota[order[0]]:
            won.append(order[0])
            share = 1 - quota[order[0]] / value[order[0]]
            worth = [w * share if t == order[0] else w for w, t in zip(worth, top, strict=True)]
            still.remove(order[0])
        elif sum(cost[p] for p in still) <= left and len(sites) == len(set(sites)):
            return won + [p for p in order if value[p] > 0]
        else:
            still.remove(order[-1])


@st.composite
def elections(draw: st.DrawFn, sites: tuple[str, ...] = ("", "", "x")) -> Election:
    costs = draw(st.lists(st.integers(1, draw(st.sampled_from([4, 50]))), min_size=1, max_size=12))
    lots = draw(st.permutations(range(len(costs))))
    ids = [f"p{n}" for n in range(len(costs))]
    choices = st.lists(st.sampled_from(ids), unique=True, max_size=5).map(tuple)
    ballots = draw(st.lists(st.builds(Ballot, choices, st.integers(1, 4)), max_size=15))
    projects = [
        Project(i, c, lot=n, site=draw(st.sampled_from(sites)))
        for i, c, n in zip(ids, costs, lots, strict=True)
    ]
    pot = draw(st.integers(max(costs), 3 * max(costs)))
    return Election(
        tuple(projects), tuple(ballots), pot, tie=("lot",), ballot_type=BallotType.ORDINAL
    )


@settings(max_examples=300, deadline=None)
@given(elections())
def test_a_slow_count_funds_the_same_projects_in_the_same_order(e: Election) -> None:
    assert list(stv(e).winners) == slow_winners(e)


@given(elections())
def test_whatever_the_two_numbers_leave_open_the_exact_fractions_decide(e: Election) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worths, "ONE", 2)
        counted = stv(e)
    assert list(counted.winners) == slow_winners(e)


def test_a_slow_count_agrees_in_a_real_district(shared_data: Path) -> None:
    district = real_election(shared_data, "Poland_Krakow_2024_Zwierzyniec.pb")
    assert list(stv(district).winners) == slow_winners(district)


def test_a_whole_city_is_counted(shared_data: Path) -> None:
    city = real_election(shared_data, "Poland_Krakow_2024.pb")
    counted = stv(city)
    left = city.pot
    for decision in counted.decisions:
        assert decision.left_before == left
        left -= decision.award
    assert left == counted.unspent >= 0
    assert len(counted.winners) == 39


def test_a_comparison_beyond_all_reckoning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two choices stand exactly equal by different transfers, and no fraction may be reckoned.

    16 voters, quota 4: a and b have 6 and 6, and a third of each moves on to c and to d.
    """
    costs = dict.fromkeys("abcde", 30)
    equal = election(120, costs, ("ac", 6), ("bd", 6), ("e", 4))
    assert stv(equal).winners == ("a", "b", "e", "c")
    monkeypatch.setattr(worths, "MOST_BITS", 0)
    with pytest.raises(StvRefused, match="too near"):
        stv(equal)


def test_projects_with_ballots_of_the_same_worths_need_no_fractions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """6 voters, quota 3: “a” leaves half of each ballot, so c and d have one and a half each."""
    monkeypatch.setattr(worths, "MOST_BITS", 0)
    assert stv(election(60, dict.fromkeys("acd", 30), ("ac", 3), ("ad", 3))).winners == ("a", "c")


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=5))
def test_a_worth_is_never_outside_its_two_numbers(transfers: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worths, "ONE", 4)
        kept, exact = worths.Worths(), {worths.WHOLE: Fraction(1)}
        for people, tenths in transfers:
            pile = dict.fromkeys(exact, people)
            value = sum(people * worth for worth in exact.values())
            after = kept.transfer(pile, value * Fraction(tenths, 10))
            exact |= {new: exact[old] * (1 - Fraction(tenths, 10)) for old, new in after.items()}
        for worth, fraction in exact.items():
            low, high = kept.between({worth: 1})
            assert 0 <= low <= 4 * fraction <= high
            terms = Counter({worth: fraction.denominator})
            terms.subtract({worths.WHOLE: fraction.numerator})
            assert kept.sign(terms) == 0


# Laws -------------------------------------------------------------------------------------------


@given(elections())
def test_never_over_the_pot_and_each_project_is_decided_once(e: Election) -> None:
    counted = stv(e)
    assert sum(e.costs[w] for w in counted.winners) == counted.cost <= e.pot
    assert counted.cost + counted.unspent == e.pot
    assert sorted(d.project for d in counted.decisions) == sorted(p.id for p in e.projects)


@given(elections(sites=("",)), st.data())
def test_whoever_agrees_on_one_project_in_numbers_that_pay_for_it_gets_it(
    e: Election, data: st.DataObject
) -> None:
    project = data.draw(st.sampled_from(e.projects))
    assume(project.cost < e.pot)
    enough = -(-e.voters * project.cost // (e.pot - project.cost))
    group = Ballot((project.id,), max(1, enough))
    assert project.id in stv(replace(e, ballots=(*e.ballots, group))).winners


@given(elections(), st.randoms())
def test_the_order_of_ballots_and_projects_does_not_matter(
    e: Election, chance: random.Random
) -> None:
    projects, ballots = list(e.projects), [Ballot(b.choices) for b in e.ballots] + list(e.ballots)
    chance.shuffle(projects)
    twice = stv(replace(e, ballots=tuple(ballots)))
    chance.shuffle(ballots)
    assert stv(replace(e, projects=tuple(projects), ballots=tuple(ballots))) == twice


@given(elections())
def test_names_do_not_matter(e: Election) -> None:
    names = {p.id: f"q{9 - n}" for n, p in enumerate(e.projects)}
    renamed = replace(
        e,
        projects=tuple(replace(p, id=names[p.id]) for p in e.projects),
        ballots=tuple(
            replace(b, choices=tuple(names[choice] for choice in b.choices)) for b in e.ballots
        ),
    )
    assert stv(renamed).winners == tuple(names[w] for w in stv(e).winners)
