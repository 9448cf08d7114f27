"""Voter codes: 16 characters that are easy to type and hard to guess.

Five name the code (the locator), ten are its secret (50 bits), and the last one catches a slip:
any one wrong character, and any two that changed places.

Codes are made in batches. A batch is a random name and a number; what stands on its cards follows
from the name under the server's key. So whoever issued it can have the codes once more in a
second request, and nobody keeps them.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice

from engage.budgeting.rules.ballots import keyed
from engage.messages.rules import ALPHABET, crockford, in_fours, tidy_code

LOCATOR, SECRET, LENGTH = 5, 10, 16
#: How many codes are made while somebody waits for a page: a few seconds on a slow machine.
AT_ONCE = 20
#: How many codes one batch may hold that an officer asks for on a page, and altogether.
MOST_CODES, MOST_CODES_EVER = 20_000, 50_000
#: How many codes of a batch are made before they are kept and somebody is told how far it is.
PART = 50


class CodeRefused(Exception):
    """The code doesn't open a vote. Wrong, void and unknown codes are told the same."""


@dataclass(frozen=True)
class Code:
    """A voter code in its parts. Only the locator and a hash of the secret are ever kept."""

    locator: str
    secret: str

    @property
    def text(self) -> str:
        """The code as it is printed: “XXXX-XXXX-XXXX-XXXX”."""
        return in_fours(self.locator + self.secret + check_character(self.locator + self.secret))


@dataclass(frozen=True)
class Batch:
    """So many codes under one name; ``skipped`` are the places whose locator was taken."""

    name: str
    number: int
    skipped: tuple[int, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What the trail calls it: the name alone, under the key, would give the codes."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:16]


def new_batch(key: bytes, round_id: int, number: int, taken: Collection[str]) -> Batch:
    """Return a new batch of ``number`` codes whose locators differ and are not among ``taken``."""
    name, seen, skipped = secrets.token_hex(16), set(taken), []
    for place in count():
        locator = _code_at(key, round_id, name, place).locator
        if locator in seen:
            skipped.append(place)
        seen.add(locator)
        if place + 1 - len(skipped) == number:
            break
    return Batch(name, number, tuple(skipped))


def codes_of(key: bytes, round_id: int, batch: Batch) -> list[Code]:
    """Return the codes of a batch: always the same ones under this key, others under another."""
    places = (place for place in count() if place not in batch.skipped)
    return [_code_at(key, round_id, batch.name, place) for place in islice(places, batch.number)]


def minutes_left(made: int, number: int, so_far: timedelta) -> int | None:
    """Return about how many minutes the rest of a batch takes; None before the first codes.

    >>> minutes_left(500, 2000, timedelta(minutes=1))
    3
    """
    if not made:
        return None
    return max(1, round(so_far * (number - made) / made / timedelta(minutes=1)))


def _code_at(key: bytes, round_id: int, name: str, place: int) -> Code:
    text = crockford(keyed(key, "batch1", round_id, name, place))
    return Code(text[:LOCATOR], text[LOCATOR : LOCATOR + SECRET])


def read_code(typed: str, *, whose: str = "your") -> Code:
    """Return the code that was typed, with spaces, dashes, small letters, O for 0 or I for 1.

    Raises CodeRefused for what can't be a code because of a slip: no try is counted for it.
    ``whose`` is “their” where an officer types the code of somebody else.
    """
    text = tidy_code(typed)
    if len(text) != LENGTH:
        raise CodeRefused(f"Enter all {LENGTH} letters and numbers of {whose} code")
    if any(c not in ALPHABET for c in text) or check_character(text[:-1]) != text[-1]:
        raise CodeRefused(f"Check {whose} code: one of its letters or numbers is different")
    return Code(text[:LOCATOR], text[LOCATOR:-1])


def check_character(text: str) -> str:
    """Return the character that makes ``text`` a code word over the field of 32 elements.

    Each place weighs another power of two in GF(32), and there are fewer places than powers, so
    any one changed character and any swap of two gives another check character.

    >>> check_character("7H2K9") != check_character("H72K9")
    True
    """
    total = 0
    for character in text:
        total = _doubled(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _doubled(value: int) -> int:
    """Return ``value`` times two in GF(32), modulo x^5 + x^2 + 1."""
    return (value << 1) ^ 0b100101 if value & 0b10000 else value << 1
