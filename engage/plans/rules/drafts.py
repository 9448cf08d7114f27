"""How a draft is written as plain text, and how many priorities a plan should have."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engage.web.rules import N_

#: A plan is asked to keep to a small number of priorities (R44); more than this draws a warning.
MANY_PRIORITIES = 6

LONGEST_HEADING = 200


class DraftRefused(Exception):
    """The draft can't be saved or published so; the message says why."""


class PlanRefused(Exception):
    """The plan or priority can't be kept so; the message says why."""


@dataclass(frozen=True)
class WrittenSection:
    """A section as it was written: its heading and its paragraphs, in order."""

    heading: str
    paragraphs: tuple[str, ...]


def parse_draft(text: str) -> list[WrittenSection]:
    """Return the sections of a draft: “# Heading” starts one, an empty line ends a paragraph.

    Raises DraftRefused where text stands before the first heading, or a section is empty.

    >>> parse_draft("# Paths\\nMend them.\\n\\nLight them.")
    [WrittenSection(heading='Paths', paragraphs=('Mend them.', 'Light them.'))]
    """
    sections: list[tuple[str, list[list[str]]]] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        heading = re.match(r"#+\s+(\S.*)$", line.strip())
        if heading:
            sections.append((_heading(heading[1]), [[]]))
        elif not line.strip():
            if sections and sections[-1][1][-1]:
                sections[-1][1].append([])
        elif not sections:
            raise DraftRefused(
                f"Put a heading, like “# Housing”, on a line before “{_start(line)}”"
            )
        else:
            sections[-1][1][-1].append(line.rstrip())
    if not sections:
        raise DraftRefused(N_("Enter the text of the draft, with at least one heading"))
    return [_section(number, *section) for number, section in enumerate(sections, start=1)]


def written(sections: Iterable[WrittenSection]) -> str:
    """Return sections as the text that ``parse_draft`` reads back to the same sections."""
    return "\n\n".join("\n\n".join([f"# {s.heading}", *s.paragraphs]) for s in sections)


def priorities_warning(count: int) -> str:
    """Return a warning where a plan has more priorities than it should (R44), else ''."""
    if count <= MANY_PRIORITIES:
        return ""
    return (
        f"This plan has {count} priorities. Guidance asks for a small number, "
        f"where the partnership adds most: {MANY_PRIORITIES} or fewer."
    )


def _heading(text: str) -> str:
    heading = text.strip().rstrip("#").strip()
    if not heading:
        raise DraftRefused(N_("Enter words after each “#”"))
    if len(heading) > LONGEST_HEADING:
        raise DraftRefused(
            f"Shorten the heading “{_start(heading)}” to {LONGEST_HEADING} characters or fewer"
        )
    return heading


def _section(number: int, heading: str, paragraphs: list[list[str]]) -> WrittenSection:
    texts = tuple("\n".join(lines).strip() for lines in paragraphs if lines)
    if not texts:
        raise DraftRefused(f"Enter at least one paragraph in section {number}, “{_start(heading)}”")
    return WrittenSection(heading, texts)


def _start(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else text[:40].rstrip() + " ..."
