"""How the site writes times, money, numbers and shares; the docstrings show what comes out."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import format_date as babel_date
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

UK = ZoneInfo("Europe/London")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def uk_time(at: datetime) -> str:
    """A time of day in the UK: “9am”, “11:59pm”, “noon”. Seconds that are begun are left out."""
    return exact_time(at.replace(second=0))


def exact_time(at: datetime) -> str:
    """A time of day as ``uk_time`` writes it, with the seconds where there are any: “9:00:12am”."""
    local = at.astimezone(UK)
    if (local.hour, local.minute, local.second) == (12, 0, 0):
        return "noon"
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    if local.second:
        return f"{hour}:{local.minute:02d}:{local.second:02d}{half}"
    return f"{hour}:{local.minute:02d}{half}" if local.minute else f"{hour}{half}"


def long_date(day: date | datetime | None) -> str:
    """A day: “29 March 2026”, in Gaelic “29mh dhen Mhàrt 2026”. '' for none."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(UK).date()
    return _long_date(day, _tongue())


def _tongue() -> str:
    locale = get_locale()
    return "en" if locale is None else locale.language


@lru_cache(maxsize=1000)
def _long_date(day: date, language: str) -> str:
    return babel_date(day, "d MMMM y" if language != "gd" else "long")


def month_name(day: date) -> str:
    """A month: “March 2026”, in Gaelic “Am Màrt 2026”."""
    return babel_date(day, "LLLL y")


def long_instant(at: datetime | None) -> str:
    """An instant: “11:59pm on Sunday 29 March 2026 (UK time)”. '' for none."""
    return "" if at is None else _long_instant(at.replace(second=0), _tongue())


def exact_instant(at: datetime | None) -> str:
    """An instant with its seconds, for a trail or a seal that is compared. '' for none."""
    return "" if at is None else _long_instant(at, _tongue())


@lru_cache(maxsize=1000)
def _long_instant(at: datetime, language: str) -> str:
    """Write an instant in the reader's language, once: pages say the same few again and again."""
    day = at.astimezone(UK).date()
    weekday = babel_date(day, "EEEE")
    return gettext(
        "%(time)s on %(weekday)s %(date)s (UK time)",
        time=exact_time(at),
        weekday=weekday,
        date=long_date(day),
    )


def time_left(until: datetime, at: datetime) -> str:
    """How long is left, in words: “3 days left”, “5 hours left”, “closed”."""
    seconds = (until - at).total_seconds()
    if seconds <= 0:
        return gettext("closed")
    days, hours = int(seconds // 86400), int(seconds // 3600)
    if days >= 1:
        return ngettext("%(num)d day left", "%(num)d days left", days)
    if hours >= 1:
        return ngettext("%(num)d hour left", "%(num)d hours left", hours)
    minutes = max(1, int(seconds // 60))
    return ngettext("%(num)d minute left", "%(num)d minutes left", minutes)


def money(pence: int | None) -> str:
    """Whole pence as pounds: 120000 is “£1,200”, 120050 is “£1,200.50”. '' for none."""
    if pence is None:
        return ""
    sign = "-" if pence < 0 else ""
    pounds, rest = divmod(abs(pence), 100)
    return f"{sign}£{pounds:,}" if not rest else f"{sign}£{pounds:,}.{rest:02d}"


def number(value: int | float | None) -> str:
    """A number with thousands set off: “5,466,000”. An en dash for none."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def share(part: int, whole: int) -> str:
    """A percentage with its base: “62% (31 of 50)”; of nothing: “none of 0”."""
    if not whole:
        return gettext("none of 0")
    return gettext(
        "%(percent)d%% (%(part)s of %(whole)s)",
        percent=round(100 * part / whole),
        part=number(part),
        whole=number(whole),
    )


def words(value: int) -> str:
    """A number under ten in words: “three”; others in figures."""
    return WORDS[value] if 0 <= value < 10 else number(value)


def own_links(text: str) -> Markup:
    """A text in which the addresses of this site lead there; all else stays as it was written."""
    base = current_app.config["BASE_URL"]
    parts = re.split(rf"({re.escape(base)}/[^\s<>\"']*[^\s<>\"'.,;:!?)])", text)
    return Markup("").join(
        Markup('<a href="{}">{}</a>').format(part.removeprefix(base), part) if number % 2 else part
        for number, part in enumerate(parts)
    )


def listed(things: Iterable[object]) -> str:
    """Things one after another, as they are said: “1”, “1 and 2”, “1, 2 and 5”. '' for none."""
    *before, last = [str(thing) for thing in things] or [""]
    if not before:
        return last
    return gettext("%(before)s and %(last)s", before=", ".join(before), last=last)


def ages(ends: tuple[int, int | None]) -> str:
    """A band of ages by its first and last year: “8 to 11”, “11”, “65 and over”."""
    first, last = ends
    if last is None:
        return gettext("%(age)s and over", age=first)
    if first == last:
        return str(first)
    return gettext("%(first)s to %(last)s", first=first, last=last)


ALL = (
    ages, uk_time, long_date, long_instant, exact_instant, time_left, money, number, share, words,
    listed, month_name, own_links,
)  # fmt: skip
