"""Plain rules for what people type and where a redirect may lead."""

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = frozenset("=+-@\t\r")
_CLOCK = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?(am|pm)?$", re.ASCII)
_MAIL_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+\Z")
_MAIL_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])\Z")
#: Controls, surrogates and the marks that can turn a line of text around (Trojan source).
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean_text(typed: str | None) -> str:
    """Return what was typed in composed form (NFC), line ends as LF, without control characters.

    >>> clean_text("  Caf\\u0065\\u0301\\r\\n ")
    'Café'
    """
    if not typed:
        return ""
    text = _UNWANTED.sub("", typed.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text).strip()


def parse_pounds(typed: str) -> int:
    """Return whole pence for an amount like “£1,200” or “1200.50”.

    Raises ValueError for anything else, for a negative amount and for parts of a penny.
    """
    text = typed.strip().removeprefix("£").replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", text):
        raise ValueError(typed)
    try:
        return int(Decimal(text) * 100)
    except InvalidOperation as error:
        raise ValueError(typed) from error


def parse_date(day: str, month: str, year: str) -> date:
    """Return the date that three boxes hold. The month may be a number or an English name.

    Raises ValueError where they don't make a real date, from 1900 to 2199.
    """
    names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    text = month.strip().lower()
    number = names.index(text[:3]) + 1 if text[:3] in names else int(text)
    if not re.fullmatch(r"(19|20|21)[0-9]{2}", year.strip()):
        raise ValueError(year)
    return date(int(year), number, int(day))


def parse_time(typed: str) -> time:
    """Return a time of day for “9am”, “11:59pm”, “17:30”, “17:30:15” or “noon”.

    Raises ValueError for anything else, midnight by name included: it names two instants.
    """
    text = typed.strip().lower().replace(" ", "")
    if text in ("noon", "12noon"):
        return time(12, 0)
    match = _CLOCK.match(text)
    if not match:
        raise ValueError(typed)
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    half = match[4]
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise ValueError(typed)
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif match[2] is None:
        raise ValueError(typed)
    return time(hour, minute, second)


def day_of(at: datetime) -> date:
    """Return the day that an instant falls on in the UK."""
    return at.astimezone(UK).date()


def uk_instant(day: date, at: time) -> datetime:
    """Return the UTC instant of a UK wall-clock time.

    Raises ValueError for a time that the clocks skip in March or pass twice in October, since a
    closing time must name one instant.
    """
    wall = datetime.combine(day, at)
    early, late = (wall.replace(tzinfo=UK, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early != late:
        raise ValueError("the clocks change then")
    return early


def whole_hour_after(at: datetime) -> datetime:
    """Return the first whole hour that isn't before ``at``.

    For what would otherwise tell to the second when somebody came or went.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour if hour == at else hour + timedelta(hours=1)


def split_email(typed: str) -> tuple[str, str] | None:
    """Return the part before the @ and the ASCII host of an e-mail address; None if it isn't one.

    Full-width letters become plain ones. Quoted or non-ASCII names before the @ are not accepted:
    they can hide a second address, and the mail services people use here don't give them out.

    >>> split_email("Aisha@Example.ORG.")
    ('Aisha', 'example.org')
    """
    name, at, host = unicodedata.normalize("NFKC", typed.strip()).rpartition("@")
    try:
        host = host.removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    whole = at and _MAIL_NAME.match(name) and _MAIL_HOST.match(host)
    return (name, host) if whole and len(name) <= 64 and len(host) <= 189 else None


def safe_next(target: str | None) -> str | None:
    """Return ``target`` if it is a path on this site, else None (no open redirect).

    >>> safe_next("//evil.example") is None
    True
    """
    if not target or not target.startswith("/") or target[:2] in ("//", "/\\"):
        return None
    return None if re.search(r"[\x00-\x20\\]", target) else target


def slug_for(title: str, taken: Collection[str]) -> str:
    """Return plain words for an address, different from all in ``taken``.

    >>> slug_for("Mastrick: locality plan!", {"mastrick-locality-plan"})
    'mastrick-locality-plan-2'
    >>> slug_for("Castlehill's wee grants", set())
    'castlehills-wee-grants'
    """
    plain = unicodedata.normalize("NFKD", re.sub("['’‘ʼ]", "", title))
    ascii_only = plain.encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:80] or "page"
    number, unique = 1, slug
    while unique in taken:
        number += 1
        unique = f"{slug}-{number}"
    return unique


def N_(text: str) -> str:  # noqa: N802 - the name by which Babel's extraction knows it
    """Mark ``text`` for the catalogues and return it as it is; the page translates it.

    For words that stand in rules, which know no language.
    """
    return text


def safe_cell(value: Any) -> Any:
    """Return ``value`` as a cell that no spreadsheet runs."""
    if isinstance(value, str):
        text = value.replace("\x00", "") if "\x00" in value else value
        return "'" + text if text[:1] in _FORMULA else text
    return "" if value is None else value
