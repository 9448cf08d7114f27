"""The rows of a file, read block by block within fixed bounds.

Rubbish of any size is refused without filling the memory: lines, cells and the file have a
greatest length, and the tables a greatest number of rows and of columns.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import BinaryIO

#: Bounds far above any real election: the largest has 132,000 votes, the longest line 20,000
#: bytes. A line is no longer than what the csv module allows one cell to be.
MOST_BYTES = 64_000_000
MOST_BYTES_IN_LINE = 131_072
MOST_IN_ROW = 1_000_000
MOST_COLUMNS = 200
#: How many rows are taken at once where some cells are quoted.
BATCH = 2_000

UNCLOSED = ": perhaps a quotation mark is not closed"
SECTIONS = ("META", "PROJECTS", "VOTES")

Row = tuple[int, list[str]]
#: Some rows turned on their side, a list of cells for each column, and the line of their first.
Batch = tuple[int, list[Sequence[str]]]


class PabulibRefused(ValueError):
    """The file breaks the format at ``line``; the message says how."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line


def check_width(line: int, cells: Sequence[str], width: int) -> None:
    """Refuse a row that has not a cell for each column."""
    if not cells or (len(cells) == 1 and not cells[0]):
        raise PabulibRefused(line, "it is empty")
    if len(cells) == 1 and cells[0] in SECTIONS:
        raise PabulibRefused(line, f"the section {cells[0]} should not start here")
    if len(cells) != width:
        raise PabulibRefused(line, f"it has {len(cells)} cells, but its header has {width}")


def row_lines(first: int, rows: Iterable[Sequence[str]]) -> list[int]:
    """Return the line where each row starts, the first one at ``first``.

    No line is empty and none is left out, so the line ends inside cells tell all.
    """
    lines = []
    for row in rows:
        lines.append(first)
        first += 1 + sum([cell.count("\n") for cell in row])
    return lines


class Rows:
    """The rows of one file, first one by one, then (the votes) many at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._blocks = _blocks(stream)
        self._block = StringIO()
        self._put_back: list[str] = []
        self._row_line, self._row_size = 1, 0
        #: The line where the next row starts.
        self.next_line = 1
        self._reader = csv.reader(self._lines(), delimiter=";", strict=True)

    def _next_block(self) -> str | None:
        return self._put_back.pop() if self._put_back else next(self._blocks, None)

    def _lines(self) -> Iterator[str]:
        while (text := self._next_block()) is not None:
            self._block = StringIO(text, newline="\n")
            for line in self._block:
                self.next_line += 1
                self._row_size += len(line)
                if self._row_size > MOST_IN_ROW:
                    raise PabulibRefused(self._row_line, f"its row is too long{UNCLOSED}")
                yield line

    def __iter__(self) -> Iterator[Row]:
        """Yield each row with the number of the line where it starts."""
        while True:
            start = self._row_line = self.next_line
            self._row_size = 0
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                raise _quoting_refused(start, error) from error
            if cells is None:
                return
            yield start, cells

    def batches(self, width: int) -> Iterator[Batch]:
        """Yield all rows that are left, each of ``width`` cells, turned into columns.

        Text without quotation marks is split by its separators, in half the time that the csv
        module takes; from the first mark on the csv module reads the rest.
        """
        text: str | None = self._block.read()
        while text is not None:
            plain = text.replace("\r\n", "\n") if "\r" in text else text
            if '"' in plain or "\r" in plain:
                self._put_back.append(text)
                yield from self._row_batches(width)
                return
            if plain:
                columns = _split(self.next_line, plain, width)
                yield self.next_line, columns
                self.next_line += len(columns[0])
            text = self._next_block()

    def _row_batches(self, width: int) -> Iterator[Batch]:
        while some := list(islice(self._checked_rows(width), BATCH)):
            yield some[0][0], list(zip(*(cells for _, cells in some), strict=True))

    def _checked_rows(self, width: int) -> Iterator[Row]:
        for line, cells in self:
            check_width(line, cells, width)
            yield line, cells


def _split(line: int, text: str, width: int) -> list[Sequence[str]]:
    """Split the rows of ``text`` at once: its line ends, as cells too, must stand in a column."""
    text = text.removesuffix("\n") + "\n"
    rows = text.count("\n")
    cells = text.replace("\n", ";\n;").split(";")
    step = width + 1
    if len(cells) != rows * step + 1 or cells[width::step].count("\n") != rows:
        for number, row in enumerate(text.split("\n"), line):
            check_width(number, row.split(";"), width)
    del cells[-1]  # what stands after the last line end: nothing
    return [cells[column::step] for column in range(width)]


def _quoting_refused(line: int, error: csv.Error) -> PabulibRefused:
    said = str(error)
    if "field larger" in said:
        return PabulibRefused(line, f"it has too long a cell{UNCLOSED}")
    if "new-line character" in said:
        return PabulibRefused(line, "it holds a carriage return outside quotation marks")
    return PabulibRefused(line, "its quotation marks don't match")


def _blocks(stream: BinaryIO) -> Iterator[str]:
    """Yield the file's text in blocks of whole lines, every byte of them checked.

    No more is read at once than a line may hold, so a line inside one block is in bounds.
    """
    line, total, rest = 1, 0, b""
    while block := stream.read(MOST_BYTES_IN_LINE):
        total += len(block)
        end = block.find(b"\n")
        if len(rest) + (end if end >= 0 else len(block)) > MOST_BYTES_IN_LINE:
            raise PabulibRefused(line, f"it is longer than {MOST_BYTES_IN_LINE:,} bytes")
        if total > MOST_BYTES:
            raise PabulibRefused(line, f"the file is longer than {MOST_BYTES:,} bytes")
        cut = block.rfind(b"\n") + 1
        whole, rest = (rest + block[:cut], block[cut:]) if cut else (b"", rest + block)
        if whole:
            yield _decode(whole, line)
            line += whole.count(b"\n")
    if rest:
        yield _decode(rest, line)


def _decode(block: bytes, line: int) -> str:
    if line == 1 and block.startswith(b"\xef\xbb\xbf"):
        raise PabulibRefused(1, "the file starts with a byte order mark: save it without one")
    null = block.find(b"\x00")
    if null >= 0:
        raise PabulibRefused(line + block.count(b"\n", 0, null), "it holds a null byte")
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError as error:
        at = line + block.count(b"\n", 0, error.start)
        raise PabulibRefused(at, "it is not UTF-8 text") from error
