"""Postcodes: their shape, what a look-up finds, and what the official directory must hold."""

import re
import unicodedata
from dataclasses import dataclass

from engage.places.rules.files import (
    COUNCIL,
    ZONE,
    Cells,
    Fault,
    ImportRefused,
    read_table,
    refuse_if,
    repeated,
)
from engage.web.rules import N_

_SHAPE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")


class PostcodeRefused(Exception):
    """What was typed hasn't the shape of a postcode; the message says what to type."""

    def __init__(self) -> None:
        super().__init__(N_("Enter your postcode, like AB10 1AB"))


@dataclass(frozen=True)
class Placing:
    """Where a postcode puts somebody: all that is kept of it (R31).

    ``place`` is 'matched' (in the council area), 'outside' (known, in another council's area),
    'unmatched' (not in the directory) or 'not_given'. ``zone_code`` is None for the last two;
    ``locality_id`` is set only where matched and localities are defined.
    """

    place: str
    zone_code: str | None = None
    locality_id: int | None = None


def tidy_postcode(typed: str) -> str:
    """Return a postcode as the directory keeps it: capitals, without spaces.

    Raises PostcodeRefused where the text hasn't the shape of a postcode; whether there is such
    a postcode is the directory's to say.

    >>> tidy_postcode(" ab10 1ab")
    'AB101AB'
    """
    text = unicodedata.normalize("NFKC", typed).upper()
    text = re.sub(r"[\s.\-]", "", text)
    if not _SHAPE.fullmatch(text):
        raise PostcodeRefused()
    return text


#: The columns that are read of the National Statistics Postcode Lookup.
DIRECTORY_COLUMNS = ("pcds", "doterm", "laua", "ward", "lsoa11")


@dataclass(frozen=True)
class DirectoryLine:
    """One postcode of the official directory, and the zone that it lies in."""

    line: int
    postcode: str
    zone_code: str
    is_live: bool


def read_directory(data: bytes) -> list[DirectoryLine]:
    """Read the National Statistics Postcode Lookup; postcodes outside Scotland are passed over.

    ``doterm`` is the month in which a postcode ended (YYYYMM), empty while it is in use. Only
    this directory is accepted: zones that somebody worked out from a map are right for 96 in 100
    postcodes, and must not pass for official. Raises ImportRefused with every fault.
    """
    table = read_table(data)
    if not {"pcds", "lsoa11"} <= set(table.columns):
        raise ImportRefused(
            "Nothing was loaded: this is not the official postcode directory.",
            [
                Fault(
                    1,
                    "The columns pcds, doterm, laua, ward and lsoa11 are not all there. Load the "
                    "National Statistics Postcode Lookup, or an extract of it.",
                )
            ],
        )
    table.require(DIRECTORY_COLUMNS)
    faults = list(table.faults)
    read = [
        _directory_line(Cells(row, faults)) for row in table.rows if row["laua"].startswith("S")
    ]
    faults += repeated(((one.line, one.postcode) for one in read), "The postcode {} stands twice")
    if not read and not faults:
        faults.append(Fault(2, "No line is of a postcode in Scotland."))
    refuse_if(faults)
    return read


def _directory_line(cells: Cells) -> DirectoryLine:
    cells.code("laua", COUNCIL, "council area")
    postcode, ended = cells.row["pcds"], cells.row["doterm"]
    try:
        postcode = tidy_postcode(postcode)
    except PostcodeRefused:
        cells.fault(f"pcds is “{postcode[:20]}”, which is not a postcode.")
    if ended and not re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])", ended):
        cells.fault(f"doterm is “{ended[:20]}”, which is not a month like 202103.")
    zone = cells.code("lsoa11", ZONE, "data zone")
    return DirectoryLine(cells.row.line, postcode, zone, not ended)
