"""Photographs in the database and at their address."""

from typing import Any

import pytest
from flask import Flask, render_template_string
from sqlalchemy import insert, inspect
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.budgeting.models import Picture
from engage.web.kept_pictures import keep_picture
from engage.web.pictures import PictureRefused, read_picture
from tests.conftest import Site
from tests.makers.pictures import make_picture, picture_file

SHOWN = "{% from 'web/pictures.html' import photograph %}{{ photograph(p) }}"


def test_a_picture_is_served_by_its_address_for_good(site: Site, session: Any) -> None:
    picture = make_picture(session)
    for size, jpeg in (("small", picture.small), ("large", picture.large)):
        answer = site.client.get(f"/pictures/{picture.public_id}/{size}.jpg")
        assert (answer.data, answer.content_type) == (jpeg, "image/jpeg")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Cookie" not in answer.headers.get("Vary", "")
    assert site.client.get(f"/pictures/{picture.public_id}/huge.jpg").status_code == 404


def test_dev_finds_no_picture_that_he_does_not_know(site: Site, session: Any) -> None:
    picture = make_picture(session)
    for guess in (picture.id, picture.public_id[:-1], picture.public_id.upper() + "x"):
        answer = site.client.get(f"/pictures/{guess}/small.jpg")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_a_picture_needs_words(session: Any) -> None:
    with pytest.raises(PictureRefused, match="Describe the photograph"):
        keep_picture(read_picture(picture_file()), "  ", at=clock.now())


def test_its_bytes_are_not_read_with_a_list(session: Any) -> None:
    picture = make_picture(session)
    session.expire(picture)
    session.refresh(picture)
    assert {"small", "large"} <= inspect(picture).unloaded


def test_the_tag_has_both_sizes_its_shape_and_its_words(app: Flask, session: Any) -> None:
    picture = make_picture(session, 'A "red" <corner>')
    with app.test_request_context():
        html = render_template_string(SHOWN, p=picture)
    assert 'alt="A &#34;red&#34; &lt;corner&gt;"' in html
    assert 'width="60" height="40" loading="lazy"' in html
    assert f"/pictures/{picture.public_id}/small.jpg 60w" in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"alt": "  "},
        {"small": b""},
        {"small": b"x" * 150_001},
        {"large": b"x" * 800_001},
        {"small_width": 481},
        {"small_height": 0},
        {"large_width": 1201},
        {"large_height": 2401},
    ],
)
def test_the_database_refuses_a_picture_without_words_or_too_large(
    session: Any, wrong: dict[str, Any]
) -> None:
    right = {
        "alt": "A corner", "small": b"x", "large": b"x", "small_width": 1, "small_height": 1,
        "large_width": 1, "large_height": 1, "uploaded_on": clock.now().date(),
    }  # fmt: skip
    session.execute(insert(Picture).values(**right))
    with pytest.raises(IntegrityError):
        session.execute(insert(Picture).values(**right | wrong))
