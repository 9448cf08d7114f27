"""The `engage audit` commands."""

from flask.cli import AppGroup

audit = AppGroup("audit", help="The trail of what officers and the system did.")
