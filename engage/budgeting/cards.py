"""Codes on paper: cards to cut out, letters to fold, and a list, all made of the same codes.

The QR code leads to the page where a code is typed, and holds no code. A code behind a “#” would
not reach our logs, but it would stay in the history of a borrowed phone or a library's computer,
and many scanners send what they read to a service of their own. Sixteen letters are typed in half
a minute; a code that leaked is a vote.

Where the print font lacks a letter of the title (see engage.web.printing), the address of the
fund's page stands in its place.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from engage.budgeting.models import Round
from engage.budgeting.rules.codes import Code
from engage.partners.queries import partnership
from engage.web.filters import long_instant
from engage.web.pages import absolute_url
from engage.web.printing import CODE, Sheet, qr_picture
from engage.web.rules import safe_cell

#: An A4 page holds two columns of four cards, each of the size A7.
WIDTH, HEIGHT, ACROSS, DOWN = 105.0, 74.25, 2, 4
EDGE = 8.0
#: Where a letter is folded twice, for a long envelope.
FOLDS = (99.0, 198.0)


@dataclass(frozen=True)
class CardWords:
    """What stands on paper beside a code; ``page`` is the fund's own address."""

    title: str
    who: str
    until: str
    help: str
    address: str
    page: str
    partnership: str


def card_words(round_: Round) -> CardWords:
    """Return what stands on paper beside a code of this round."""
    ours = partnership()
    help_ = [_("Phone %(number)s.", number=ours.contact_phone)] if ours.contact_phone else []
    if ours.contact_email:
        help_.append(_("Email %(address)s.", address=ours.contact_email))
    return CardWords(
        title=round_.engagement.title,
        who=round_.who_may_vote,
        until=long_instant(round_.voting_closes_at),
        help=" ".join([_("Need a person?"), *help_]) if help_ else "",
        address=absolute_url("voting.start"),
        page=absolute_url("rounds.show", slug=round_.engagement.slug),
        partnership=ours.name,
    )


def shown_words(words: CardWords, font: str = "") -> CardWords:
    """Return the words as the print font can show them: for the others, where they stand."""
    sheet = Sheet("", font)
    where = _short(words.page)
    title = words.title if sheet.can_show(words.title) else where
    who = words.who if sheet.can_show(words.who) else _("See %(page)s", page=where)
    name = words.partnership if sheet.can_show(words.partnership) else ""
    return replace(words, title=title, who=who, partnership=name)


def cards_pdf(codes: Sequence[Code], words: CardWords, font: str = "") -> bytes:
    """Return cards with cut lines, eight on a page."""
    words = shown_words(words, font)
    sheet = Sheet(_("Voting cards"), font)
    sheet.set_font(sheet.family, size=8)
    drawn = _card_parts(sheet, words)
    picture = qr_picture(words.address)
    for number, code in enumerate(codes):
        place = number % (ACROSS * DOWN)
        if place == 0:
            sheet.add_page()
            _cut_lines(sheet)
        x, y = WIDTH * (place % ACROSS), HEIGHT * (place // ACROSS)
        for part in drawn:
            sheet.set_font(sheet.family, part.style, part.size)
            sheet.write_lines(part.lines, x + part.x, y + part.y, part.size * 0.45)
        sheet.image(picture, x + WIDTH - 33, y + 35, 27)
        _write_code(sheet, code, x + EDGE, y + 30.5, 17)
        sheet.set_font(sheet.family, size=6)
        sheet.text(x + WIDTH - 30, y + 66.5, _("Card %(number)s", number=f"{number + 1:,}"))
    return bytes(sheet.output())


@dataclass(frozen=True)
class _Part:
    lines: list[str]
    x: float
    y: float
    size: float
    style: str = ""


def _card_parts(sheet: Sheet, words: CardWords) -> list[_Part]:
    """Break what is the same on each card into lines, once."""
    full, beside = WIDTH - 2 * EDGE, WIDTH - EDGE - 34
    parts = []

    def add(text: str, y: float, size: float, most: int, width: float, style: str = "") -> None:
        sheet.set_font(sheet.family, style, size)
        parts.append(_Part(sheet.lines_of(text, width, most), EDGE, y, size, style))

    add(words.title, 11, 13, 2, full, "B")
    add(_("Your voting code"), 24, 8, 1, full)
    how = _("Scan the square, or go to %(page)s. Then type the code.", page=_short(words.address))
    add(how, 38, 8, 3, beside)
    add(_("Vote before %(when)s.", when=words.until), 49, 8, 2, beside, "B")
    add(_("Who may vote: %(who)s", who=words.who), 57.5, 6.5, 2, beside)
    if words.help:
        add(words.help, 64.5, 6.5, 2, beside)
    return parts


def letters_pdf(codes: Sequence[Code], words: CardWords, font: str = "") -> bytes:
    """Return letters, one on a page, with marks where to fold and room for an address."""
    words = shown_words(words, font)
    sheet = Sheet(_("Letters with voting codes"), font)
    sheet.set_font(sheet.family, size=11)
    steps = _letter_steps(sheet, words)
    heading = _heading(sheet, words)
    picture = qr_picture(words.address)
    for number, code in enumerate(codes, start=1):
        sheet.add_page()
        for fold in FOLDS:
            sheet.line(0, fold, 5, fold)
        sheet.set_font(sheet.family, size=9)
        sheet.text(20, 20, words.partnership)
        sheet.text(20, 285, _("Letter %(number)s", number=f"{number:,}"))
        sheet.set_font(sheet.family, "B", 16)
        y = sheet.write_lines(heading, 20, 112, 7.5)
        sheet.set_font(sheet.family, size=11)
        sheet.text(20, y + 4, _("Your voting code"))
        _write_code(sheet, code, 20, y + 15, 24)
        sheet.image(picture, 150, y + 19, 42)
        sheet.set_font(sheet.family, size=11)
        sheet.write_lines(steps, 20, y + 28, 5.6)
    return bytes(sheet.output())


def _heading(sheet: Sheet, words: CardWords) -> list[str]:
    sheet.set_font(sheet.family, "B", 16)
    lines = sheet.lines_of(_("Vote in %(title)s", title=words.title), 170, 3)
    sheet.set_font(sheet.family, size=11)
    return lines


def _letter_steps(sheet: Sheet, words: CardWords) -> list[str]:
    """Return what a letter says under its code, broken into lines beside the QR code."""
    told = [
        (_("1. Scan the square, or go to %(page)s", page=_short(words.address)), 2),
        (_("2. Type the code. Capitals, spaces and dashes do not matter."), 2),
        (_("3. Choose your projects, send your vote and keep your receipt."), 2),
        ("", 1),
        (_("Vote before %(when)s.", when=words.until), 2),
        (_("Who may vote: %(who)s", who=words.who), 6),
        ("", 1),
        (_("The code is for you alone. Nobody can see from it how you vote."), 2),
        (words.help, 3),
    ]
    lines: list[str] = []
    for text, most in told:
        lines += sheet.lines_of(text, 120, most) if text else [""]
    return lines


def codes_csv(codes: Sequence[Code], words: CardWords) -> bytes:
    """Return the codes as a file for a print shop or a mail merge."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_("Number"), _("Voting code"), _("Where to vote")])
    for number, code in enumerate(codes, start=1):
        writer.writerow([number, safe_cell(code.text), words.address])
    return out.getvalue().encode("utf-8-sig")


#: The shapes in which codes are handed over: the end of the file's name, and what makes it.
SHAPES: dict[str, tuple[str, Callable[[Sequence[Code], CardWords, str], bytes]]] = {
    "cards": ("voting-cards-%s.pdf", cards_pdf),
    "letters": ("voting-letters-%s.pdf", letters_pdf),
    "csv": ("voting-codes-%s.csv", lambda codes, words, font: codes_csv(codes, words)),
}
TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "zip": "application/zip"}


def print_codes(
    codes: Sequence[Code], words: CardWords, shape: str, slug: str, font: str = ""
) -> tuple[str, bytes]:
    """Return a file's name and content: ``shape`` is one of SHAPES, or “all” for a ZIP of them."""
    if shape != "all":
        name, make = SHAPES[shape]
        return name % slug, make(codes, words, font)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, make in SHAPES.values():
            file.writestr(name % slug, make(codes, words, font))
    return f"voting-codes-{slug}.zip", packed.getvalue()


def _short(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def _cut_lines(sheet: Sheet) -> None:
    sheet.set_draw_color(150)
    sheet.set_dash_pattern(dash=2, gap=2)
    for column in range(1, ACROSS):
        sheet.line(WIDTH * column, 0, WIDTH * column, HEIGHT * DOWN)
    for row in range(1, DOWN):
        sheet.line(0, HEIGHT * row, WIDTH * ACROSS, HEIGHT * row)
    sheet.set_dash_pattern()
    sheet.set_draw_color(0)


def _write_code(sheet: Sheet, code: Code, x: float, y: float, size: float) -> None:
    sheet.set_font(CODE, "B", size)
    sheet.text(x, y, code.text.replace("-", " "))
