"""Pictures for tests, drawn by code: nobody is on them."""

import io
from typing import Any

from PIL import Image, ImageDraw

from engage import clock
from engage.budgeting.models import Picture
from engage.web.kept_pictures import keep_picture
from engage.web.pictures import read_picture


def drawn(width: int = 600, height: int = 400) -> Image.Image:
    """A picture with a red upper left quarter, so that one sees how it was turned."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill="red")
    return image


def picture_file(image: Image.Image | None = None, kind: str = "JPEG", **how: Any) -> bytes:
    """The bytes of a picture's file."""
    out = io.BytesIO()
    (image or drawn()).save(out, kind, **how)
    return out.getvalue()


def make_picture(session: Any, alt: str = "A red corner on white") -> Picture:
    """Keep a small picture and commit it."""
    picture = keep_picture(read_picture(picture_file(drawn(60, 40))), alt, at=clock.now())
    session.commit()
    return picture
