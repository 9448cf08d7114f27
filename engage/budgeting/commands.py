"""The `engage budgeting` commands."""

from flask.cli import AppGroup

budgeting = AppGroup("budgeting", help="Participatory budgeting rounds.")
