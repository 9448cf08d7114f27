"""Money that people decided: the 1% statement, and pounds for each head by fifth of areas."""

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.models import Round, RoundCount
from engage.budgeting.rules.results import Fate, Outcome, write_outcome
from engage.evidence.actions import enter_base, publish_evidence
from engage.evidence.models import BudgetBase, PublishedEvidence
from engage.evidence.queries import worked_out_again, year_figures
from engage.evidence.queries.money import base_of, latest_base
from engage.evidence.rules.figures import EvidenceRefused
from engage.evidence.rules.money import (
    FIFTHS,
    Award,
    Base,
    RoundMoney,
    apportioned,
    shown_money,
    why_not_counted,
)
from engage.partners.models import Partner, Partnership
from engage.places.models import DeprivationIndex, PopulationEstimate
from engage.web.years import parse_year
from tests.makers.approvals import confirmed
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.places import make_places
from tests.makers.voting import guards_aside

YEAR, TODAY = parse_year("2026-27"), date(2026, 11, 22)
RESIDENTS = dict.fromkeys(FIFTHS, 1000)


def money(pence: int, *awards: Award, kind: str = "revenue", why_not: str = "") -> RoundMoney:
    return RoundMoney("Fund", "fund", pence, kind, "grants", why_not, awards)


@pytest.mark.requirement("R77")
def test_only_sums_that_people_decided_for_a_council_count() -> None:
    rounds = [
        money(100_00, kind="revenue"),
        money(50_00, kind="capital"),
        money(999_00, why_not="A group ran it"),
    ]
    statement = shown_money(rounds, Base(15_000_00, "Budget book"), RESIDENTS, True)["statement"]
    assert (statement["revenue"], statement["capital"], statement["total"]) == (10000, 5000, 15000)
    assert statement["percent"] == 1.0
    assert statement["base_source"] == "Budget book"


@pytest.mark.requirement("R77")
def test_what_only_a_council_owes_is_not_shown_to_others() -> None:
    assert shown_money([money(100)], None, RESIDENTS, False)["statement"] is None
    assert shown_money([money(100)], None, RESIDENTS, True)["statement"]["percent"] is None


@pytest.mark.requirement("R77")
@pytest.mark.parametrize(
    ("level", "lead", "counts"),
    [
        ("empower", "council", True),
        ("consult", "council", False),
        ("empower", "health_board", False),
        ("empower", None, False),
    ],
)
def test_a_round_counts_if_a_council_ran_it_and_people_decided(
    level: str, lead: str | None, counts: bool
) -> None:
    assert (why_not_counted(level, lead) == "") is counts


@pytest.mark.requirement("R30")
def test_money_for_a_place_counts_where_its_people_live_and_the_rest_stands_apart() -> None:
    place = {1: 300, 2: 100}
    rounds = [money(1000, Award(400, place), Award(500, None), Award(100, {}))]
    shown = shown_money(rounds, None, {1: 600, 2: 0, 3: 10, 4: 10, 5: 10}, False)
    assert [row["pence"] for row in shown["fifths"]] == [300, 100, 0, 0, 0]
    assert [row["pence_each"] for row in shown["fifths"]] == [0, None, 0, 0, 0]
    assert shown["area_wide"] == 600


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.sampled_from(FIFTHS), st.integers(0, 10**5), min_size=1).filter(
        lambda people: sum(people.values()) > 0
    ),
)
def test_no_penny_is_lost_or_made_and_no_share_is_a_penny_off(
    pence: int, people: dict[int, int]
) -> None:
    parts = apportioned(pence, people)
    assert sum(parts.values()) == pence
    for fifth in FIFTHS:
        exact = pence * people.get(fifth, 0) / sum(people.values())
        assert abs(parts[fifth] - exact) < 1 + 1e-6 * pence


# What is stored ----------------------------------------------------------------------------------


@pytest.fixture
def places(session: Any) -> Any:
    return make_places(session)


@pytest.fixture
def basis(session: Any, places: Any) -> tuple[Any, Any, str]:
    return (
        session.get_one(DeprivationIndex, places.index_id),
        session.get_one(PopulationEstimate, places.estimate_id),
        places.council_code,
    )


@pytest.fixture
def council(session: Any) -> Partner:
    partner = Partner(name="Strathlyle Council", kind="council")
    session.add(partner)
    session.commit()
    return partner


def declared(session: Any, now: Any, won: list[str], **columns: Any) -> Round:
    """A declared round that funds the projects of these titles; counts have tests of their own."""
    lead = columns.pop("lead_partner_id", None)
    round_ = make_round(session, "declared", at=now, **columns)
    round_.engagement.lead_partner_id = lead
    fates = tuple(
        Fate(
            project=str(p.id), votes=9, cost_pence=p.cost_pence, funded=p.title in won,
            left_before_pence=600_000, why="fits" if p.title in won else "too_dear",
            settled_by="", reason="",
        )
        for p in round_.projects
    )  # fmt: skip
    outcome = Outcome(
        rule="greedy", tie="cost,votes,lot", pot_pence=600_000, cost_pence=0, unspent_pence=0,
        ballots=9, by_source={}, winners=tuple(f.project for f in fates if f.funded), fates=fates,
        lots=(), rules_hash="", ballot_hash="", seal_hash="",
    )  # fmt: skip
    count = RoundCount(round_id=round_.id, at=now, seal_hash="", outcome=write_outcome(outcome))
    with guards_aside("round_count"):  # it comes before the result, whose day stands here already
        session.add(count)
        session.flush()
    confirmed(session, count, now)
    session.commit()
    return round_


@pytest.mark.requirement("R30")
def test_a_projects_own_place_goes_before_the_place_of_its_fund(
    session: Any, now: Any, places: Any, basis: Any
) -> None:
    round_ = declared(session, now, ["Lunch club"])
    lunch = next(p for p in round_.projects if p.title == "Lunch club")
    proposal = make_proposal(session, round_, "Lunch club", locality_id=places.harbour_id)
    with guards_aside("project"):  # the ballot was final without its proposals
        lunch.proposal_id = proposal.id
        session.flush()
    shown = year_figures(YEAR, TODAY, *basis).money
    assert (shown["fifths"][0]["pence"], shown["area_wide"]) == (60_000, 0)


@pytest.mark.requirement("R30", "R77")
def test_a_years_money_is_that_of_the_funded_projects_of_its_declared_rounds(
    session: Any, now: Any, places: Any, basis: Any, council: Partner, carys: Account
) -> None:
    declared(
        session, now, ["Lunch club"], lead_partner_id=council.id, locality_id=places.harbour_id
    )
    declared(session, now, ["Bike shelter"], title="Friends of the park", money_kind="capital")
    enter_base(YEAR, 20_000_000, "Budget book, page 12", at=now, by=carys.id)
    shown = year_figures(YEAR, TODAY, *basis).money
    assert [(r["pence"], bool(r["why_not"])) for r in shown["rounds"]] == [
        (150_000, False),
        (300_000, True),
    ]
    assert shown["statement"]["percent"] == 0.75
    assert (shown["statement"]["revenue"], shown["statement"]["capital"]) == (150_000, 0)
    # Lyle Harbour is zones 1 to 5: two in the first fifth, two in the second, one in the third.
    assert [row["pence"] for row in shown["fifths"]] == [60_000, 60_000, 30_000, 0, 0]
    assert shown["fifths"][0]["pence_each"] == round(60_000 / 260)
    assert shown["area_wide"] == 300_000


@pytest.mark.requirement("R77")
def test_imported_elections_decided_nothing_here(
    session: Any, now: Any, basis: Any, council: Partner
) -> None:
    round_ = declared(session, now, ["Lunch club"], is_imported=True, file_hash="a" * 64)
    assert round_.is_imported
    assert year_figures(YEAR, TODAY, *basis).money["rounds"] == []


@pytest.mark.requirement("R83")
def test_money_is_published_with_the_year_and_comes_out_the_same_again(
    session: Any, now: Any, basis: Any, council: Partner, carys: Account
) -> None:
    declared(session, now, ["Lunch club"], lead_partner_id=council.id)
    published = publish_evidence(YEAR, *basis, at=now, today=TODAY, by=carys.id)
    assert json.loads(published.figures)["money"]["area_wide"] == 150_000
    assert worked_out_again(published) == published.figures
    enter_base(YEAR, 20_000_000, "Budget book", at=now, by=carys.id)
    assert worked_out_again(published) != published.figures


@pytest.mark.requirement("R83")
def test_an_edition_from_before_money_was_told_still_comes_out_the_same(
    session: Any, now: Any, basis: Any, carys: Account
) -> None:
    published = publish_evidence(YEAR, *basis, at=now, today=TODAY, by=carys.id)
    figures, rests_on = json.loads(published.figures), json.loads(published.basis)
    del figures["money"], rests_on["money"]
    older = PublishedEvidence(
        year_start=YEAR.first, edition=2, index_id=basis[0].id, estimate_id=basis[1].id,
        basis=json.dumps(rests_on), figures=json.dumps(figures), hash="", published_at=now,
        published_by=carys.id,
    )  # fmt: skip
    session.add(older)
    session.flush()
    assert json.loads(worked_out_again(older)) == figures


# The base ----------------------------------------------------------------------------------------


@pytest.mark.requirement("R77")
def test_a_correction_of_the_base_is_the_next_edition(
    session: Any, now: Any, council: Partner, carys: Account
) -> None:
    enter_base(YEAR, 100, "Draft", at=now, by=carys.id)
    enter_base(YEAR, 200, "Budget book", at=now, by=carys.id)
    assert latest_base(YEAR.first).edition == 2
    assert base_of(YEAR.first) == Base(200, "Budget book")
    with pytest.raises(EvidenceRefused, match="Nothing is changed"):
        enter_base(YEAR, 200, " Budget book ", at=now, by=carys.id)
    assert session.scalars(sa.select(AuditEvent.action)).all() == ["base.entered"] * 2


@pytest.mark.requirement("R77")
@pytest.mark.parametrize(("pence", "source"), [(0, "Book"), (100, " ")])
def test_a_base_needs_a_sum_and_a_source(
    session: Any, now: Any, council: Partner, carys: Account, pence: int, source: str
) -> None:
    with pytest.raises(EvidenceRefused):
        enter_base(YEAR, pence, source, at=now, by=carys.id)


def test_without_a_council_there_is_no_base(session: Any, now: Any, carys: Account) -> None:
    with pytest.raises(EvidenceRefused, match="Only a council"):
        enter_base(YEAR, 100, "Book", at=now, by=carys.id)


@pytest.mark.parametrize(
    "statement", ["UPDATE budget_base SET pence = 1", "DELETE FROM budget_base"]
)
def test_the_database_keeps_each_entry(
    session: Any, now: Any, council: Partner, carys: Account, statement: str
) -> None:
    enter_base(YEAR, 100, "Draft", at=now, by=carys.id)
    with pytest.raises(DBAPIError):
        session.execute(sa.text(statement))


def test_carys_enters_the_base_on_its_page_and_nothing_typed_is_lost(
    as_person: Any, carys: Account, council: Partner, basis: Any, session: Any
) -> None:
    session.add(Partnership(id=1, name="Strathlyle", council_code=basis[2]))
    path = "/desk/reach/2026-27/base/"
    officer = as_person(carys)
    page = officer.send(path, {"pence": "lots", "source": "Budget book"}, status=422)
    assert "Enter an amount in pounds" in page.select_one(".ds_error-summary").text
    assert page.select_one("[name=source]")["value"] == "Budget book"
    officer.send(path, {"pence": "200,000", "source": "Budget book"})
    row = session.scalars(sa.select(BudgetBase)).one()
    assert (row.pence, row.source) == (20_000_000, "Budget book")
    assert "£200,000" in officer.open("/desk/reach/?year=2026-27").text


def test_an_analyst_and_an_outsider_enter_no_base(
    as_person: Any, anil: Account, dev: Account, council: Partner
) -> None:
    for person in (anil, dev):
        as_person(person).open("/desk/reach/2026-27/base/", status=403)


def test_without_a_council_there_is_no_page_for_it(as_person: Any, carys: Account) -> None:
    as_person(carys).open("/desk/reach/2026-27/base/", status=404)
