"""Writes of places. Each import is all or nothing, safe to repeat, and refused with reasons."""

from engage.places.actions.loading import Loaded, load_index, load_population
from engage.places.actions.localities import define_localities, use_wards
from engage.places.actions.postcodes import load_postcodes

__all__ = [
    "Loaded",
    "define_localities",
    "load_index",
    "load_population",
    "load_postcodes",
    "use_wards",
]
