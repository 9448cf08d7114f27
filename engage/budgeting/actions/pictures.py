"""Keeping a photograph."""

from datetime import datetime

from engage import clock
from engage.budgeting.models import Picture
from engage.extensions import db
from engage.web.pictures import Pair, PictureRefused


def keep_picture(made: Pair, alt: str, *, at: datetime) -> Picture:
    """Keep a photograph, made anew in two sizes, with the words for who can't see it.

    Only the day is kept of when it came. Raises PictureRefused without words.
    """
    if not alt.strip():
        raise PictureRefused("Describe the photograph for people who cannot see it")
    picture = Picture(
        alt=alt,
        small=made.small.jpeg,
        small_width=made.small.width,
        small_height=made.small.height,
        large=made.large.jpeg,
        large_width=made.large.width,
        large_height=made.large.height,
        uploaded_on=at.astimezone(clock.UK).date(),
    )
    db.session.add(picture)
    db.session.flush()
    return picture
