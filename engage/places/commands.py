"""The `engage places` commands."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from engage import clock
from engage.extensions import db
from engage.places import actions
from engage.places.actions import Loaded
from engage.places.queries import council_named, latest_estimate, latest_index, quintile_rows
from engage.places.rules import ImportRefused
from engage.places.rules.files import Progress

places = AppGroup("places", help="Places: indices, populations, postcodes, localities.")

file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)


@places.command("load-index")
@file_argument
@click.option("--name", required=True, help="The index's name, as its columns have it: SIMD.")
@click.option("--version", required=True, help="Its version, as its columns have it: 2020v2.")
@click.option(
    "--zones",
    "vintage",
    type=click.Choice(["2001", "2011", "2022"]),
    required=True,
    help="The year of the data zones that it ranks.",
)
def load_index(file: Path, name: str, version: str, vintage: str) -> None:
    """Load a deprivation index from its official look-up (CSV), with zones and wards.

    \b
    Example:
      engage places load-index simd2020v2_dz_lookup.csv --name SIMD --version 2020v2 --zones 2011

    The columns are DZ, DZname, Population, LAcode, LAname, MMWcode, MMWname and, with the name
    and version before them, _Rank, _Quintile and _Decile. Loading the same file again is safe.
    """
    _load(
        lambda data, progress: actions.load_index(
            data,
            name=name,
            version=version,
            vintage=int(vintage),
            at=clock.now(),
            progress=progress,
        ),
        file,
        f"{name} {version}: {{}} data zones",
    )


@places.command("load-population")
@file_argument
@click.option("--year", type=click.IntRange(1991, 2100), required=True, help="Mid-year of: 2020.")
@click.option("--source", default="", help="Who published it, for the notes under figures.")
def load_population(file: Path, year: int, source: str) -> None:
    """Load mid-year population estimates by data zone and age (CSV).

    \b
    Example:
      engage places load-population dz11_population_mid2020_bands.csv --year 2020

    Both published forms are known: age bands, and single years of age by sex. Load the index of
    the same data zones first. Loading the same file again is safe.
    """
    _load(
        lambda data, progress: actions.load_population(
            data, year=year, source=source, at=clock.now(), progress=progress
        ),
        file,
        f"mid-{year}: people of {{}} data zones",
    )


@places.command("load-postcodes")
@file_argument
def load_postcodes(file: Path) -> None:
    """Load the official postcode directory, or an extract of it (CSV).

    \b
    Example:
      engage places load-postcodes nspl_2021_11_scotland.csv

    This is the National Statistics Postcode Lookup: pcds, doterm, laua, ward, lsoa11 and more.
    A newer directory brings the postcodes up to date; extracts may follow one another.
    """
    _load(
        lambda data, progress: actions.load_postcodes(data, at=clock.now(), progress=progress),
        file,
        "{} postcodes",
    )


@places.command("define-localities")
@file_argument
@click.option("--council", help="Code or name of the council area that the file must divide.")
def define_localities(file: Path, council: str | None) -> None:
    """Divide a council area into localities (CSV: data_zone, locality_code, locality_name, kind).

    \b
    Example:
      engage places define-localities moray_localities.csv --council S12000020

    The kind is ward (an electoral ward, of any size) or area (at most 30,000 people). Every data
    zone of the council area must stand in exactly one locality. The same file again is safe.
    """
    code = _council_code(council) if council else None
    _load(
        lambda data, progress: actions.define_localities(
            data, council_code=code, at=clock.now(), progress=progress
        ),
        file,
        "{} data zones placed in localities",
    )


@places.command("quintiles")
@click.argument("council")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects instead of a table.")
def quintiles(council: str, as_json: bool) -> None:
    """Show COUNCIL (code or name) by fifth of areas, 1 the most deprived.

    \b
    Example:
      engage places quintiles S12000020 --json

    People are counted twice: by the index's own look-up, and by the newest estimate.
    """
    code = _council_code(council)
    index, estimate = latest_index(), latest_estimate()
    if index is None:
        raise click.ClickException("No index is loaded. Start with `engage places load-index`.")
    headings = ["quintile", "zones", "population_index"]
    if estimate is not None:
        headings.append(f"population_{estimate.year}")
    rows = [
        dict(
            zip(
                headings,
                (row.quintile, row.zones, row.population_index, row.population),
                strict=False,
            )
        )
        for row in quintile_rows(code, index, estimate)
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    click.echo(f"{index.label}, {estimate.label if estimate else 'no population estimate'}")
    click.echo("  ".join(headings))
    for row in rows:
        click.echo("  ".join(f"{row[name]:>{len(name)},}" for name in headings))


def _load(load: Callable[[bytes, Progress], Loaded], file: Path, done: str) -> None:
    """Load a file and commit, or print every reason why not and leave with status 1."""
    data = file.read_bytes()
    try:
        with click.progressbar(
            length=100,
            label=f"Loading {file.name}",
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        ) as bar:
            loaded = load(data, lambda now, of: bar.update(100 * now // of - bar.pos))
        db.session.commit()
    except ImportRefused as refusal:
        db.session.rollback()
        for fault in refusal.shown:
            click.echo(fault, err=True)
        if refusal.more:
            click.echo(f"… and {refusal.more:,} more.", err=True)
        raise click.ClickException(str(refusal)) from None
    what = done.format(f"{loaded.lines:,}")
    click.echo(
        f"{what}: loaded already, nothing changed." if loaded.already else f"{what}: loaded."
    )


def _council_code(typed: str) -> str:
    """Return the code of a council area that is loaded, given its code or its name."""
    council = council_named(typed)
    if council is None:
        raise click.ClickException(f"No council area “{typed}” is loaded. Load an index first.")
    return council.code
