"""Loading places: all or nothing, safe to repeat, with a trace."""

import json
from collections.abc import Callable

import pytest

from engage.audit.models import AuditEvent
from engage.extensions import db
from engage.places import actions, queries
from engage.places.models import (
    DataZone,
    DeprivationIndex,
    PopulationEstimate,
    Postcode,
    ZonePopulation,
)
from engage.places.rules import ImportRefused
from tests.makers.place_files import (
    Rows,
    band_rows,
    file_of,
    lookup_rows,
    postcode_rows,
    year_rows,
    zone,
)
from tests.makers.places import COUNCIL, NEIGHBOUR


def load_index(now, rows: Rows | None = None, **changed) -> actions.Loaded:
    given = {"name": "SIMD", "version": "2020v2", "vintage": 2011, "at": now} | changed
    return actions.load_index(file_of(rows or lookup_rows()), **given)


def load_population(now, rows: Rows | None = None, year: int = 2020) -> actions.Loaded:
    return actions.load_population(file_of(rows or band_rows()), year=year, at=now)


def refused(load: Callable[[], object]) -> ImportRefused:
    with pytest.raises(ImportRefused) as refusal:
        load()
    db.session.rollback()
    return refusal.value


def traces() -> list[str]:
    return list(db.session.scalars(db.select(AuditEvent.action).order_by(AuditEvent.seq)))


# Indices ----------------------------------------------------------------------------------------


def test_an_index_brings_its_zones_wards_and_councils(session, now):
    assert load_index(now).lines == 11
    assert session.query(DataZone).count() == 11
    assert queries.council_named("strathlyle").code == COUNCIL
    assert [row.zones for row in queries.quintile_rows(COUNCIL, queries.latest_index(), None)] == [
        2, 2, 2, 2, 2,
    ]  # fmt: skip


def test_loading_an_index_leaves_its_trace_without_a_name(session, now, carys):
    load_index(now, by=carys.id, role="officer")
    event = session.query(AuditEvent).one()
    assert (event.action, event.actor_id) == ("index.loaded", carys.id)
    assert json.loads(event.detail).keys() == {"zones", "file"}


def test_the_same_index_again_changes_nothing(session, now):
    load_index(now)
    assert load_index(now).already
    assert session.query(DeprivationIndex).count() == 1
    assert traces() == ["index.loaded"]


def test_another_file_for_an_index_that_stands_is_refused(session, now):
    load_index(now)
    session.commit()
    refusal = refused(lambda: load_index(now, lookup_rows(zones=12)))
    assert "SIMD 2020v2 is loaded already, from another file" in str(refusal)
    assert session.query(DataZone).count() == 11


def test_a_later_index_on_the_same_zones_adds_ranks_and_no_zones(session, now):
    load_index(now)
    later = lookup_rows()
    later[0] = [name.replace("2020v2", "2026") for name in later[0]]
    later[1][8:] = later[6][8:] = ["S13999003", "Lyle Head"]
    load_index(now, later, version="2026")
    assert session.query(DataZone).count() == 11
    assert queries.latest_index().label == "SIMD 2026"
    assert session.get(DataZone, zone(1)).ward_name == "Lyle Head"


def test_a_later_index_that_moves_a_zone_to_another_council_is_refused(session, now):
    load_index(now)
    later = lookup_rows(zones=9, neighbours=2)
    later[0] = [name.replace("2020v2", "2026") for name in later[0]]
    refusal = refused(lambda: load_index(now, later, version="2026"))
    assert str(refusal.faults[0]) == f"Line 11: {zone(10)} lies in {COUNCIL}, not in {NEIGHBOUR}."


def test_zones_of_one_year_are_not_taken_for_those_of_another(session, now):
    load_index(now)
    later = lookup_rows()
    later[0] = [name.replace("2020v2", "2026") for name in later[0]]
    refusal = refused(lambda: load_index(now, later, version="2026", vintage=2022))
    assert str(refusal.faults[0]) == f"Line 2: {zone(1)} is a zone of 2011, not of 2022."


def test_somebody_who_loads_the_same_index_at_the_same_time_is_refused(session, now, monkeypatch):
    load_index(now)
    session.commit()
    monkeypatch.setattr(actions.loading.db.session, "scalar", lambda *asked: None)
    assert "somebody else was loading the same" in str(refused(lambda: load_index(now)))


def test_progress_is_told_up_to_the_last_line(session, now, monkeypatch):
    monkeypatch.setattr(actions.loading, "CHUNK", 4)
    told: list[tuple[int, int]] = []
    load_index(now, progress=lambda done, of: told.append((done, of)))
    assert told == [(4, 11), (8, 11), (11, 11)]


# A malformed look-up changes nothing ------------------------------------------------------------


def without(rows: Rows, column: str) -> Rows:
    place = rows[0].index(column)
    return [row[:place] + row[place + 1 :] for row in rows]


def changed(rows: Rows, line: int, column: int, value: str) -> Rows:
    rows[line - 1][column] = value
    return rows


MALFORMED = {
    "missing column": (file_of(without(lookup_rows(), "SIMD2020v2_Rank")), [1]),
    "duplicate zone": (file_of(changed(lookup_rows(), 4, 0, zone(1))), [4]),
    "rank out of range": (file_of(changed(lookup_rows(), 5, 2, "6977")), [5]),
    "rank twice": (file_of(changed(lookup_rows(), 12, 2, "10")), [12]),
    "quintile against the rank": (file_of(changed(lookup_rows(), 6, 4, "1")), [6]),
    "text where a number stands": (file_of(changed(lookup_rows(), 7, 5, "about 120")), [7]),
    "several bad lines": (
        file_of(changed(changed(lookup_rows(), 3, 5, "x"), 9, 6, "Lyle")), [3, 9],
    ),
    "empty file": (b"", [1]),
    "heading alone": (file_of(lookup_rows()[:1]), [2]),
    "wrong encoding": (
        file_of(changed(lookup_rows(), 8, 1, "Bùrn")).decode().encode("cp1252"), [8],
    ),
    "UTF-16": (file_of(lookup_rows()).decode().encode("utf-16"), [1]),
    "NUL byte": (file_of(changed(lookup_rows(), 2, 1, "Ly\x00le")), [2]),
    "too few cells": (file_of([*lookup_rows(), ["S01999012", "Lyle - 12"]]), [13]),
}  # fmt: skip


@pytest.mark.parametrize(("data", "lines"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_look_up_changes_nothing_and_names_its_lines(session, now, data, lines):
    refusal = refused(
        lambda: actions.load_index(data, name="SIMD", version="2020v2", vintage=2011, at=now)
    )
    assert {fault.line for fault in refusal.faults} >= set(lines)
    assert session.query(DataZone).count() == session.query(DeprivationIndex).count() == 0
    assert traces() == []


@pytest.mark.parametrize(("data", "lines"), MALFORMED.values(), ids=MALFORMED.keys())
def test_the_command_refuses_a_malformed_look_up_and_names_its_lines(app, tmp_path, data, lines):
    file = tmp_path / "lookup.csv"
    file.write_bytes(data)
    words = ["load-index", str(file), "--name", "SIMD", "--version", "2020v2", "--zones", "2011"]
    ran = app.test_cli_runner().invoke(args=["places", *words])
    assert ran.exit_code == 1
    for line in lines:
        assert f"Line {line}: " in ran.stderr
    assert "Nothing was loaded" in ran.stderr
    assert ran.stdout == ""
    assert db.session.query(DataZone).count() == db.session.query(AuditEvent).count() == 0


# Populations ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "people"), [(band_rows(), 1300), (year_rows(), 2730)])
def test_populations_are_kept_in_bands_in_either_form(session, now, rows, people):
    load_index(now)
    load_population(now, rows)
    fifths = queries.quintile_rows(COUNCIL, queries.latest_index(), queries.latest_estimate())
    assert sum(fifth.population for fifth in fifths) == people
    assert session.query(ZonePopulation).count() == 11 * 13
    assert traces() == ["index.loaded", "population.loaded"]


def test_the_same_populations_again_change_nothing(session, now):
    load_index(now)
    load_population(now)
    assert load_population(now).already
    assert session.query(PopulationEstimate).count() == 1


def test_another_file_for_the_same_year_is_refused(session, now):
    load_index(now)
    load_population(now)
    session.commit()
    assert "mid-2020 is loaded already" in str(refused(lambda: load_population(now, year_rows())))


def test_populations_of_another_year_stand_beside(session, now):
    load_index(now)
    load_population(now)
    load_population(now, band_rows(people=11), year=2021)
    assert queries.latest_estimate().label == "mid-2021"


def test_populations_of_zones_that_nobody_knows_are_refused_by_line(session, now):
    refusal = refused(lambda: load_population(now))
    assert len(refusal.faults) == 11
    assert (
        str(refusal.faults[0]) == f"Line 2: The zone {zone(1)} is not known. Load its index first."
    )
    assert session.query(ZonePopulation).count() == 0


def test_populations_that_leave_a_zone_out_are_refused(session, now):
    load_index(now)
    refusal = refused(lambda: load_population(now, band_rows()[:-1]))
    assert [str(fault) for fault in refusal.faults] == [
        f"Line 11: The file ends without a line for the zone {zone(11)}."
    ]


# Postcodes --------------------------------------------------------------------------------------


def load_postcodes(now, rows: Rows | None = None) -> actions.Loaded:
    return actions.load_postcodes(file_of(rows or postcode_rows()), at=now)


def test_postcodes_in_use_and_ended_ones_lead_to_their_zone(session, now):
    load_index(now)
    assert load_postcodes(now).lines == 20
    assert queries.find_place("XY1 1AA", COUNCIL).zone_code == zone(1)
    assert queries.find_place("XY1 1AB", COUNCIL).zone_code == zone(1)
    assert session.query(Postcode).where(Postcode.is_live).count() == 10
    assert traces() == ["index.loaded", "postcodes.loaded"]


def test_the_same_directory_again_changes_nothing(session, now):
    load_index(now)
    load_postcodes(now)
    assert load_postcodes(now).already
    assert traces() == ["index.loaded", "postcodes.loaded"]


def test_a_newer_directory_brings_postcodes_up_to_date_and_doubles_none(session, now):
    load_index(now)
    load_postcodes(now)
    newer = postcode_rows()[:4]
    newer[1][1], newer[3][6] = "202610", zone(7)
    newer.append(["XY11 1ZZ", "", "0", COUNCIL, "S13999001", "S92000003", zone(1), "2"])
    load_postcodes(now, newer)
    session.expire_all()
    assert not session.get(Postcode, "XY11AA").is_live
    assert queries.find_place("XY2 1AA", COUNCIL).zone_code == zone(7)
    assert session.query(Postcode).count() == 21


def test_postcodes_in_zones_that_nobody_knows_are_refused_by_line(session, now):
    load_index(now)
    refusal = refused(lambda: load_postcodes(now, postcode_rows(zones=12)))
    assert [fault.line for fault in refusal.faults] == [24, 25]
    assert session.query(Postcode).count() == 0
