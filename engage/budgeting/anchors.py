"""The record of seals outside the database: one file of JSON lines for each round.

Whoever puts an old copy of the database back finds the record ahead of it. A seal is noted after
its commit, so the database may be ahead of the record for a moment, and never behind it.
"""

import fcntl
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from flask import current_app

from engage.budgeting.rules.seals import Anchor, RecordDamaged, read_anchors


def record_of(name: str) -> tuple[Anchor, ...]:
    """Return the seals of the round with this record as noted outside; empty where none was yet.

    The file is read once for each state of it, so that a vote pays for a look at its size only.
    Raises RecordDamaged where it or its folder can't be read, or it holds something else.
    """
    path = _path(name)
    try:
        found = path.stat()
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise RecordDamaged("The folder of the record of seals is not there") from None
        return ()
    except OSError as error:
        raise RecordDamaged("The record of seals can't be read") from error
    return _read(path, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=64)
def _read(path: Path, state: tuple[int, int, int]) -> tuple[Anchor, ...]:
    try:
        return read_anchors(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RecordDamaged("The record of seals can't be read") from error


def note_seals(name: str, seals: Iterable[Anchor]) -> int:
    """Add to a round's record those seals that come after its last; return how many.

    They stand on the disk when it returns. Two that note at once note each seal once. A line that
    a crash cut short is taken away first. Raises RecordDamaged, OSError.
    """
    path = _path(name)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        held = file.read()
        whole = held.rfind(b"\n") + 1
        last = max((a.facts.n for a in read_anchors(held[:whole].decode())), default=0)
        new = [seal for seal in seals if seal.facts.n > last]
        file.seek(whole)
        file.truncate()
        file.write("".join(seal.line for seal in new).encode())
        file.flush()
        os.fsync(file.fileno())
    return len(new)


def _path(name: str) -> Path:
    return Path(current_app.config["ANCHOR_DIRECTORY"]) / f"seals-{name}.jsonl"
