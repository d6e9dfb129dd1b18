"""Bodies: neck, shirt, arms, and the number on the back. The origin is the base of the neck."""

from __future__ import annotations

from fundraising.example.drawing.canvas import Canvas, Colour, Point, arc, curve, light, mix, points, rounded
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, PAPER, WHITE

TORSO = points(
    "0,-4 56,-10 86,12 140,32 172,62 176,110 158,160 154,260 140,420 "
    "-140,420 -154,260 -158,160 -176,110 -172,62 -140,32 -86,12 -56,-10"
)
COLLAR = points("-60,-8 -42,26 0,39 42,26 60,-8")
COLLAR_BEHIND = points("-60,-7 -30,-1 0,1 30,-1 60,-7")
FINGERS = points("-26,-44 -9,-56 9,-55 25,-42")
PANEL = points("190,60 116,150 96,280 110,420 200,420")


def draw_body(canvas: Canvas, look: Look, shirt: Colour, text: Colour, *, back: bool) -> None:
    """Neck, shirt and arms; without the number."""
    shade = mix(shirt, INK, 0.2)
    if back:
        _neck(canvas, look)
    _arm(canvas, look, shirt, -1)
    if look.wave and not back:
        _waving(canvas, look, shirt)
    else:
        _arm(canvas, look, shirt, 1)
    torso = curve(TORSO, closed=True)
    canvas.shape(torso, shirt)
    with canvas.inside(torso):
        _pattern(canvas, look, shirt, text)
    for side in (-1, 1):
        canvas.stroke([(side * 153, 262), (side * 153, 180), (side * 158, 128)], 5, shade, end=2)
    if back:
        canvas.stroke(COLLAR_BEHIND, 10, shade)
    else:
        _neck(canvas, look)
        canvas.shape(arc(0, -8, 56, 44, start=0, end=180), look.skin_colour)
        canvas.stroke(COLLAR, 10, shade)


def _neck(canvas: Canvas, look: Look) -> None:
    """From the head to the shirt, with the chin's shadow unless the chin is on the other side."""
    right: list[Point] = [(58, 4), (44, -20), (39, -50), (40, -110)]
    neck = [*curve([(-x, y) for x, y in reversed(right)]), *curve(right)]
    canvas.shape(neck, look.skin_colour)
    if look.pose != "back":
        with canvas.inside(neck):
            canvas.oval(14 if look.pose == "over" else 2, -78, 66, 50, look.skin_shade)


def _arm(canvas: Canvas, look: Look, shirt: Colour, side: int) -> None:
    elbow = 262 if side < 0 else 288
    canvas.stroke([(side * 146, 88), (side * 172, 170), (side * 186, elbow)], 62, look.skin_colour, end=52)
    for length, colour in ((1.0, mix(shirt, INK, 0.2)), (0.86, shirt)):
        canvas.stroke(
            [
                (side * 140, 84),
                (side * (140 + 20 * length), 84 + 34 * length),
                (side * (140 + 32 * length), 84 + 68 * length),
            ],
            80,
            colour,
            end=78,
        )


def _waving(canvas: Canvas, look: Look, shirt: Colour) -> None:
    canvas.stroke([(150, 90), (214, 130), (236, 60), (240, -30)], 60, look.skin_colour, end=44)
    canvas.stroke([(142, 84), (182, 118), (206, 122)], 82, mix(shirt, INK, 0.2), end=74)
    canvas.stroke([(142, 84), (178, 114), (198, 120)], 82, shirt, end=74)
    with canvas.moved(242, -64, turn=8):
        for x, y in FINGERS:
            canvas.stroke([(x * 0.7, 0), (x, y)], 16, look.skin_colour)
        canvas.stroke([(-16, 14), (-40, -8)], 16, look.skin_colour)
        canvas.oval(0, 8, 31, 32, look.skin_colour)


def _pattern(canvas: Canvas, look: Look, shirt: Colour, text: Colour) -> None:
    tint = mix(shirt, WHITE if light(text) > 128 else INK, 0.3)
    if look.shirt == "hoop":
        canvas.shape([(-200, 92), (200, 92), (200, 122), (-200, 122)], tint)
        canvas.shape([(-200, 134), (200, 134), (200, 146), (-200, 146)], tint)
    elif look.shirt == "sash":
        canvas.shape([(-150, 0), (-96, -10), (180, 300), (120, 330)], tint)
    elif look.shirt == "sides":
        for side in (-1, 1):
            canvas.blob([(side * x, y) for x, y in PANEL], tint)


def draw_number(canvas: Canvas, number: str, initials: str, band: Colour) -> None:
    """The race number, pinned by four dots."""
    pin = mix(INK, PAPER, 0.72)
    with canvas.moved(0, 122, turn=-1.5):
        canvas.shape(rounded(-111, -79, 222, 162, 18), mix(INK, band, 0.6))
        canvas.shape(rounded(-111, -83, 222, 162, 18), PAPER)
        canvas.write(number, 0, -10 if initials else 0, 92 if len(number) < 3 else 84, INK)
        if initials:
            canvas.write(initials, 0, 52, 30, mix(band, INK, 0.15))
        for x, y in ((-92, -64), (92, -64), (-92, 60), (92, 60)):
            canvas.oval(x, y, 7, 7, pin)
            canvas.oval(x, y - 1, 4, 4, INK)
