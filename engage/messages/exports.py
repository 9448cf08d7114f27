"""Letters to print, fold and post."""

from collections.abc import Iterable

from flask_babel import force_locale

from engage.messages.models import Errand
from engage.web.filters import long_date
from engage.web.printing import Sheet

#: Points of the text, and millimetres of a line, in ordinary and in large print.
SIZES = {"plain": (11, 5.5), "large_print": (18, 9.0)}
LEFT, TOP, WIDTH, BOTTOM = 25.0, 50.0, 160.0, 275.0


def letters(errands: Iterable[Errand], sender: str, font: str = "") -> tuple[bytes, list[Errand]]:
    """Return a PDF with a letter for each errand, and those that its font can't show.

    The address stands where the window of an envelope is.
    """
    sheet, left_out = Sheet("Letters", font), []
    with force_locale("en_GB"):
        for errand in errands:
            text = "\n\n".join((long_date(errand.created_at), errand.subject, errand.body, sender))
            if sheet.can_show(text + errand.reader):
                _write(sheet, errand, text)
            else:
                left_out.append(errand)
    if not sheet.pages_count:
        sheet.add_page()
    return bytes(sheet.output()), left_out


def _write(sheet: Sheet, errand: Errand, text: str) -> None:
    size, height = SIZES.get(errand.form, SIZES["plain"])
    sheet.add_page()
    sheet.set_font(sheet.family, size=11)
    sheet.write_lines(errand.reader.split("\n")[:7], LEFT, TOP, 5.5)
    sheet.set_font(sheet.family, size=size)
    down = TOP + 50
    for paragraph in text.split("\n"):
        for line in sheet.lines_of(paragraph, WIDTH, 1000) or [""]:
            if down > BOTTOM:
                sheet.add_page()
                down = 25.0
            down = sheet.write_lines([line], LEFT, down, height)
