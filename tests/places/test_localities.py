"""Dividing a council area into localities: wards of any size, areas of at most 30,000 people."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engage.audit.models import AuditEvent
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.places import actions, queries
from engage.places.models import Locality, LocalityZone
from engage.places.rules import ImportRefused
from tests.makers.place_files import (
    Rows,
    band_rows,
    definition_rows,
    file_of,
    lookup_rows,
    zone,
)
from tests.makers.places import COUNCIL, NEIGHBOUR


def refused(load: Callable[[], object]) -> ImportRefused:
    with pytest.raises(ImportRefused) as refusal:
        load()
    db.session.rollback()
    return refusal.value


def traces() -> list[str]:
    return list(db.session.scalars(db.select(AuditEvent.action).order_by(AuditEvent.seq)))


def load_index(now) -> None:
    data = file_of(lookup_rows())
    actions.load_index(data, name="SIMD", version="2020v2", vintage=2011, at=now)


def load_population(now, rows: Rows | None = None) -> None:
    actions.load_population(file_of(rows or band_rows()), year=2020, at=now)


@pytest.fixture
def strathlyle(session, now) -> None:
    load_index(now)
    load_population(now)
    session.commit()


def define(now, rows: Rows | None = None, council: str | None = None) -> actions.Loaded:
    return actions.define_localities(
        file_of(rows or definition_rows()), council_code=council, at=now
    )


@pytest.mark.requirement("R38")
def test_a_council_area_is_divided_into_a_ward_and_a_named_area(session, strathlyle, now):
    define(now)
    harbour, glen = queries.localities_of(COUNCIL)
    assert (harbour.kind, glen.kind) == ("ward", "area")
    assert queries.zones_of_locality(glen.id) == {zone(number) for number in range(6, 11)}
    assert glen.valid_from == now.date()
    assert traces()[-1] == "localities.defined"


def test_the_same_division_again_changes_nothing(session, strathlyle, now):
    define(now)
    assert define(now).already
    assert traces().count("localities.defined") == 1


def test_a_locality_that_keeps_its_code_keeps_its_id(session, strathlyle, now):
    define(now)
    before = {one.code: one.id for one in queries.localities_of(COUNCIL)}
    rows = definition_rows()
    rows[5] = [zone(5), "upper-glen", "Upper Glen", "area"]
    define(now, rows)
    assert {one.code: one.id for one in queries.localities_of(COUNCIL)} == before
    assert zone(5) in queries.zones_of_locality(before["upper-glen"])


def test_two_localities_may_swap_their_names(session, strathlyle, now):
    define(now)
    rows = definition_rows()
    for row in rows[1:]:
        row[2] = "Upper Glen" if row[3] == "ward" else "Lyle Harbour"
    define(now, rows)
    assert {one.code: one.name for one in queries.localities_of(COUNCIL)} == {
        "S13999001": "Upper Glen",
        "upper-glen": "Lyle Harbour",
    }


def test_a_locality_that_nothing_names_may_go(session, strathlyle, now):
    define(now)
    assert actions.use_wards(COUNCIL, at=now).lines == 10
    assert [one.code for one in queries.localities_of(COUNCIL)] == ["S13999002", "S13999001"]


def test_a_locality_that_a_consultation_names_may_not_go(session, strathlyle, now):
    define(now)
    glen = queries.localities_of(COUNCIL)[1]
    session.add(
        Engagement(
            slug="glen-plan", kind="consultation", title="Glen plan", purpose="p", level="consult",
            open_to_change="o", fixed="f", locality_id=glen.id, opens_at=now,
            closes_at=now + timedelta(days=1),
        )
    )  # fmt: skip
    session.commit()
    refusal = refused(lambda: actions.use_wards(COUNCIL, at=now))
    assert "Keep its code in the new division" in str(refusal)
    assert queries.zones_of_locality(glen.id) == {zone(number) for number in range(6, 11)}


@pytest.mark.requirement("R38")
def test_an_area_of_more_than_30000_people_is_refused(session, now):
    load_index(now)
    load_population(now, band_rows(people=500))
    session.commit()
    refusal = refused(lambda: define(now))
    assert [str(fault) for fault in refusal.faults] == [
        "Line 7: The area “Upper Glen” has 32,500 people; only an electoral ward may have more "
        "than 30,000."
    ]
    assert session.query(Locality).count() == 0


@pytest.mark.requirement("R38")
def test_a_division_that_leaves_a_zone_out_changes_nothing(session, strathlyle, now):
    define(now)
    session.commit()
    refusal = refused(lambda: define(now, definition_rows()[:-1]))
    assert refusal.faults[0].reason == f"The file ends without a line for the zone {zone(10)}."
    assert session.query(LocalityZone).count() == 10


def test_a_named_area_needs_an_estimate_to_count_its_people(session, now):
    load_index(now)
    session.commit()
    assert "no population estimate is loaded" in str(refused(lambda: define(now)))


def test_wards_need_no_estimate(session, now):
    load_index(now)
    assert actions.use_wards(COUNCIL, at=now).lines == 10


def test_zones_of_another_council_than_the_one_named_are_refused(session, strathlyle, now):
    refusal = refused(lambda: define(now, council=NEIGHBOUR))
    assert refusal.faults[0].reason == f"The zone {zone(1)} lies in {COUNCIL}, not {NEIGHBOUR}."


def test_a_code_that_another_council_uses_is_refused(session, strathlyle, now):
    define(now)
    rows = [["data_zone", "locality_code", "locality_name", "kind"]]
    refusal = refused(lambda: define(now, [*rows, [zone(11), "upper-glen", "Farrow", "area"]]))
    assert str(refusal.faults[0]) == f"Line 2: upper-glen is a locality of {COUNCIL}."


@pytest.mark.parametrize("council", [None, "S12000001"])
def test_before_an_index_is_loaded_nothing_can_be_divided(session, now, council):
    assert "is known" in str(refused(lambda: define(now, council=council)))


def test_before_an_index_is_loaded_there_are_no_wards(session, now):
    refusal = refused(lambda: actions.use_wards(COUNCIL, at=now))
    assert "Load an index first" in str(refusal)
