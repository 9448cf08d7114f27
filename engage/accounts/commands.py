"""The `engage accounts` commands."""

from flask.cli import AppGroup

accounts = AppGroup("accounts", help="People's accounts.")
