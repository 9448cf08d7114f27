"""The recovery sheet: keys on paper, in lines that a person can type back.

A key is four lines of 16 letters and numbers with a check character each. The check covers the
line's own number too, so a slip or a line in the wrong place is found at its line. The end of the
fourth line shows that all four belong together, and to which key.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from engage.budgeting.rules.ballots import joined
from engage.budgeting.rules.codes import check_character
from engage.messages.rules import ALPHABET, crockford, in_fours, tidy_code

#: Lines of one key; letters and numbers of a line before its check; bytes that prove the whole.
LINES, LENGTH, PROOF = 4, 16, 8
KEY_BYTES = 32


class SheetRefused(Exception):
    """The lines that were typed are not a recovery sheet's; ``faults`` says it line by line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = list(faults)


def sheet_of(keys: Mapping[str, bytes]) -> list[str]:
    """Return the lines of a sheet that holds ``keys``, in their order, by name.

    >>> sheet_of({"round-1": bytes(32)})[0]
    '0000-0000-0000-0000-4'
    """
    parts = [
        text[start : start + LENGTH]
        for name, key in keys.items()
        for text in [crockford(key + _proof(name, key))]
        for start in range(0, len(text), LENGTH)
    ]
    return [in_fours(part) + f"-{_check(n, part)}" for n, part in enumerate(parts, 1)]


def mark_of(keys: Mapping[str, bytes]) -> str:
    """Return what a sheet is known by. The keys can't be worked out from it."""
    fields = [field for name, key in keys.items() for field in (name, key)]
    return hashlib.sha256(joined("sheetmark1", *fields)).hexdigest()[:32]


def read_sheet(typed: str, names: Sequence[str]) -> dict[str, bytes]:
    """Return the keys that the lines of a sheet hold, by name. Raises SheetRefused.

    Spaces, dashes and small letters don't matter; O is read as 0, I and L as 1. A line may start
    with its number, as it is printed.
    """
    lines = [tidy_code(line) for line in typed.splitlines() if tidy_code(line)]
    wanted = LINES * len(names)
    if len(lines) != wanted:
        raise SheetRefused([f"Type all {wanted} lines of the sheet: {len(lines)} are here"])
    parts = [_without_number(n, line) for n, line in enumerate(lines, 1)]
    faults = [fault for n, part in enumerate(parts, 1) for fault in _faults(n, part)]
    if faults:
        raise SheetRefused(faults)
    keys = {}
    for index, name in enumerate(names):
        own = parts[index * LINES : (index + 1) * LINES]
        data = _bytes("".join(part[:LENGTH] for part in own))
        keys[name], proof = data[:KEY_BYTES], data[KEY_BYTES:]
        if proof != _proof(name, keys[name]):
            raise SheetRefused(["This is the sheet of something else: check its heading"])
    return keys


def _without_number(n: int, line: str) -> str:
    number = str(n)
    extra = len(line) == LENGTH + 1 + len(number)
    return line.removeprefix(number) if extra else line


def _faults(n: int, part: str) -> Iterator[str]:
    if len(part) != LENGTH + 1:
        yield f"Line {n} has {LENGTH + 1} letters and numbers on the sheet: {len(part)} are here"
    elif any(c not in ALPHABET for c in part) or _check(n, part[:LENGTH]) != part[LENGTH]:
        yield f"Check line {n}: one of its letters or numbers is different"


def _check(n: int, part: str) -> str:
    return check_character(ALPHABET[n] + part)


def _proof(name: str, key: bytes) -> bytes:
    return hashlib.sha256(joined("sheet1", name, key)).digest()[:PROOF]


def _bytes(text: str) -> bytes:
    value = 0
    for character in text:
        value = value << 5 | ALPHABET.index(character)
    return value.to_bytes(KEY_BYTES + PROOF, "big")
