"""Writing a file, so that reading it gives the same again."""

import csv
from typing import TextIO

from engage.tally.pabulib.file import PabulibFile


def write_pabulib(file: PabulibFile, stream: TextIO) -> None:
    """Write ``file`` so that reading it gives the same again: LF, quotes only where needed.

    Open a stream on disk with ``encoding="utf-8", newline=""``: a cell keeps its own line ends.
    """
    plain = csv.writer(stream, delimiter=";", lineterminator="\n")
    # The csv module before Python 3.13 leaves a carriage return unquoted, and then refuses it.
    quoted = csv.writer(stream, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in file.rows():
        writer = quoted if any("\r" in cell for cell in row) else plain
        writer.writerow(row)
