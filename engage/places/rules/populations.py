"""Populations: the age bands that are kept, and what an estimate's file must hold."""

#: The lower ends of the age bands that are kept. They don't overlap, the last one is open, and
#: each voting age that rounds use (8, 11, 12, 14, 16, 18) is a cut, so that the people of that
#: age and over are a sum of whole bands.
AGE_CUTS = (0, 8, 11, 12, 14, 16, 18, 25, 35, 45, 55, 65, 75)

#: (first age, last age) of each band; the last age of the open band is None.
BANDS: tuple[tuple[int, int | None], ...] = tuple(
    (start, AGE_CUTS[i + 1] - 1 if i + 1 < len(AGE_CUTS) else None)
    for i, start in enumerate(AGE_CUTS)
)
