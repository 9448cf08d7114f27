"""Community council areas: for each a group, or an explicit “none” with its reason (R01)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engage.bodies.rules.importing import Fault, ImportRefused, records
from engage.bodies.rules.register import BodyRefused, name_key
from engage.web.rules import N_, clean_text

#: What may be said of an area.
ANSWERS: dict[str, str] = {
    "body": N_("A group on the register"),
    "dormant": N_("None now: the community council is not active"),
    "none": N_("None: there is no community council"),
}

#: How an area stands, those that an officer must see to first.
STATES: dict[str, str] = {
    "missing": N_("Not answered yet"),
    "gone": N_("Its group is off the register"),
    "body": N_("Has a group"),
    "dormant": N_("None now"),
    "none": N_("None"),
}


class AreaRefused(BodyRefused):
    """What was asked of a community council area can't be done; the message says why."""


@dataclass(frozen=True)
class AreaRow:
    """One area of a file; without a locality it lies in several, or nobody said."""

    name: str
    locality_id: int | None


@dataclass
class AreasRead:
    """What a file of areas says. With any fault nothing of it is taken."""

    rows: list[AreaRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def state(answer: str | None, body_stage: str | None) -> str:
    """Return how an area stands (STATES): a group that left the register answers nothing."""
    if answer is None:
        return "missing"
    return "gone" if answer == "body" and body_stage != "registered" else answer


def read_areas(text: str, localities: Mapping[str, int]) -> AreasRead:
    """Return what the text of a file says: a column “name”, and maybe one called “locality”.

    Raises ImportRefused where it has no such column or no rows.
    """
    rows = records(text)
    columns = [cell.strip().casefold() for cell in next(rows, (0, [], ""))[1]]
    if "name" not in columns:
        raise ImportRefused("The first line has no column called “name”")
    read, lines = AreasRead(), dict[str, int]()
    for line, cells, broken in rows:
        values = dict(zip(columns, map(clean_text, cells), strict=False))
        name, place = " ".join(values.get("name", "").split()), values.get("locality", "")
        key = name_key(name)
        if broken:
            read.faults.append(Fault(line, "", f"The row {broken}"))
        elif not key or len(name) > 150:
            read.faults.append(Fault(line, "name", "Write a name of at most 150 characters"))
        elif key in lines:
            read.faults.append(Fault(line, "name", f"The same area stands on line {lines[key]}"))
        elif place and place.casefold() not in localities:
            message = f"There is no locality called “{place[:60]}”"
            read.faults.append(Fault(line, "locality", message))
        else:
            read.rows.append(AreaRow(name, localities.get(place.casefold())))
        lines.setdefault(key, line)
    if not read.rows and not read.faults:
        raise ImportRefused("The file has no areas under its first line")
    return read
