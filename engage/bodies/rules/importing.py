"""Reading a file of bodies: what it says, and every row that is wrong, by line and column."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engage.bodies.rules.register import BASES, KINDS, WISHES, BodyDetails, name_key
from engage.web.rules import clean_text, split_email

#: The most that one file may hold.
MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
#: How many bad rows are listed; with more, the file is of another kind.
MOST_FAULTS = 100

COLUMNS = (
    "name",
    "kind",
    "place_or_interest",
    "constituted",
    "purpose",
    "areas",
    "interests",
    "how_involved",
    "contact_role",
    "contact_email",
)
NEEDED = ("name", "kind", "place_or_interest", "purpose")
#: How long each text may be, as the pages have it.
LENGTHS = {"name": 150, "purpose": 1000, "interests": 300, "contact_role": 60}
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0", ""})

#: What the file to download shows how to fill in.
EXAMPLES = (
    (
        "Ferryhill Community Council",
        "Community council",
        "place",
        "yes",
        "To find out what people in Ferryhill think, and to say it.",
        "Name of a locality; name of another",
        "",
        "involve",
        "Secretary",
        "secretary@example.org",
    ),
    (
        "Young Carers’ Meeting",
        "Informal group",
        "interest",
        "no",
        "To meet, and to be heard.",
        "",
        "Young people, health",
        "",
        "",
        "",
    ),
)


class ImportRefused(Exception):
    """The file can't be read at all; the message says why."""


@dataclass(frozen=True)
class Fault:
    """Something wrong in a file: on this line, in this column ('' for the whole row)."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class Row:
    """One group of a file; ``wish`` '' means that it was not asked yet."""

    line: int
    details: BodyDetails
    wish: str


@dataclass
class Read:
    """What a file says. With any fault nothing of it is taken."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def text_of(data: bytes) -> str:
    """Return the text of a file: UTF-8 with or without its mark, or what Excel saves (cp1252).

    Raises ImportRefused for what is no text, and for a file that is too large or empty.
    """
    if len(data) > MOST_BYTES:
        raise ImportRefused("The file is larger than 1 MB. Cut it into smaller files")
    if data.startswith((b"PK", b"\xd0\xcf")):
        raise ImportRefused("This is a spreadsheet. Save it as CSV, then upload that file")
    if b"\x00" in data:
        raise ImportRefused("This is no CSV file. In your spreadsheet, choose “CSV UTF-8”")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.strip():
            return text
        raise ImportRefused("The file is empty")
    raise ImportRefused("The file’s letters can’t be read. In your spreadsheet, choose “CSV UTF-8”")


def read_bodies(text: str, areas: Mapping[str, int]) -> Read:
    """Return what the text of a file says; ``areas`` are localities by name or code, casefolded.

    Raises ImportRefused where it has no rows, too many, or not the columns that are needed.
    """
    rows = records(text)
    header = next(rows, (0, [], ""))[1]
    columns = [cell.strip().casefold().replace(" ", "_") for cell in header]
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise ImportRefused(f"The first line has no column called “{missing[0]}”")
    twice = next((name for name in columns if name and columns.count(name) > 1), "")
    if twice:
        raise ImportRefused(f"The first line has two columns called “{twice}”")
    read, lines = Read(), dict[str, int]()
    for number, (line, cells, broken) in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise ImportRefused(f"The file has more than {MOST_ROWS:,} groups. Cut it into parts")
        if broken or len(cells) > len(columns):
            words = broken or f"has {len(cells)} cells, and the first line has {len(columns)}"
            read.faults.append(Fault(line, "", f"The row {words}"))
            continue
        values = dict(zip(columns, map(clean_text, cells), strict=False))
        row, faults = _row(line, values, areas)
        key = name_key(row.details.name)
        if key and key in lines:
            faults.append(Fault(line, "name", f"The same group stands on line {lines[key]}"))
        lines.setdefault(key, line)
        read.faults += faults
        if not faults:
            read.rows.append(row)
    if not read.rows and not read.faults:
        raise ImportRefused("The file has no groups under its first line")
    return read


def records(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield the line on which each row begins, its cells, and what broke it; no empty rows."""
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield (
                line,
                [],
                "has a quotation mark that does not end, or stands inside a cell",
            )
            return
        if any(cell.strip() for cell in cells):
            yield line, cells, ""


def _row(line: int, values: Mapping[str, str], areas: Mapping[str, int]) -> tuple[Row, list[Fault]]:
    """Return a row as it could be taken, and what is wrong with it."""
    faults: list[Fault] = []

    def wrong(column: str, message: str) -> None:
        faults.append(Fault(line, column, message))

    for column in NEEDED:
        if not values.get(column):
            wrong(column, "Nothing stands here")
    for column, most in LENGTHS.items():
        if len(values.get(column, "")) > most:
            wrong(column, f"The text is longer than {most} characters")
    if values.get("name") and not name_key(values["name"]):
        wrong("name", "The name has no letter and no number")
    kind = _one_of(values, "kind", KINDS, wrong)
    basis = _one_of(values, "place_or_interest", BASES, wrong)
    wish = _one_of(values, "how_involved", WISHES, wrong)
    constituted = values.get("constituted", "").casefold()
    if constituted not in YES | NO:
        wrong("constituted", "Write “yes” or “no”")
    email = values.get("contact_email", "")
    if email and split_email(email) is None:
        wrong("contact_email", f"“{email[:60]}” is not an email address")
    details = BodyDetails(
        name=" ".join(values.get("name", "").split()),
        kind=kind,
        basis=basis,
        is_constituted=constituted in YES,
        purpose=values.get("purpose", ""),
        locality_ids=_localities(values.get("areas", ""), areas, wrong),
        interests=" ".join(values.get("interests", "").split()),
        contact_role=" ".join(values.get("contact_role", "").split()),
        contact_email=email,
    )
    return Row(line, details, wish), faults


def _one_of(values: Mapping[str, str], column: str, words: Mapping[str, str], wrong: Any) -> str:
    """Return the code that a cell means, by the code itself or by its words; '' for neither."""
    typed = values.get(column, "")
    plain = _plain(typed)
    for code, text in words.items():
        if plain in (_plain(code), _plain(text)):
            return code
    if typed:
        known = "; ".join(words.values())
        wrong(column, f"“{typed[:60]}” is not known. Write one of: {known}")
    return ""


def _plain(text: str) -> str:
    return name_key(text.replace("_", " "))


def _localities(typed: str, areas: Mapping[str, int], wrong: Any) -> tuple[int, ...]:
    numbers = set()
    for name in filter(None, (part.strip() for part in typed.replace("\n", ";").split(";"))):
        number = areas.get(name.casefold())
        if number is None:
            wrong("areas", f"There is no area called “{name[:60]}”")
        else:
            numbers.add(number)
    return tuple(sorted(numbers))
