"""Plain rules of places. What other modules use of them most is gathered here."""

from engage.places.rules.ages import AGE_BANDS, age_on, band_of, bands_from
from engage.places.rules.deprivation import FIFTHS, QuintileRow, decile, quintile
from engage.places.rules.files import Fault, ImportRefused
from engage.places.rules.populations import AGE_CUTS, BANDS
from engage.places.rules.postcodes import Placing, PostcodeRefused, tidy_postcode

__all__ = [
    "AGE_BANDS",
    "AGE_CUTS",
    "BANDS",
    "FIFTHS",
    "Fault",
    "ImportRefused",
    "Placing",
    "PostcodeRefused",
    "QuintileRow",
    "age_on",
    "band_of",
    "bands_from",
    "decile",
    "quintile",
    "tidy_postcode",
]
