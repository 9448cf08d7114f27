"""Postcodes: their shape, what a look-up finds, and what the official directory must hold."""

import re
import unicodedata
from dataclasses import dataclass

_SHAPE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")


class PostcodeRefused(Exception):
    """What was typed hasn't the shape of a postcode; the message says what to type."""

    def __init__(self) -> None:
        super().__init__("Enter your postcode, like AB10 1AB")


@dataclass(frozen=True)
class Placing:
    """Where a postcode puts somebody: all that is kept of it (R31).

    ``place`` is 'matched' (in the council area), 'outside' (known, in another council's area),
    'unmatched' (not in the directory) or 'not_given'. ``zone_code`` is None for the last two;
    ``locality_id`` is set only where matched and localities are defined.
    """

    place: str
    zone_code: str | None = None
    locality_id: int | None = None


def tidy_postcode(typed: str) -> str:
    """Return a postcode as the directory keeps it: capitals, without spaces.

    Raises PostcodeRefused where the text hasn't the shape of a postcode; whether there is such
    a postcode is the directory's to say.

    >>> tidy_postcode(" ab10 1ab")
    'AB101AB'
    """
    text = unicodedata.normalize("NFKC", typed).upper()
    text = re.sub(r"[\s.\-]", "", text)
    if not _SHAPE.fullmatch(text):
        raise PostcodeRefused()
    return text
