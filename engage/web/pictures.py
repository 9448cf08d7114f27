"""Photographs that people send: made anew in two sizes, with nothing of what the file told besides.

Plain: bytes in, bytes out. What comes out is a JPEG of pixels alone: no place, time, camera or
name, no thumbnail and no comment. It stands upright as the camera meant it, in the colours that
every screen knows.
"""

import contextlib
import io
import threading
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageCms, ImageOps

from engage.web.rules import N_

#: The largest file and the largest picture that are looked at: a telephone's fits well.
MOST_BYTES: Final = 10_000_000
MOST_PIXELS: Final = 64_000_000
#: A JPEG is read at a fraction of its size; any other format has to be unpacked whole, at four
#: bytes for each pixel and more than once.
MOST_UNPACKED_PIXELS: Final = 16_000_000
#: A picture of fewer pixels than this at either side shows nothing.
FEWEST_PIXELS: Final = 40
#: The formats that browsers show. A telephone turns its own format into one of them.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
#: Tried one after another until a size fits its limit.
QUALITIES: Final = (82, 70, 55, 40, 25, 10)


#: Photographs are unpacked one after another, so that many at once don't fill the memory.
_one_at_a_time = threading.Lock()


class PictureRefused(Exception):
    """The file can't be taken as a photograph; the message says what to send."""


@dataclass(frozen=True)
class Size:
    """How large a made picture may be, in pixels and in bytes."""

    width: int
    height: int
    most_bytes: int


#: For a list, and for a page of its own. They are the limits of the table's columns too.
SMALL: Final = Size(480, 960, 150_000)
LARGE: Final = Size(1200, 2400, 800_000)


@dataclass(frozen=True)
class Made:
    """One size of a picture as it is kept: a JPEG."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Pair:
    """A photograph in both sizes."""

    small: Made
    large: Made


def read_picture(data: bytes) -> Pair:
    """Return a photograph anew in two sizes, upright, and without what its file told besides.

    Raises PictureRefused for what is no picture, moves, or is too large or too small.
    """
    if len(data) > MOST_BYTES:
        raise PictureRefused(N_("Choose a photograph of 10 MB or less"))
    try:
        with _one_at_a_time, Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check(opened)
            opened.draft("RGB", (2 * LARGE.width, 2 * LARGE.height))  # reads a JPEG at a fraction
            upright = ImageOps.exif_transpose(opened)
            return _pair(_plain(upright))
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(_TOO_LARGE) from error
    except Exception as error:  # a decoder that is fed rubbish may raise anything
        raise PictureRefused(
            N_("Choose a photograph that is a JPEG, PNG or WebP file: we cannot read this one")
        ) from error


_TOO_LARGE = N_("Choose a smaller photograph: this one has too many pixels")


def _check(image: Image.Image) -> None:
    """Refuse by what the head of the file says, before any of its pixels are read."""
    width, height = image.size
    is_jpeg = image.format in ("JPEG", "MPO")
    if width * height > (MOST_PIXELS if is_jpeg else MOST_UNPACKED_PIXELS):
        raise PictureRefused(_TOO_LARGE)
    if min(width, height) < FEWEST_PIXELS:
        raise PictureRefused(N_("Choose a larger photograph: this one is too small to see"))
    # Telephones put a second, smaller picture into a JPEG (MPO); that doesn't move.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise PictureRefused(N_("Choose a photograph that does not move"))


def _plain(image: Image.Image) -> Image.Image:
    """Return pixels in sRGB on white; a colour profile is followed, then left behind."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    elif profile and image.mode in ("RGB", "CMYK", "L"):
        # a profile that nobody understands: the colours stay as they are
        with contextlib.suppress(ImageCms.PyCMSError):
            image = _in_srgb(image, profile)
    return image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    srgb = ImageCms.createProfile("sRGB")
    changed = ImageCms.profileToProfile(image, io.BytesIO(profile), srgb, outputMode="RGB")
    return image if changed is None else changed


def _pair(image: Image.Image) -> Pair:
    return Pair(small=_made(image, SMALL), large=_made(image, LARGE))


def _made(image: Image.Image, size: Size) -> Made:
    """Return ``image`` no larger than ``size``; it is never blown up."""
    scaled = Image.frombytes("RGB", image.size, image.tobytes())  # carries no words of the file
    scaled.thumbnail((size.width, size.height), Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        out = io.BytesIO()
        scaled.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= size.most_bytes:
            return Made(out.getvalue(), *scaled.size)
    raise PictureRefused(_TOO_LARGE)
