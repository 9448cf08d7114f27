"""How a draft is read from plain text."""

import pytest

from engage.plans.rules.drafts import (
    DraftRefused,
    WrittenSection,
    parse_draft,
    priorities_warning,
    written,
)


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("# Paths\nMend them.", [("Paths", ("Mend them.",))]),
        ("# Paths\r\n\r\nMend.\r\n\r\n\r\nLight.\r\n", [("Paths", ("Mend.", "Light."))]),
        ("## Paths ##\nOne line\nand another", [("Paths", ("One line\nand another",))]),
        ("# A\na\n# B\nb", [("A", ("a",)), ("B", ("b",))]),
        ("# A\n#1 in Scotland", [("A", ("#1 in Scotland",))]),
        ("# Frithealadh òigridh\nCùm fosgailte.", [("Frithealadh òigridh", ("Cùm fosgailte.",))]),
    ],
)
def test_a_draft_is_read_into_sections_and_paragraphs(text, sections):
    assert parse_draft(text) == [WrittenSection(*section) for section in sections]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter the text of the draft, with at least one heading"),
        ("  \n \n", "Enter the text of the draft, with at least one heading"),
        ("Mend.\n# Paths\nx", "Put a heading, like “# Housing”, on a line before “Mend.”"),
        ("# Paths\n\n# Housing\nx", "Enter at least one paragraph in section 1, “Paths”"),
        ("# " + "x" * 201 + "\na", "to 200 characters or fewer"),
        ("# ##\na", "Enter words after each “#”"),
    ],
)
def test_a_draft_that_cannot_be_read_says_what_to_do(text, message):
    with pytest.raises(DraftRefused, match=message.replace("(", r"\(")):
        parse_draft(text)


def test_what_is_written_reads_back_the_same():
    sections = parse_draft("# A\na\nb\n\nc\n# B\nd")
    assert parse_draft(written(sections)) == sections


@pytest.mark.requirement("R44")
@pytest.mark.parametrize(("count", "warned"), [(0, False), (6, False), (7, True)])
def test_more_than_six_priorities_draw_a_warning(count, warned):
    assert bool(priorities_warning(count)) is warned
