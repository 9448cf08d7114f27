"""Money as files write it, and as the count holds it: whole minor units, exactly."""

import re
from decimal import Decimal

_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,6})?", re.ASCII)


def minor_units(text: str) -> int:
    """Return an amount like “1200”, “1200.0” or “1200.5” in hundredths of the currency's unit.

    Raises ValueError for anything else, for nothing or less, and for parts of a hundredth.
    """
    if not _AMOUNT.fullmatch(text):
        raise ValueError(text)
    minor = Decimal(text) * 100
    if minor <= 0 or minor != minor.to_integral_value():
        raise ValueError(text)
    return int(minor)


def major_text(minor: int) -> str:
    """Return minor units in the currency's own unit, as short as is exact: “1200”, “1200.50”."""
    whole, rest = divmod(minor, 100)
    return f"{whole}" if not rest else f"{whole}.{rest:02d}"
