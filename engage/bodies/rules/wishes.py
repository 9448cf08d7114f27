"""Which of a group's wishes counts, and when a group is asked again (R03)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from engage.web.rules import N_, clean_text

#: Stages of the work that a group may have a wish of its own about, in residents' words.
STAGES: dict[str, str] = {
    "understand": N_("Finding out what people need"),
    "prioritise": N_("Choosing what comes first"),
    "design": N_("Planning how it is done"),
    "resource": N_("Deciding on money and people"),
    "deliver": N_("Doing it"),
    "review": N_("Looking at how it went"),
}
#: How old a wish may grow before its group is asked again.
OLD_AFTER_YEARS = 2

#: How a wish came to us, in words for officers, by what stands in the record.
SOURCES: dict[str, str] = {
    "registration": N_("When it registered"),
    "the group": N_("The group, on its own page"),
    "told an officer": N_("Told an officer"),
    "officer": N_("Told an officer"),
}


@dataclass(frozen=True)
class Wish:
    """How far a group wishes to take part, in a topic ('' every one) and a stage ('' every one).

    ``number`` grows with each answer: of two wishes for the same, the later one counts.
    """

    level: str
    topic: str
    stage: str
    recorded_at: datetime
    number: int
    source: str = ""

    @property
    def key(self) -> str:
        """The topic as topics are compared."""
        return topic_key(self.topic)


def topic_key(topic: str) -> str:
    """Return what two spellings of a topic share.

    >>> topic_key("  Safe   Routes ")
    'safe routes'
    """
    return " ".join(clean_text(topic).casefold().split())[:100]


def wish_for(wishes: Iterable[Wish], topic: str = "", stage: str = "") -> Wish | None:
    """Return the wish that counts for a topic at a stage; None where the group was never asked.

    A wish for the topic goes before one for the stage, that before the general one; a wish for
    both goes first of all. Of those that say as much, the latest counts.
    """
    key = topic_key(topic)
    fitting = [w for w in wishes if w.key in ("", key) and w.stage in ("", stage)]
    return max(fitting, key=lambda w: (2 * bool(w.key) + bool(w.stage), w.number), default=None)


def standing(wishes: Iterable[Wish]) -> list[Wish]:
    """Return the latest wish of each topic and stage: the general one first, then by topic."""
    latest = {(w.key, w.stage): w for w in sorted(wishes, key=lambda w: w.number)}
    order = ["", *STAGES]
    return sorted(latest.values(), key=lambda w: (w.key, order.index(w.stage)))


def is_old(recorded_on: date, today: date) -> bool:
    """Say whether a wish is older than 24 months, so that its group should be asked again."""
    return old_before(today) > recorded_on


def old_before(today: date) -> date:
    """Return the first day on which a wish was recorded that is not old today.

    >>> old_before(date(2028, 2, 29))
    datetime.date(2026, 2, 28)
    """
    day = min(today.day, 28) if today.month == 2 else today.day
    return date(today.year - OLD_AFTER_YEARS, today.month, day)


def ask_again_words(name: str, wish: str, since: str, page: str) -> tuple[str, str]:
    """Return subject and text of the message that asks a group how involved it wants to be.

    ``wish`` '' is a group that was never asked; ``since`` is the day of its last answer.
    """
    told = (
        f"On {since} you told us: {wish}.\n\nDoes that still hold? You can change it, or give "
        "the same answer again."
        if wish
        else "We have not asked you yet. Every answer is fine, “no” too."
    )
    return (
        f"How involved does {name} want to be?",
        f"We plan and decide with groups like {name}, as far as each group wants.\n\n{told}\n\n"
        f"Sign in and answer here: {page}\n\n"
        "You can give another answer for one topic, or for one stage of the work. If you cannot "
        "sign in, reply to us in any way that suits you.",
    )
