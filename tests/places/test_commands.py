"""The `engage places` commands, as an officer's script calls them."""

import json

from click.testing import Result
from flask import Flask

from engage.extensions import db
from engage.places.models import DataZone

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
