"""The `engage messages` commands."""

from flask.cli import AppGroup

messages = AppGroup("messages", help="The outbox.")
