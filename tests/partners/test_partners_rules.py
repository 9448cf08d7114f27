"""Colours that carry text, and files that may be a logo."""

import re

import pytest

from engage.partners.rules import (
    LEAST_CONTRAST,
    MOST_LOGO_BYTES,
    ColourRefused,
    LogoRefused,
    contrast,
    link_colour,
    mixed,
    read_colour,
    read_logo,
    theme_css,
)

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),  # the grey that just fails, as WebAIM's checker has it
        ("#767676", "#ffffff", 4.542),
        ("#0065bd", "#ffffff", 5.839),
        ("#ff0000", "#ffffff", 3.998),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.002)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize(
    ("typed", "colour"),
    [
        ("#0065bd", "#0065bd"),
        ("0065BD", "#0065bd"),
        (" #0065BD ", "#0065bd"),
        ("#767676", "#767676"),
    ],
)
def test_a_colour_is_read_as_it_is_typed(typed, colour):
    assert read_colour(typed) == colour


@pytest.mark.parametrize(
    "typed", ["", "blue", "#fff", "#00g5bd", "##0065bd", "#0065bd;}*{x", "#0065bd1"]
)
def test_what_is_no_colour_is_refused(typed):
    with pytest.raises(ColourRefused, match="like #0065bd"):
        read_colour(typed)


@pytest.mark.parametrize(("typed", "shown"), [("#777777", "4.4 to 1"), ("#ffffff", "1.0 to 1")])
def test_a_colour_that_carries_no_white_text_is_refused_with_its_contrast(typed, shown):
    with pytest.raises(ColourRefused, match=shown):
        read_colour(typed)


@pytest.mark.parametrize("colour", ["#767676", "#0065bd", "#d32205", "#000000", "#1a7032"])
def test_every_text_of_a_theme_can_be_read(colour):
    dark, light = mixed(colour, "#000000", 0.34), mixed(colour, "#ffffff", 0.88)
    assert contrast(colour, "#ffffff") >= LEAST_CONTRAST
    assert contrast(link_colour(colour), "#ebebeb") >= LEAST_CONTRAST
    assert contrast(dark, light) >= LEAST_CONTRAST
    assert contrast(dark, "#ffffff") >= LEAST_CONTRAST


def test_a_theme_names_the_colour_and_closes_what_it_opens():
    css = theme_css("#1a7032")
    assert "--engage-brand: #1a7032;" in css
    assert css.count("{") == css.count("}")
    assert set(re.findall(r"var\((--[a-z-]+)\)", css)) <= set(re.findall(r"(--[a-z-]+):", css))


def test_a_whole_png_may_be_the_logo():
    assert read_logo(PNG) == PNG


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg onload='x'/>",
        b"\xff\xd8\xff\xe0JFIF",
        PNG[:-12],
        b"\x89PNG\r\n\x1a\n",
        PNG + b"<svg/>" * 3,
    ],
)
def test_another_file_may_not(data):
    with pytest.raises(LogoRefused, match="whole PNG"):
        read_logo(data)


def test_a_large_file_may_not_either():
    with pytest.raises(LogoRefused, match="200 kB"):
        read_logo(PNG + b"\x00" * MOST_LOGO_BYTES)
