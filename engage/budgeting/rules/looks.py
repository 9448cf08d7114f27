"""How somebody wants to see a list of projects: of one place, of one theme, in easy read.

What a look leaves out is hidden, and never gone: whatever is chosen there stays chosen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

#: Projects of the whole area, and those at a place that is no locality of the area.
WHOLE, OTHER = "whole", "other"
#: What the pages send of a look; ``look`` is the button that was pressed, which may be a language.
SENT = ("place", "theme", "easy", "look")


class HasGroups(Protocol):
    """What a project says of where it is and what it is about; '' says nothing."""

    @property
    def place(self) -> str: ...
    @property
    def near(self) -> str: ...
    @property
    def theme(self) -> str: ...


@dataclass(frozen=True)
class Look:
    """Which projects are shown, by the values of ``Groups``, and whether in easy read."""

    place: str = ""
    theme: str = ""
    easy: bool = False


@dataclass(frozen=True)
class Groups:
    """The places and themes to choose from, as pairs of value and name; none where all are one.

    A place without a name here is the whole area (“whole”) or another place (“other”).
    """

    places: tuple[tuple[str, str], ...] = ()
    themes: tuple[tuple[str, str], ...] = ()

    def place_of(self, project: HasGroups) -> str:
        """Return the value of a project's place; '' where there are none to choose from."""
        if not self.places:
            return ""
        named = {name: value for value, name in self.places if name}
        return named.get(project.place, "") or (OTHER if project.near else WHOLE)

    def theme_of(self, project: HasGroups) -> str:
        """Return the value of a project's theme; '' where it has none."""
        return {name: value for value, name in self.themes}.get(project.theme, "")

    def shows(self, look: Look, project: HasGroups) -> bool:
        """Say whether a look shows a project."""
        return look.place in ("", self.place_of(project)) and look.theme in (
            "",
            self.theme_of(project),
        )


def groups_of(projects: Iterable[HasGroups]) -> Groups:
    """Return what there is to choose from among these projects, by name."""
    listed = list(projects)
    names = sorted({p.place for p in listed if p.place})
    places = [(str(n), name) for n, name in enumerate(names, start=1)]
    elsewhere = {OTHER if p.near else WHOLE for p in listed if not p.place}
    places = [*((value, "") for value in (WHOLE, OTHER) if value in elsewhere), *places]
    themes = sorted({p.theme for p in listed if p.theme})
    return Groups(
        places=tuple(places) if len(places) > 1 else (),
        themes=tuple((str(n), name) for n, name in enumerate(themes, start=1))
        if len({p.theme for p in listed}) > 1
        else (),
    )


def asked_look(sent: Mapping[str, str], groups: Groups) -> Look:
    """Return the look that a page asks for; what it can't mean is passed over.

    The buttons: “some” shows what is chosen in the lists, “all” everything; “easy” and “usual”
    change the words.
    """
    button = sent.get("look", "")
    wanted = Look(easy={"easy": True, "usual": False}.get(button, sent.get("easy") == "yes"))
    if button == "all":
        return wanted
    place, theme = sent.get("place", ""), sent.get("theme", "")
    return Look(
        place=place if place in dict(groups.places) else "",
        theme=theme if theme in dict(groups.themes) else "",
        easy=wanted.easy,
    )
