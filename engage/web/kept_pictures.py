"""Photographs that are kept: made anew in two sizes, with words for who can't see them."""

from datetime import date, datetime

from flask import Blueprint, Response, abort, make_response
from sqlalchemy import CheckConstraint, Date, Integer, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from engage import clock
from engage.extensions import db, public_id
from engage.web.access import public
from engage.web.pictures import LARGE, SMALL, Pair, PictureRefused, Size

bp = Blueprint("pictures", __name__)


def _within(column: str, size: Size) -> tuple[CheckConstraint, CheckConstraint]:
    return (
        CheckConstraint(
            f"length({column}) BETWEEN 1 AND {size.most_bytes}", name=f"{column}_bytes"
        ),
        CheckConstraint(
            f"{column}_width BETWEEN 1 AND {size.width} "
            f"AND {column}_height BETWEEN 1 AND {size.height}",
            name=f"{column}_pixels",
        ),
    )


class Picture(db.Model):
    """One photograph with the words for who can't see it. It is never changed, only taken away.

    Who knows ``public_id``, which nobody can guess, sees it; whatever shows it links to it by a
    table of its own. ``small`` and ``large`` are JPEGs, read from the database only when asked for.
    """

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint("length(trim(alt)) > 0", name="alt_given"),
        *_within("small", SMALL),
        *_within("large", LARGE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    alt: Mapped[str] = mapped_column(String(250))
    small: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    small_width: Mapped[int] = mapped_column(Integer)
    small_height: Mapped[int] = mapped_column(Integer)
    large: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    large_width: Mapped[int] = mapped_column(Integer)
    large_height: Mapped[int] = mapped_column(Integer)
    uploaded_on: Mapped[date] = mapped_column(Date)


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


def jpeg_of(public_id: str, size: str) -> bytes | None:
    """Return one size (“small” or “large”) of a photograph; None where there is none."""
    column = Picture.large if size == "large" else Picture.small
    return db.session.scalar(select(column).where(Picture.public_id == public_id))


@bp.get("/pictures/<public_id>/<any(small,large):size>.jpg")
@public
def picture(public_id: str, size: str) -> Response:
    """One size of a photograph. What stands at this address never changes, so it may be kept."""
    jpeg = jpeg_of(public_id, size)
    if jpeg is None:
        abort(404)
    response = make_response(jpeg)
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
