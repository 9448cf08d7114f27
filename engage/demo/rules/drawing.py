"""A picture for the demo, drawn by code: a seat above a harbour, and nobody on it."""

import io

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800
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
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
