"""Voter codes: 16 characters that are easy to type and hard to guess.

Five name the code (the locator), ten are its secret (50 bits), and the last one catches a slip:
any one wrong character, and any two that changed places.
"""

import secrets
from dataclasses import dataclass

from engage.messages.rules import ALPHABET, in_fours, tidy_code

LOCATOR, SECRET, LENGTH = 5, 10, 16
#: How many codes one batch may hold.
MOST_CODES = 500


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


def new_code(taken: set[str]) -> Code:
    """Return a new random code whose locator is not among ``taken``, and add it there."""
    while (locator := _random(LOCATOR)) in taken:
        pass
    taken.add(locator)
    return Code(locator, _random(SECRET))


def read_code(typed: str) -> Code:
    """Return the code that was typed, with spaces, dashes, small letters, O for 0 or I for 1.

    Raises CodeRefused for what can't be a code because of a slip: no try is counted for it.
    """
    text = tidy_code(typed)
    if len(text) != LENGTH:
        raise CodeRefused(f"Enter all {LENGTH} letters and numbers of your code")
    if any(c not in ALPHABET for c in text) or check_character(text[:-1]) != text[-1]:
        raise CodeRefused("Check your code: one of its letters or numbers is different")
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


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
