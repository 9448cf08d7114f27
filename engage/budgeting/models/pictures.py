"""Photographs of proposals and projects, as they were made anew in two sizes."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import db, public_id
from engage.web.pictures import LARGE, SMALL, Size


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
