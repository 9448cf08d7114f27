"""Elections in the Pabulib format (.pb): three tables in one text file, read and written.

Nothing is lost: unknown keys and columns, their order and the cells' own text are kept. Nothing
is guessed: a file that breaks the format is refused with the line where it does.
"""

from engage.tally.pabulib.counted import CountNotPublishable, file_of_count
from engage.tally.pabulib.file import PabulibFile, Vote
from engage.tally.pabulib.reading import read_pabulib
from engage.tally.pabulib.rows import PabulibRefused
from engage.tally.pabulib.writing import write_pabulib

__all__ = [
    "CountNotPublishable",
    "PabulibFile",
    "PabulibRefused",
    "Vote",
    "file_of_count",
    "read_pabulib",
    "write_pabulib",
]
