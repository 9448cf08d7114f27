"""Age bands: all that is ever kept of anybody's age, and only where they wish it."""

from datetime import date

#: The first and the last year of each band, by its name; None: no upper end. Each lower end is one
#: of populations.AGE_CUTS, so that the residents of a band can be counted.
AGE_BANDS: dict[str, tuple[int, int | None]] = {
    "8-11": (8, 11),
    "12-15": (12, 15),
    "16-17": (16, 17),
    "18-24": (18, 24),
    "25-44": (25, 44),
    "45-64": (45, 64),
    "65+": (65, None),
}


def bands_from(min_age: int) -> dict[str, tuple[int, int | None]]:
    """Return the bands of people of ``min_age`` and over, the youngest cut to it.

    >>> list(bands_from(14).items())[:2]
    [('12-15', (14, 15)), ('16-17', (16, 17))]
    """
    return {
        name: (max(first, min_age), last)
        for name, (first, last) in AGE_BANDS.items()
        if last is None or last >= min_age
    }


def age_on(day: date, born: date) -> int:
    """Return how old somebody is on a day; who was born on 29 February is older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def band_of(age: int) -> str | None:
    """Return the band of an age; None below the first."""
    return next(
        (
            name
            for name, (first, last) in AGE_BANDS.items()
            if age >= first and (last is None or age <= last)
        ),
        None,
    )
