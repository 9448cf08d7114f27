"""What events and exercises give findings to rest on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contribution:
    """Something that people said together, for findings to rest on.

    ``kind`` is “event” (what was said there, id of the event) or “exercise” (a Place Standard).
    """

    kind: str
    id: int
    where: str
    text: str
    who: str
    may_publish: bool = True
