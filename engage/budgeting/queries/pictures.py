"""Reads of photographs."""

from sqlalchemy import select

from engage.budgeting.models import Picture
from engage.extensions import db


def jpeg_of(public_id: str, size: str) -> bytes | None:
    """Return one size (“small” or “large”) of a photograph; None where there is none."""
    column = Picture.large if size == "large" else Picture.small
    return db.session.scalar(select(column).where(Picture.public_id == public_id))
