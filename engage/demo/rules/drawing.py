"""Pictures for the demo, drawn by code: nobody is on them."""

import io

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800
#: The size of the simpler ones.
SMALLER = (600, 400)
SKY, GRASS, WOOD = "#cfe6f2", "#7fa05f", "#8a6238"
ALT = "A drawing of a curved wooden seat above a harbour, with two boats on the water"


def draw_seat() -> bytes:
    """Return the picture as a PNG file."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#cfe6f2")
    pen = ImageDraw.Draw(image)
    pen.ellipse((880, 70, 1000, 190), fill="#f9e7a0")
    pen.polygon([(0, 360), (260, 210), (520, 350), (760, 260), (1200, 380), (1200, 430), (0, 430)],
                fill="#9db8a3")  # fmt: skip
    pen.rectangle((0, 400, WIDTH, HEIGHT), fill="#6fa3b8")
    for x, y, sail in ((220, 470, "#ffffff"), (700, 500, "#f3c9a5")):
        pen.polygon([(x, y), (x + 150, y), (x + 120, y + 40), (x + 30, y + 40)], fill="#5b4636")
        pen.polygon([(x + 70, y - 130), (x + 70, y - 10), (x + 150, y - 10)], fill=sail)
    pen.ellipse((-200, 560, 1400, 1300), fill="#7fa05f")
    for x in (330, 590, 850):
        pen.rectangle((x, 640, x + 22, 730), fill="#5b4636")
    for y, colour in ((560, "#b98a58"), (590, "#a87b4d"), (632, "#b98a58")):
        pen.rounded_rectangle((280, y, 920, y + 24), 12, fill=colour)
    return _file(image)


def draw_bowl() -> bytes:
    """A skate bowl with a lamp."""
    image, pen = _begun(SKY)
    pen.rectangle((0, 230, 600, 400), fill="#b9bdc2")
    pen.chord((90, 80, 510, 380), 0, 180, fill="#8d939a")
    pen.chord((150, 130, 450, 340), 0, 180, fill="#70767d")
    pen.rectangle((538, 60, 548, 300), fill="#444444")
    pen.polygon([(500, 60), (548, 60), (548, 76), (490, 84)], fill="#f9e7a0")
    return _file(image)


def draw_benches() -> bytes:
    """Two benches beside a path on a hill."""
    image, pen = _begun(SKY)
    pen.ellipse((-200, 150, 900, 800), fill=GRASS)
    pen.polygon([(300, 400), (380, 400), (470, 190), (450, 186)], fill="#e8dcc0")
    for x, y in ((110, 290), (210, 210)):
        pen.rectangle((x, y, x + 110, y + 12), fill=WOOD)
        pen.rectangle((x, y - 30, x + 110, y - 18), fill=WOOD)
        for leg in (x + 8, x + 92):
            pen.rectangle((leg, y - 30, leg + 10, y + 45), fill=WOOD)
    return _file(image)


def draw_fridge() -> bytes:
    """An open fridge with food."""
    image, pen = _begun("#f4e3d0")
    pen.rounded_rectangle((180, 30, 400, 375), 14, fill="#ffffff", outline="#7a8790", width=6)
    pen.polygon([(400, 36), (500, 60), (500, 350), (400, 370)], fill="#dfe6ea")
    for y in (140, 250, 360):
        pen.rectangle((192, y, 390, y + 6), fill="#9aa7b0")
    pen.rounded_rectangle((210, 90, 300, 138), 20, fill="#c98d4b")
    pen.rectangle((320, 60, 360, 138), fill="#9cc7e8")
    for x in (215, 275, 335):
        pen.ellipse((x, 200, x + 48, 248), fill="#c0392b")
    pen.polygon([(210, 358), (250, 280), (290, 358)], fill="#f0c419")
    return _file(image)


def draw_orchard() -> bytes:
    """Three apple trees."""
    image, pen = _begun(SKY)
    pen.rectangle((0, 290, 600, 400), fill=GRASS)
    for x in (110, 300, 490):
        pen.rectangle((x - 12, 200, x + 12, 320), fill=WOOD)
        pen.ellipse((x - 80, 70, x + 80, 230), fill="#4c7a45")
        for dx, dy in ((-40, 120), (10, 100), (35, 165), (-15, 180)):
            pen.ellipse((x + dx, dy, x + dx + 20, dy + 20), fill="#c0392b")
    return _file(image)


def draw_stories() -> bytes:
    """An open book with pictures in it."""
    image, pen = _begun("#e6ddf0")
    pen.polygon([(60, 90), (300, 130), (300, 350), (60, 310)], fill="#ffffff")
    pen.polygon([(540, 90), (300, 130), (300, 350), (540, 310)], fill="#f7f3ea")
    pen.ellipse((130, 150, 220, 240), fill="#f9c846")
    for y in (190, 220, 250, 280):
        pen.line([(330, y + 8), (400, y - 10), (450, y + 4), (515, y - 18)], "#3a7ca5", 8)
    return _file(image)


def _begun(colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", SMALLER, colour)
    return image, ImageDraw.Draw(image)


def _file(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
