"""The `engage places` commands."""

from flask.cli import AppGroup

places = AppGroup("places", help="Places: indices, populations, postcodes, localities.")
