"""Reading a CSV file that somebody prepared: every fault is named by its line."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

#: How many faults are shown; the rest are counted.
SHOWN = 20

#: Told how many steps of how many are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong with one line of a file. Lines are counted from 1, the heading's."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


class ImportRefused(Exception):
    """A file, or a request to load one, was turned away, and nothing was changed.

    ``faults`` are all that was found, in the order of the lines; empty where the file itself is
    not to blame (it was loaded before from other content, or something else must come first).
    """

    def __init__(self, summary: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(summary)
        self.faults = sorted(set(faults))

    @property
    def shown(self) -> list[Fault]:
        """The first faults, as many as a person reads."""
        return self.faults[:SHOWN]

    @property
    def more(self) -> int:
        """How many faults are not shown."""
        return max(0, len(self.faults) - SHOWN)


@dataclass(frozen=True)
class Row:
    """One line of a file: its number, and its cells by column."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(frozen=True)
class Table:
    """A file as it was read: the columns, the rows that could be read, and the other lines."""

    columns: list[str]
    rows: list[Row]
    faults: list[Fault]

    def require(self, needed: Sequence[str]) -> None:
        """Raise ImportRefused where the heading lacks a column that is ``needed``."""
        refuse_if(_faults_of_heading(self.columns, needed, 1))


def refusal(*faults: Fault) -> ImportRefused:
    """Return the refusal of a file for these faults."""
    lines = len({fault.line for fault in faults})
    what = "1 line has a fault" if lines == 1 else f"{lines:,} lines have a fault"
    return ImportRefused(
        f"Nothing was loaded: {what}. Put the file right and load it again.", faults
    )


def refuse_if(faults: Sequence[Fault]) -> None:
    """Raise ImportRefused where there are any faults."""
    if faults:
        raise refusal(*faults)


def file_hash(data: bytes) -> str:
    """Return the SHA-256 of a file, by which the same file is known again."""
    return hashlib.sha256(data).hexdigest()


def read_table(data: bytes, needed: Sequence[str] = ()) -> Table:
    """Read a CSV file: UTF-8 with or without its mark, any line ends, blank lines passed over.

    Cells are trimmed. Lines with too few or too many cells, or with a NUL byte, are faults of
    the table, so that they can be named together with what else is wrong. Raises ImportRefused
    for what can't be read at all: an empty file, another encoding, a workbook, a heading without
    one of the columns that are ``needed``, a quotation mark that is never closed.
    """
    text = _decode(data)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    rows: list[Row] = []
    faults: list[Fault] = []
    while True:
        start = lines.line_num + 1
        try:
            cells = [cell.strip() for cell in next(lines)]
        except StopIteration:
            break
        except csv.Error as error:
            unread = Fault(start, f"The line can't be read as CSV ({error}).")
            raise refusal(*faults, unread) from None
        if not any(cells):
            continue
        if not columns:
            columns = cells
            refuse_if(_faults_of_heading(columns, needed, start))
        else:
            _add_row(columns, cells, start, rows, faults)
    if not columns:
        raise refusal(Fault(1, "The file is empty."))
    if not rows and not faults:
        raise refusal(Fault(2, "There is nothing under the heading."))
    return Table(columns, rows, faults)


def _add_row(
    columns: list[str], cells: list[str], line: int, rows: list[Row], faults: list[Fault]
) -> None:
    if any("\x00" in cell for cell in cells):
        faults.append(Fault(line, "The line holds a NUL byte, which is not text."))
    elif len(cells) != len(columns):
        faults.append(
            Fault(line, f"The line has {len(cells)} cells and the heading {len(columns)}.")
        )
    else:
        rows.append(Row(line, dict(zip(columns, cells, strict=True))))


def _faults_of_heading(columns: list[str], needed: Sequence[str], line: int) -> list[Fault]:
    faults = [
        Fault(line, f"There is no column “{name}”.") for name in needed if name not in columns
    ]
    return faults + [
        Fault(line, f"The column “{name}” stands twice.")
        for name in dict.fromkeys(columns)
        if name and columns.count(name) > 1
    ]


def _decode(data: bytes) -> str:
    if not data.strip():
        raise refusal(Fault(1, "The file is empty."))
    if data.startswith(b"PK\x03\x04"):
        raise refusal(Fault(1, "This is a workbook. Save the sheet as “CSV UTF-8” and load that."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal(Fault(1, "The file is written in UTF-16. Save it as “CSV UTF-8”."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal(
            *(
                Fault(number, "The line isn't written in UTF-8. Save the file as “CSV UTF-8”.")
                for number, line in enumerate(data.splitlines(), start=1)
                if not _is_utf8(line)
            )
        ) from None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


# What a cell holds ------------------------------------------------------------------------------

ZONE = re.compile(r"S01[0-9]{6}")
COUNCIL = re.compile(r"S12[0-9]{6}")
WARD = re.compile(r"S13[0-9]{6}")


class Cells:
    """Reads the cells of one row, and notes each fault with the row's line."""

    def __init__(self, row: Row, faults: list[Fault]) -> None:
        self.row, self._faults, self.sound = row, faults, True

    def fault(self, reason: str) -> None:
        """Note what is wrong with this line."""
        self._faults.append(Fault(self.row.line, reason))
        self.sound = False

    def code(self, column: str, shape: re.Pattern[str], what: str) -> str:
        """Return an official code; a fault where it hasn't the code's shape."""
        text = self.row[column]
        if not shape.fullmatch(text):
            self.fault(f"{column} is “{_short(text)}”, which is not the code of a {what}.")
        return text

    def name(self, column: str, most: int = 100) -> str:
        """Return a name; a fault where it is empty or longer than ``most`` characters."""
        text = self.row[column]
        if not text:
            self.fault(f"{column} is empty.")
        elif len(text) > most:
            self.fault(f"{column} is longer than {most} characters.")
        return text

    def number(self, column: str) -> int:
        """Return a whole number from 0 to 99,999,999; a fault, and -1, for anything else."""
        text = self.row[column]
        if not (text.isascii() and text.isdigit() and len(text) <= 8):
            self.fault(
                f"{column} is “{_short(text)}”, which is not a whole number."
                if text
                else f"{column} is empty."
            )
            return -1
        return int(text)

    def numbers(self, columns: Sequence[str]) -> list[int]:
        """Return several whole numbers, as ``number`` does for each."""
        texts = [self.row[column] for column in columns]
        joined = "".join(texts)
        if joined.isascii() and joined.isdigit() and all(0 < len(text) <= 8 for text in texts):
            return [int(text) for text in texts]
        return [self.number(column) for column in columns]


def repeated(found: Iterable[tuple[int, str]], words: str) -> list[Fault]:
    """Return a fault for each (line, value) whose value stood on an earlier line.

    ``words`` name the value at ``{}``: “The zone {} stands twice”.
    """
    first: dict[str, int] = {}
    return [
        Fault(line, f"{words.format(_short(value))}: here and on line {first[value]}.")
        for line, value in found
        if first.setdefault(value, line) != line
    ]


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
