"""Lists of people who may vote: two facts about each, one spelling for all, and never a name.

The facts are read, made canonical and hashed under the server's identity key. What a voter types
is treated the same way, so that “003 14” finds “314” and “27 March 2010” finds “27/03/2010”.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engage.budgeting.rules.ballots import keyed
from engage.places.rules import PostcodeRefused, tidy_postcode
from engage.places.rules.files import Fault, read_table, refuse_if, repeated
from engage.web.rules import parse_date

#: The longest fact that is read.
MOST_FACT = 100


class FactKind(StrEnum):
    """What a fact is, and so how it is spelled."""

    NUMBER = "number"
    DATE = "date"
    POSTCODE = "postcode"
    TEXT = "text"


class FactRefused(Exception):
    """What was typed hasn't the shape of this fact; the message says what to type."""


@dataclass(frozen=True)
class Fact:
    """One thing that is asked, in the officer's words: “Young Scot card number”."""

    words: str
    kind: str


@dataclass(frozen=True)
class Facts:
    """The two things that a list asks for. Only one person has the first: a card's number, say."""

    first: Fact
    second: Fact


@dataclass(frozen=True)
class Known:
    """Two facts about one person in their one spelling, from this line of a file."""

    first: str
    second: str
    line: int = 0


def canonical(kind: str, typed: str) -> str:
    """Return the one spelling of a fact. Raises FactRefused where it hasn't the kind's shape.

    >>> canonical("number", "0003 14"), canonical("text", "AB-12 é")
    ('314', 'ab12e')
    """
    text = unicodedata.normalize("NFKC", typed).strip()[:MOST_FACT]
    match FactKind(kind):
        case FactKind.NUMBER:
            return _number(text)
        case FactKind.DATE:
            return _date(text)
        case FactKind.POSTCODE:
            try:
                return tidy_postcode(text)
            except PostcodeRefused as refusal:
                raise FactRefused("Enter a postcode, like AB10 1AB") from refusal
        case FactKind.TEXT:
            return _text(text)


def _number(text: str) -> str:
    """Drop spaces, dashes and zeros at the start, which spreadsheets drop as well."""
    digits = re.sub(r"[\s.\-\u2010-\u2015/]", "", text)
    if not (digits.isascii() and digits.isdigit()):
        raise FactRefused("Enter a number, like 6335 0000 1234")
    return digits.lstrip("0") or "0"


def _date(text: str) -> str:
    parts = re.split(r"[\s./\-\u2010-\u2015,]+", text)
    if len(parts) == 3 and re.fullmatch(r"\d{4}", parts[0]):
        parts.reverse()
    try:
        day, month, year = parts
        return parse_date(re.sub(r"(?<=\d)(st|nd|rd|th)$", "", day), month, year).isoformat()
    except ValueError as error:
        raise FactRefused("Enter a date, like 27 3 2010") from error


def birthday(facts: Facts, typed: tuple[str, str]) -> date | None:
    """Return the date of birth among two facts that were typed; None where neither is one.

    A date may be any date. It is one of birth where the officer's own words for it say so.
    """
    for fact, text in zip((facts.first, facts.second), typed, strict=True):
        if _is_birthday(fact):
            return date.fromisoformat(canonical(fact.kind, text))
    return None


def tells_birthday(facts: Facts) -> bool:
    """Say whether one of two facts is a date of birth."""
    return _is_birthday(facts.first) or _is_birthday(facts.second)


def _is_birthday(fact: Fact) -> bool:
    said = re.search("birth|born|breith|rugadh", fact.words.lower())
    return fact.kind == FactKind.DATE and said is not None


def _text(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in plain if c.isalnum())
    if not kept:
        raise FactRefused("Enter letters or numbers")
    return kept


def facts_key(identity_key: bytes, round_id: int, first: str, second: str) -> bytes:
    """Return the keyed hash of both facts, by which one round knows one person on its list."""
    return keyed(identity_key, "list1", round_id, first, second)


def first_key(identity_key: bytes, round_id: int, first: str) -> bytes:
    """Return the keyed hash of the first fact: nobody stands on a list twice."""
    return keyed(identity_key, "list1 first", round_id, first)


def read_list(data: bytes, facts: Facts) -> list[Known]:
    """Read a CSV list; its heading names both facts as ``facts`` does, in any case.

    Other columns are not read. Raises ImportRefused with every bad line and no word of what
    stands on it: a fact that is missing or hasn't its shape, somebody who stands twice.
    """
    table = read_table(data)
    columns = {name.casefold(): name for name in table.columns}
    named = [columns.get(fact.words.casefold(), fact.words) for fact in (facts.first, facts.second)]
    table.require(named)
    known, faults = [], list(table.faults)
    for row in table.rows:
        spelled = [
            _spell(row[column], fact, row.line, faults)
            for column, fact in zip(named, (facts.first, facts.second), strict=True)
        ]
        if all(spelled):
            known.append(Known(spelled[0], spelled[1], row.line))
    faults += _twice(known, facts.first.words)
    refuse_if(faults)
    return known


def _spell(cell: str, fact: Fact, line: int, faults: list[Fault]) -> str:
    if not cell:
        faults.append(Fault(line, f"“{fact.words}” is empty."))
        return ""
    try:
        return canonical(fact.kind, cell)
    except FactRefused:
        faults.append(Fault(line, f"“{fact.words}” is not a {fact.kind}."))
        return ""


def _twice(known: list[Known], words: str) -> Iterator[Fault]:
    """Yield a fault for each first fact that stood before, without saying what it is."""
    places = {one.first: number for number, one in enumerate(reversed(known))}
    found = [(one.line, str(places[one.first])) for one in known]
    for fault in repeated(found, "{}"):
        where = fault.reason.partition(": ")[2]
        yield Fault(fault.line, f"The same “{words}” stands twice: {where}")
