"""The `engage places` commands, as an officer's script calls them."""

import csv
import json
from datetime import UTC, datetime

import pytest
from click.testing import Result
from flask import Flask

from engage.audit.models import AuditEvent
from engage.extensions import db
from engage.places import actions, queries
from engage.places.models import DataZone, LocalityZone, Postcode, ZonePopulation
from engage.places.rules.populations import read_population
from tests.makers.place_files import file_of, lookup_rows
from tests.makers.places import COUNCIL, make_places

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REAL_INDEX = ("--name", "SIMD", "--version", "2020v2", "--zones", "2011")


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["places", *map(str, words)])


def load_scotland(app, shared_data) -> None:
    areas = shared_data / "areas"
    ran = run(app, "load-index", areas / "simd2020v2_dz_lookup.csv", *REAL_INDEX)
    assert ran.exit_code == 0, ran.output
    population = areas / "dz11_population_mid2020_bands.csv"
    ran = run(app, "load-population", population, "--year", 2020)
    assert ran.exit_code == 0, ran.output


def test_the_real_index_and_populations_give_moray_its_fifths(app, shared_data):
    load_scotland(app, shared_data)
    ran = run(app, "quintiles", "S12000020", "--json")
    assert ran.exit_code == 0
    rows = json.loads(ran.stdout)
    assert [row["zones"] for row in rows] == [4, 21, 40, 46, 15]
    assert rows[0] == {
        "quintile": 1, "zones": 4, "population_index": 2644, "population_2020": 2595,
    }  # fmt: skip
    assert db.session.query(DataZone).count() == 6976


def test_every_person_of_scotland_is_loaded_once(app, shared_data):
    load_scotland(app, shared_data)
    people = db.session.scalar(db.select(db.func.sum(ZonePopulation.people)))
    assert people == 5_466_000
    single_years = shared_data / "areas" / "dz11_population_mid2020_syoa_sex.csv"
    ran = run(app, "load-population", single_years, "--year", 2020)
    assert ran.exit_code == 1
    assert "mid-2020 is loaded already, from another file" in ran.stderr


def test_both_published_forms_of_the_real_estimate_say_the_same(shared_data):
    areas = shared_data / "areas"
    bands, years = (
        {
            zone.code: zone.people
            for zone in read_population(
                (areas / f"dz11_population_mid2020_{form}.csv").read_bytes()
            )
        }
        for form in ("bands", "syoa_sex")
    )
    assert bands == years


@pytest.mark.once
@pytest.mark.requirement("R38")
def test_morays_eight_wards_become_its_localities(app, shared_data, tmp_path):
    load_scotland(app, shared_data)
    with (shared_data / "areas" / "simd2020v2_dz_lookup.csv").open(encoding="utf-8") as file:
        zones = [row for row in csv.DictReader(file) if row["LAcode"] == "S12000020"]
    lines = [f"{row['DZ']},{row['MMWcode']},{row['MMWname']},ward" for row in zones]
    definition = tmp_path / "moray.csv"
    definition.write_text("\n".join(["data_zone,locality_code,locality_name,kind", *lines]))
    ran = run(app, "define-localities", definition, "--council", "Moray")
    assert ran.exit_code == 0, ran.output
    assert len(queries.localities_of("S12000020")) == 8
    assert db.session.query(LocalityZone).count() == 126
    again = run(app, "define-localities", definition)
    assert "loaded already, nothing changed" in again.stdout


@pytest.mark.once
def test_the_official_directory_places_postcodes_of_moray(app, shared_data):
    load_scotland(app, shared_data)
    ran = run(app, "load-postcodes", shared_data / "areas" / "nspl_2021_11_scot_7areas.csv")
    assert ran.exit_code == 0, ran.output
    assert db.session.query(Postcode).where(Postcode.is_live).count() == 28_090
    assert queries.find_place("PH1 5LB", "S12000020").place == "outside"


def test_postcodes_that_were_placed_on_a_map_are_refused(app, shared_data):
    ran = run(app, "load-postcodes", shared_data / "areas" / "postcode_dz_simd_moray.csv")
    assert ran.exit_code == 1
    assert "not the official postcode directory" in ran.stderr


@pytest.mark.once
def test_the_real_wards_of_30000_people_and_more_pass_as_wards(app, shared_data):
    load_scotland(app, shared_data)
    assert actions.use_wards("S12000036", at=NOW).lines == 597
    rows = queries.area_rows("S12000036", queries.latest_index(), queries.latest_estimate())
    assert max(row.people for row in rows) > 30_000


@pytest.mark.once
def test_a_part_of_an_index_is_not_taken_for_the_whole(app, shared_data):
    ran = run(app, "load-index", shared_data / "areas" / "moray_dz_pack.csv", *REAL_INDEX)
    assert ran.exit_code == 1
    assert "with 126 zones in the file, ranks run from 1 to 126" in ran.stderr
    assert "… and 1" in ran.stderr


# On invented files ------------------------------------------------------------------------------


def written(tmp_path, rows) -> str:
    file = tmp_path / "file.csv"
    file.write_bytes(file_of(rows))
    return str(file)


def test_the_quintiles_are_a_table_for_people_and_name_what_they_rest_on(session, app):
    make_places(session)
    lines = run(app, "quintiles", "strathlyle").stdout.splitlines()
    assert lines[0] == "SIMD 2020v2, mid-2020"
    assert lines[1].split() == ["quintile", "zones", "population_index", "population_2020"]
    assert lines[2].split() == ["1", "2", "240", "260"]


def test_the_quintiles_without_an_estimate_count_by_the_index_alone(app, tmp_path):
    run(app, "load-index", written(tmp_path, lookup_rows()), *REAL_INDEX)
    rows = json.loads(run(app, "quintiles", COUNCIL, "--json").stdout)
    assert rows[0] == {"quintile": 1, "zones": 2, "population_index": 240}


@pytest.mark.parametrize("council", ["S12000001", "Nowhere"])
def test_the_quintiles_of_a_council_that_is_not_loaded_are_refused(session, app, council):
    make_places(session)
    ran = run(app, "quintiles", council, "--json")
    assert ran.exit_code == 1
    assert ran.stdout == ""
    assert f"No council area “{council}” is loaded" in ran.stderr


def test_a_load_that_was_done_before_says_so_and_succeeds(app, tmp_path):
    file = written(tmp_path, lookup_rows())
    first, again = (run(app, "load-index", file, *REAL_INDEX) for _ in range(2))
    assert first.stdout == "SIMD 2020v2: 11 data zones: loaded.\n"
    assert again.stdout == "SIMD 2020v2: 11 data zones: loaded already, nothing changed.\n"
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert db.session.query(AuditEvent).count() == 1


def test_faults_after_the_twentieth_are_counted(app, tmp_path):
    rows = lookup_rows(zones=30)
    for row in rows[1:]:
        row[5] = "many"
    ran = run(app, "load-index", written(tmp_path, rows), *REAL_INDEX)
    assert ran.stderr.count("Line ") == 20
    assert "… and 11 more." in ran.stderr
    assert "Nothing was loaded: 31 lines have a fault." in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["load-index", "nowhere.csv", *REAL_INDEX],
        ["load-index", "."],
        ["load-population", __file__, "--year", "twenty"],
        ["load-population", __file__],
        ["quintiles"],
    ],
)
def test_a_command_that_is_used_wrongly_leaves_with_an_error(app, words):
    assert run(app, *words).exit_code == 2


@pytest.mark.parametrize(
    "name",
    ["load-index", "load-population", "load-postcodes", "define-localities", "quintiles"],
)
def test_each_command_explains_itself_with_an_example(app, name):
    ran = run(app, name, "--help")
    assert ran.exit_code == 0
    assert f"engage places {name} " in ran.output
