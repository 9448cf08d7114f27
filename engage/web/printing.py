"""Sheets to print: PDF pages whose text breaks on no letter.

A PDF viewer brings Helvetica along, whose letters cover English, Gaelic and most of western Europe
(Windows-1252). For everything else the operator may name a TrueType font in PRINT_FONT, of which
the letters that are used go into the file. What neither can show is never turned into question
marks: ``can_show`` says so beforehand, and the caller prints something else, such as an address.
"""

import io
import re
from collections.abc import Sequence
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

#: What the letters of the fonts inside every viewer are.
WITHIN = "windows-1252"
#: Everything on a sheet is this font; codes are set in Courier, whose letters differ most.
OWN, CODE = "print", "courier"


class Sheet(FPDF):
    """A4 pages in millimetres, without margins and page breaks of its own."""

    def __init__(self, title: str, font: str = "") -> None:
        super().__init__(unit="mm", format="A4")
        self.core_fonts_encoding = WITHIN
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.set_title(title)
        self.family = OWN if font else "helvetica"
        self.widths: dict[tuple[str, str, float, str], float] = {}
        if font:
            for style in ("", "B"):
                self.add_font(OWN, style, Path(font))

    def can_show(self, text: str) -> bool:
        """Say whether this sheet's font has every letter of ``text``."""
        own = self.fonts.get(OWN)
        if isinstance(own, TTFFont):
            return all(ord(letter) in own.cmap for letter in text if not letter.isspace())
        try:
            text.encode(WITHIN)
        except UnicodeEncodeError:
            return False
        return True

    def lines_of(self, text: str, width: float, most: int) -> list[str]:
        """Return ``text`` broken into lines of ``width`` in the font that is set.

        More lines than ``most`` are cut off, and the last one ends with three dots.
        """
        lines, filled, space = [""], 0.0, self.width_of(" ")
        for word in text.split():
            wide = self.width_of(word)
            if lines[-1] and filled + space + wide <= width:
                lines[-1], filled = f"{lines[-1]} {word}", filled + space + wide
            elif wide <= width:
                lines.append(word)
                filled = wide
            else:
                lines += self._parts(word, width)
                filled = self.width_of(lines[-1])
        lines = lines if lines[0] else lines[1:]
        if len(lines) <= most:
            return lines
        last = lines[most - 1]
        while last and self.get_string_width(f"{last}...") > width:
            last = last[:-1]
        return [*lines[: most - 1], f"{last.rstrip(' .')}..."]

    def width_of(self, word: str) -> float:
        """Return how wide a word is in the font that is set; letters say the same ones again."""
        key = (self.font_family, self.font_style, self.font_size_pt, word)
        if key not in self.widths:
            self.widths[key] = self.get_string_width(word)
        return self.widths[key]

    def _parts(self, word: str, width: float) -> list[str]:
        """Break a word that is wider than a line: after a stroke or a dash, or else anywhere."""
        parts = [""]
        for part in re.findall(r"[^/-]+[/-]*|[/-]+", word):
            if parts[-1] and self.get_string_width(parts[-1] + part) > width:
                parts.append("")
            for letter in part:
                if self.get_string_width(parts[-1] + letter) > width:
                    parts.append("")
                parts[-1] += letter
        return parts

    def write_lines(self, lines: Sequence[str], x: float, y: float, height: float) -> float:
        """Write lines one under the other from ``y`` on; return where the next would stand."""
        for line in lines:
            self.text(x, y, line)
            y += height
        return y


def qr_picture(text: str) -> io.BytesIO:
    """Return a QR code of ``text`` as a PNG with the white edge that it needs."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    picture.seek(0)
    return picture
