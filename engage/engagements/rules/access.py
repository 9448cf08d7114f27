"""What a place where people meet may have, and what support may be offered there."""

from collections.abc import Mapping

from engage.web.rules import N_

#: What a place may have, in the order in which it is told.
ACCESS: Mapping[str, str] = {
    "no_steps": N_("No steps"),
    "toilet": N_("Accessible toilet"),
    "loop": N_("Hearing loop"),
    "changing_place": N_("Changing Places toilet"),
    "parking": N_("Blue Badge parking"),
    "bus": N_("Bus stop near"),
    "quiet": N_("Quiet room"),
}
#: What support may be offered, in the order in which it is told.
SUPPORT: Mapping[str, str] = {
    "travel": N_("Travel costs"),
    "childcare": N_("Childcare"),
    "bsl": N_("British Sign Language interpreter"),
    "language": N_("Interpreter for other languages"),
    "captions": N_("Captions"),
    "carer": N_("Costs of replacement care"),
    "food": N_("Food"),
}


def pack(keys: tuple[str, ...], known: Mapping[str, str]) -> str:
    """Return the known ones of ``keys`` as they are stored, in the order in which they are told.

    >>> pack(("loop", "no_steps", "moat"), ACCESS)
    'no_steps,loop'
    """
    return ",".join(key for key in known if key in keys)


def unpack(stored: str) -> tuple[str, ...]:
    """Return stored keys as a tuple.

    >>> unpack("no_steps,loop"), unpack("")
    (('no_steps', 'loop'), ())
    """
    return tuple(key for key in stored.split(",") if key)
