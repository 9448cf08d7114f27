"""Who may be a partner, which colour a site may wear, and which file may be its logo."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from engage.web.rules import N_, clean_text, parse_date

#: Kinds of partner (Schedule 1 of the Act; the first six are there, others join by agreement).
KINDS: dict[str, str] = {
    "council": N_("Council"),
    "health_board": N_("Health board"),
    "police": N_("Police Scotland"),
    "fire": N_("Scottish Fire and Rescue Service"),
    "enterprise": N_("Enterprise agency"),
    "college": N_("College"),
    "third_sector": N_("Third sector interface"),
    "other": N_("Another organisation"),
}

#: Whom Schedule 1 names for most areas (R65), for an officer who fills in the list.
SCHEDULE_1: tuple[str, ...] = (
    N_("the council"),
    N_("the health board"),
    N_("Police Scotland"),
    N_("Scottish Fire and Rescue Service"),
    N_("Scottish Enterprise, Highlands and Islands Enterprise or South of Scotland Enterprise"),
    N_("the regional transport partnership"),
    N_("the integration joint board"),
    N_("the regional college and its regional strategic body"),
    N_("the National Park authority, where part of the area is in the Park"),
    N_("Historic Environment Scotland"),
    N_("SEPA"),
    N_("NatureScot"),
    N_("sportscotland"),
    N_("Skills Development Scotland"),
    N_("VisitScotland"),
)

#: What a partner may give so that people can take part (R07), and in what it is counted.
GIVEN: dict[str, str] = {
    "funds": N_("Money"),
    "staff": N_("Staff time"),
    "premises": N_("Rooms"),
    "equipment": N_("Equipment"),
    "data": N_("Data"),
    "expertise": N_("Advice and training"),
}
UNITS: dict[str, str] = {
    "pounds": N_("pounds"),
    "hours": N_("hours"),
    "days": N_("days"),
    "items": N_("items"),
}

#: The least contrast of text with what stands behind it (WCAG 2.2, 1.4.3), and the largest logo.
LEAST_CONTRAST = 4.5
MOST_LOGO_BYTES = 200_000

_PNG = b"\x89PNG\r\n\x1a\n"
#: The darkest grey that our links stand on: the footer's.
_GREY = "#ebebeb"


class ColourRefused(Exception):
    """The colour can't carry the site's text; the message says what to do."""


class LogoRefused(Exception):
    """The file can't be the logo; the message says what to send."""


class PartnerRefused(Exception):
    """The partner can't be added; the message says why."""


class ContributionRefused(Exception):
    """The contribution can't be entered so; the message says what to do."""


def read_days(typed: str) -> list[date]:
    """Return the days of a list, one on each line. Raises ValueError naming the first that is none.

    >>> read_days("5 October 2026\\n28 9 2026")
    [datetime.date(2026, 9, 28), datetime.date(2026, 10, 5)]
    """
    days = set()
    for line in clean_text(typed).split("\n"):
        words = re.split(r"[\s/.-]+", line.strip())
        if words == [""]:
            continue
        try:
            day, month, year = words
            days.add(parse_date(day, month, year))
        except ValueError:
            raise ValueError(line.strip()) from None
    return sorted(days)


def given_table(
    partner_ids: Sequence[int], values: Mapping[tuple[int, str], int]
) -> tuple[list[list[int | None]], list[int]]:
    """Return a row for each partner, of pence by kind and in all, and the sums of the columns.

    None stands where a partner gave nothing of a kind.
    """
    rows: list[list[int | None]] = []
    for partner in partner_ids:
        row = [values.get((partner, kind)) for kind in GIVEN]
        rows.append([*row, _total(row)])
    return rows, [_total(row[place] for row in rows) for place in range(len(GIVEN) + 1)]


def _total(amounts: Iterable[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)


def luminance(colour: str) -> float:
    """Return the relative luminance of “#rrggbb” as WCAG 2.2 defines it: 0 black, 1 white."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2.2 defines it, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def read_colour(typed: str) -> str:
    """Return the colour that was typed as “#rrggbb”.

    Raises ColourRefused for anything else, and for a colour on which white text is hard to read.
    """
    text = "#" + typed.strip().lower().removeprefix("#")
    if not re.fullmatch(r"#[0-9a-f]{6}", text):
        raise ColourRefused("Enter the colour as # and six numbers or letters, like #0065bd")
    ratio = contrast(text, "#ffffff")
    if ratio < LEAST_CONTRAST:
        shown = int(ratio * 10) / 10  # rounded down: 4.49 must not read as 4.5
        raise ColourRefused(
            f"Choose a darker colour. White text on this one has a contrast of {shown} to 1, "
            f"and people need {LEAST_CONTRAST} to 1"
        )
    return text


def read_logo(data: bytes) -> bytes:
    """Return the bytes of a PNG file. Raises LogoRefused for another kind, or one too large."""
    if len(data) > MOST_LOGO_BYTES:
        raise LogoRefused("Choose a logo of 200 kB or less")
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or b"IEND" not in data[-12:]:
        raise LogoRefused("Choose a logo that is a whole PNG file")
    return data


def mixed(colour: str, other: str, part: float) -> str:
    """Return ``colour`` with ``part`` (0 to 1) of ``other`` in it."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def link_colour(colour: str) -> str:
    """Return ``colour``, darkened as far as links on our darkest grey need it."""
    part = 0.0
    while contrast(mixed(colour, "#000000", part), _GREY) < LEAST_CONTRAST:
        part += 0.02
    return mixed(colour, "#000000", part)


def theme_css(colour: str) -> str:
    """Return the style sheet that dresses the Design System in a partnership's colour.

    ``colour`` is one that ``read_colour`` let pass. The rules follow the Design System's own, in
    the same order and with the same weight, so its colours of focus and error stay as they are.
    """
    return _THEME % {
        "brand": colour,
        "link": link_colour(colour),
        "dark": mixed(colour, "#000000", 0.34),
        "light": mixed(colour, "#ffffff", 0.88),
    }


_THEME = """:root {
  --engage-brand: %(brand)s;
  --engage-brand-text: #ffffff;
  --engage-brand-link: %(link)s;
  --engage-brand-dark: %(dark)s;
  --engage-brand-light: %(light)s;
}
a, .ds_link, .ds_accordion-item__header, .ds_accordion-item__indicator, .ds_category-item__link,
.ds_card .ds_icon, .ds_details__summary, .ds_file-upload__input::file-selector-button,
.ds_side-navigation__expand, .ds_site-header__control { color: var(--engage-brand-link); }
a:hover, .ds_link:hover, .ds_accordion-item__header:hover, .ds_details__summary:hover {
  color: var(--engage-brand-dark);
}
a:focus, .ds_link:focus, .ds_accordion-item__header:focus, .ds_details__summary:focus {
  color: #1a1a1a;
}
.ds_button { background: var(--engage-brand); color: var(--engage-brand-text); }
.ds_button:hover { background-color: var(--engage-brand-dark); color: var(--engage-brand-text); }
.ds_button--secondary, .ds_button--cancel {
  background: transparent; color: var(--engage-brand-link);
}
.ds_button--secondary:hover:not(:focus), .ds_button--cancel:hover:not(:focus) {
  background-color: var(--engage-brand-light); color: var(--engage-brand-dark);
}
.ds_button:focus { background-color: #fdd522; color: #1a1a1a; }
.ds_accordion-item__header:hover:not(:focus), .ds_category-item:hover:not(:focus-within),
.ds_pagination__link:hover:not(:focus), .ds_sequential-nav__button:hover:not(:focus),
.ds_side-navigation__link:hover:not(:focus), .ds_site-header__control:hover:not(:focus),
.ds_file-upload__input:hover:not(:focus) {
  background-color: var(--engage-brand-light); color: var(--engage-brand-dark);
}
.ds_site-header::before, .ds_article-aside::before, .ds_contact-details__title::after,
.ds_category-item__link::before, .ds_notification-message--info,
.ds_file-download--highlighted, .ds_side-navigation__link.ds_current::before,
.ds_site-navigation__link.ds_current { border-color: var(--engage-brand); }
.ds_feature-header--background, .ds_site-branding__title::before,
.ds_sequential-nav__button--left::before, .ds_sequential-nav__button--right::before {
  background-color: var(--engage-brand);
}
"""
