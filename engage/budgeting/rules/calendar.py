"""Events as an iCalendar file (RFC 5545), which phones and computers put into a diary."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

#: The longest line in octets, without its end.
LINE = 75


@dataclass(frozen=True)
class Entry:
    """One event as a diary keeps it. ``uid`` never changes; ``sequence`` grows with each change."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    words: str
    url: str
    changed_at: datetime
    sequence: int
    is_cancelled: bool


def calendar(entries: Iterable[Entry]) -> bytes:
    """Return the file: lines end in CRLF and hold 75 octets or fewer.

    A cancelled event stays in it, so that a diary that has it takes it out.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Engage//Events of a fund//EN"]
    for entry in entries:
        lines += _lines(entry)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) + b"\r\n" for line in lines)


def _lines(entry: Entry) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{escape(entry.uid)}",
        f"DTSTAMP:{_instant(entry.changed_at)}",
        f"DTSTART:{_instant(entry.starts_at)}",
        f"DTEND:{_instant(entry.ends_at)}",
        f"SEQUENCE:{entry.sequence}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escape(entry.title)}",
        f"LOCATION:{escape(entry.place)}",
        f"DESCRIPTION:{escape(entry.words)}",
        f"URL:{entry.url}",
        "END:VEVENT",
    ]


def escape(text: str) -> str:
    r"""Return ``text`` as a value: backslashes, commas, semicolons and ends of line are marked.

    >>> escape("Hall, upstairs; ring\r\nthe bell")
    'Hall\\, upstairs\\; ring\\nthe bell'
    """
    marked = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    one_line = "\\n".join(marked.splitlines())
    return "".join(c for c in one_line if c.isprintable())


def fold(line: str) -> bytes:
    """Return a line in UTF-8, cut where it is too long and never inside a character.

    >>> fold("SUMMARY:" + "é" * 40).split(b"\\r\\n ")[0].decode()[-2:]
    'éé'
    """
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode()
        room = LINE if not parts else LINE - 1  # a line that goes on begins with a blank
        if len(part) + len(octets) > room:
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part])


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
