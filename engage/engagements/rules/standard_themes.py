"""The 14 themes of Place Standard, in the versions of the tool: labels are data, axes are not."""

from collections.abc import Sequence
from dataclasses import dataclass

from engage.web.rules import N_


@dataclass(frozen=True)
class ThemeText:
    """One theme as a version words it. ``axis`` names the same theme in every version."""

    axis: str
    label: str
    prompt: str


@dataclass(frozen=True)
class VersionText:
    """One version of the tool: what it calls its themes, in their order, and where from."""

    name: str
    source: str
    themes: tuple[ThemeText, ...]
    is_used: bool = False


def _themes(*changed: tuple[str, str]) -> tuple[ThemeText, ...]:
    labels = dict(changed)
    return tuple(ThemeText(axis, labels.get(axis, label), prompt) for axis, label, prompt in _FIRST)


#: The themes by axis, as the first version calls them; what each asks is worded by us.
_FIRST = (
    (
        "moving",
        N_("Moving around"),
        N_("Can people walk, wheel and cycle safely to where they want to go?"),
    ),
    (
        "transport",
        N_("Public transport"),
        N_("Do buses, trains and ferries take people where they need to be, when they need it?"),
    ),
    (
        "traffic",
        N_("Traffic and parking"),
        N_("Do traffic and parking leave room for people, and keep them safe?"),
    ),
    (
        "streets",
        N_("Streets and spaces"),
        N_("Are the streets, squares and buildings pleasant to be in and easy to find?"),
    ),
    ("natural", N_("Natural space"), N_("Can everybody get to good green or wild places nearby?")),
    (
        "play",
        N_("Play and recreation"),
        N_("Are there enough good places to play, do sport and spend time?"),
    ),
    (
        "facilities",
        N_("Facilities and amenities"),
        N_("Are shops, schools, surgeries and libraries within reach, and do they meet needs?"),
    ),
    (
        "work",
        N_("Work and local economy"),
        N_("Can people find work, training and ways to start a business here?"),
    ),
    (
        "housing",
        N_("Housing and community"),
        N_("Are there homes that suit everybody who lives here, or wants to?"),
    ),
    (
        "social",
        N_("Social interaction"),
        N_("Are there places and occasions where people meet, whoever they are?"),
    ),
    (
        "identity",
        N_("Identity and belonging"),
        N_("Is this a place that people are proud of, and feel they belong to?"),
    ),
    ("safe", N_("Feeling safe"), N_("Do people feel safe here, by day and after dark?")),
    (
        "care",
        N_("Care and maintenance"),
        N_("Is the place looked after: kept clean, mended and free of rubbish?"),
    ),
    (
        "influence",
        N_("Influence and sense of control"),
        N_("Do people feel that they can help to decide what happens here?"),
    ),
)
#: The versions that an installation starts with, the newest first. An officer may put a label
#: right before a version is used, or add a version: labels are data.
VERSIONS: tuple[VersionText, ...] = (
    VersionText(
        "2022",
        N_("Place Standard tool, 2022."),
        _themes(
            ("natural", N_("Natural spaces")),
            ("facilities", N_("Facilities and services")),
            ("social", N_("Social contact")),
        ),
    ),
    VersionText("2016", N_("Place Standard tool, first published in December 2015."), _themes()),
)
AXES = tuple(axis for axis, _label, _prompt in _FIRST)


def renamed(versions: Sequence[VersionText]) -> list[tuple[str, ...]]:
    """Return the labels of each theme that versions call differently, one for each version.

    Themes with one axis are taken for the same; a comparison says so where their names differ.
    """
    labels = [{theme.axis: theme.label for theme in version.themes} for version in versions]
    rows = [tuple(names.get(axis, "") for names in labels) for axis in AXES]
    return [row for row in rows if len(set(row)) > 1]
