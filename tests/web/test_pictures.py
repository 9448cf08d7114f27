"""Photographs are made anew: upright, small, and with nothing of what the file told besides."""

import io
import os

import pytest
from flask import Flask
from PIL import ExifTags, Image, ImageCms, PngImagePlugin
from werkzeug.datastructures import FileStorage, MultiDict

from engage.web.fields import AltText, Photograph
from engage.web.forms import Form
from engage.web.pictures import LARGE, MOST_BYTES, SMALL, PictureRefused, read_picture
from tests.makers.pictures import drawn, picture_file

SECRET = b"Aisha's garden, 57.1497"


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def is_red(image: Image.Image, across: float, down: float) -> bool:
    pixel = image.getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(pixel, tuple)
    return pixel[0] > 200 and pixel[1] < 80


def exif(orientation: int) -> Image.Exif:
    told = Image.Exif()
    told[ExifTags.Base.Orientation] = orientation
    told[ExifTags.Base.ImageDescription] = SECRET.decode()
    told.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (57.0, 8.0, 58.9)
    return told


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    return picture_file(frames[0], kind, save_all=True, append_images=frames[1:])


def test_both_sizes_keep_the_shape_and_none_is_blown_up() -> None:
    large = read_picture(picture_file(drawn(3000, 2000)))
    assert (large.small.width, large.small.height) == (480, 320)
    assert (large.large.width, large.large.height) == (1200, 800)
    assert opened(large.large.jpeg).size == (1200, 800)
    little = read_picture(picture_file(drawn(300, 200)))
    assert little.small.width == little.large.width == 300


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_kind_that_a_browser_shows_becomes_a_jpeg(kind: str) -> None:
    made = read_picture(picture_file(drawn(), kind))
    assert opened(made.small.jpeg).format == opened(made.large.jpeg).format == "JPEG"


def test_place_words_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    data = picture_file(drawn(), exif=exif(6), comment=SECRET)  # 6: turn right by a quarter
    assert SECRET in data
    pair = read_picture(data)
    for made in (pair.small, pair.large):
        image = opened(made.jpeg)
        assert SECRET not in made.jpeg
        assert b"Exif" not in made.jpeg
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                   "progressive", "progression"}  # fmt: skip
        assert image.width < image.height
        assert is_red(image, 0.75, 0.2)
        assert not is_red(image, 0.25, 0.2)


def test_words_in_a_png_are_gone_and_what_is_clear_becomes_white() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", SECRET.decode())
    clear = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    made = read_picture(picture_file(clear, "PNG", pnginfo=told)).small
    assert SECRET not in made.jpeg
    assert opened(made.jpeg).getpixel((30, 30)) == (255, 255, 255)


def test_a_colour_profile_is_followed_and_left_behind() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = read_picture(picture_file(drawn(), icc_profile=profile)).small
    assert "icc_profile" not in opened(made.jpeg).info
    assert is_red(opened(made.jpeg), 0.2, 0.2)
    odd = read_picture(picture_file(drawn(), icc_profile=b"no profile at all")).small
    assert is_red(opened(odd.jpeg), 0.2, 0.2)


def test_the_second_picture_of_a_telephone_is_no_movement() -> None:
    data = picture_file(drawn(), "MPO", save_all=True, append_images=[drawn(60, 40)])
    assert read_picture(data).large.width == 600


def test_noise_is_made_to_fit_the_limits() -> None:
    noise = Image.frombytes("RGB", (1300, 1300), os.urandom(1300 * 1300 * 3))
    made = read_picture(picture_file(noise, quality=90))
    assert len(made.small.jpeg) <= SMALL.most_bytes
    assert len(made.large.jpeg) <= LARGE.most_bytes


WHOLE = picture_file()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cannot read"),
        (b"%PDF-1.7 not a picture", "cannot read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "cannot read"),
        (WHOLE[: len(WHOLE) // 2], "cannot read"),
        (picture_file(drawn(), "PNG")[:200], "cannot read"),
        (picture_file(drawn(), "BMP"), "cannot read"),
        (b"\xff" * (MOST_BYTES + 1), "10 MB or less"),
        (picture_file(Image.new("1", (9000, 9000)), "PNG"), "too many pixels"),
        (picture_file(Image.new("1", (14000, 14000)), "PNG"), "too many pixels"),
        (picture_file(drawn(600, 30)), "too small"),
        (animated("GIF"), "does not move"),
        (animated("PNG"), "does not move"),
        (animated("WEBP"), "does not move"),
    ],
    ids=["empty", "pdf", "svg", "half", "half-png", "bmp", "bytes", "pixels", "bomb", "strip",
         "gif", "apng", "webp"],
)  # fmt: skip
def test_what_is_no_still_picture_of_a_sensible_size_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(PictureRefused, match=message):
        read_picture(data)


class Sent(Form):
    photograph = Photograph("Photograph")
    alt = AltText("What is on it?")


UNREADABLE = "Choose a photograph that is a JPEG, PNG or WebP file: we cannot read this one"
UNSEEN = "Describe the photograph for people who cannot see it"


@pytest.mark.parametrize(
    ("data", "alt", "errors"),
    [
        (WHOLE, "A red corner", {}),
        (None, "", {}),
        (WHOLE, " ", {"alt": [UNSEEN]}),
        (b"x", "A corner", {"photograph": [UNREADABLE]}),
        (b"x", "", {"photograph": [UNREADABLE], "alt": [UNSEEN]}),
    ],
)  # fmt: skip
def test_the_field_gives_the_picture_or_says_what_to_send(
    app: Flask, data: bytes | None, alt: str, errors: dict[str, list[str]]
) -> None:
    file = FileStorage(io.BytesIO(data or b""), "a.jpg" if data is not None else "")
    with app.test_request_context():
        form = Sent(MultiDict([("photograph", file), ("alt", alt)]), meta={"csrf": False})
        form.validate()
    assert form.errors == errors
    assert (form.photograph.data is not None) == (data == WHOLE)


def test_what_must_be_unpacked_whole_may_have_fewer_pixels_than_a_telephones_jpeg():
    out = io.BytesIO()
    Image.new("RGBA", (8000, 2001)).save(out, "PNG")
    with pytest.raises(PictureRefused, match="too many pixels"):
        read_picture(out.getvalue())
    out = io.BytesIO()
    Image.new("RGB", (8000, 2001)).save(out, "JPEG", quality=10)
    assert read_picture(out.getvalue()).large.width == 1200
