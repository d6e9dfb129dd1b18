"""Marks of charities: one bold shape each on the charity's colour."""

from __future__ import annotations

from collections.abc import Callable

from fundraising.example.drawing.canvas import Canvas, Colour, Point, arc, curve, mix, rounded
from fundraising.example.drawing.looks import dice_of

Mark = Callable[[Canvas, Colour, Colour, Colour], None]


def heart(x: float, y: float, size: float) -> list[Point]:
    """A heart around its middle."""
    right = [(0, -0.52), (0.3, -0.86), (0.72, -0.86), (0.98, -0.5), (0.9, -0.06), (0.5, 0.46), (0, 0.92)]
    left = [(-px, py) for px, py in reversed(right)]
    return [(x + px * size, y + py * size) for px, py in [*curve(right), *curve(left)]]


def _kettle(canvas: Canvas, front: Colour, ground: Colour, accent: Colour) -> None:
    """A kettle whose steam is a heart."""
    canvas.stroke([(-104, -2), (-132, -60), (-70, -104), (0, -112), (70, -104), (132, -60), (104, -2)], 26, front)
    canvas.stroke([(110, 120), (172, 84), (206, 8)], 52, front, end=34)
    canvas.blob([(-120, 0), (0, -30), (120, 0), (158, 100), (146, 196), (0, 204), (-146, 196), (-158, 100)], front)
    canvas.shape(rounded(-148, 186, 296, 32, 16), front)
    canvas.oval(0, -36, 26, 20, front)
    canvas.stroke([(-104, 22), (0, 4), (104, 22)], 9, ground)
    canvas.shape(heart(0, 108, 58), ground)
    for x, y, size in ((206, -66, 25), (176, -136, 36)):
        canvas.shape(heart(x, y, size), accent)


def _lantern(canvas: Canvas, front: Colour, ground: Colour, accent: Colour) -> None:
    """A lantern and its light, and a moon."""
    canvas.oval(0, 46, 206, 206, mix(ground, accent, 0.3))
    canvas.oval(0, 46, 158, 158, mix(ground, accent, 0.55))
    canvas.stroke(arc(0, -136, 52, 52, start=150, end=390)[::2], 20, front)
    canvas.shape([(-52, -146), (52, -146), (104, -72), (-104, -72)], front)
    canvas.shape(rounded(-120, -82, 240, 34, 14), front)
    canvas.shape(rounded(-88, -50, 176, 208, 10), accent)
    for x in (-92, 76):
        canvas.shape([(x, -60), (x + 16, -60), (x + 16, 166), (x, 166)], front)
    canvas.shape(rounded(-124, 152, 248, 44, 16), front)
    canvas.blob([(0, -22), (30, 34), (46, 86), (28, 134), (0, 146), (-28, 134), (-46, 86), (-24, 40)], ground)
    canvas.blob([(2, 52), (18, 86), (22, 112), (0, 136), (-22, 112), (-14, 84)], front)


def _wheel(canvas: Canvas, front: Colour, ground: Colour, accent: Colour) -> None:
    """A wheel that is a flower."""
    canvas.oval(0, 0, 222, 222, front)
    canvas.oval(0, 0, 182, 182, ground)
    for turn in range(0, 360, 60):
        with canvas.moved(turn=turn):
            canvas.blob([(0, -170), (40, -120), (30, -60), (0, -30), (-30, -60), (-40, -120)], front)
        with canvas.moved(turn=turn + 30):
            canvas.shape([(-5, -50), (5, -50), (5, -186), (-5, -186)], accent)
    canvas.oval(0, 0, 52, 52, accent)
    canvas.oval(0, 0, 22, 22, ground)


def _van(canvas: Canvas, front: Colour, ground: Colour, accent: Colour) -> None:
    """An open book on two wheels."""
    for side in (-1, 1):
        page = [
            *curve([(0, -96), (side * 70, -142), (side * 216, -124)]),
            *curve([(side * 216, 96), (side * 70, 78), (0, 124)]),
        ]
        canvas.shape(page, front)
        for row in range(3):
            y = -70 + row * 50
            canvas.stroke(
                [(side * 40, y - 22), (side * 96, y - 36), (side * 176, y - 32)], 13, accent if row == 1 else ground
            )
    canvas.stroke([(-216, 106), (-76, 92), (0, 134), (76, 92), (216, 106)], 20, accent)
    canvas.stroke([(0, -92), (0, 120)], 9, ground)
    for x in (-120, 120):
        canvas.oval(x, 152, 62, 62, ground)
        canvas.oval(x, 152, 48, 48, front)
        canvas.oval(x, 152, 18, 18, ground)


def _petals(canvas: Canvas, front: Colour, ground: Colour, accent: Colour) -> None:
    for turn in range(0, 360, 45):
        with canvas.moved(turn=turn):
            canvas.blob([(0, -216), (56, -140), (0, -40), (-56, -140)], front if turn % 90 else accent)
    canvas.oval(0, 0, 58, 58, ground)
    canvas.oval(0, 0, 36, 36, front)


def _sunrise(canvas: Canvas, front: Colour, ground: Colour, accent: Colour) -> None:
    for turn in range(-80, 81, 32):
        with canvas.moved(0, 70, turn=turn):
            canvas.stroke([(0, -176), (0, -226)], 34, accent)
    canvas.shape(arc(0, 70, 132, 132, start=180, end=360), front)
    for y, half in ((104, 210), (158, 150), (212, 84)):
        canvas.stroke([(-half, y), (half, y)], 30, front)


def _house(canvas: Canvas, front: Colour, ground: Colour, accent: Colour) -> None:
    canvas.stroke([(96, -150), (96, -80)], 46, accent)
    canvas.shape([(-210, 4), (0, -196), (210, 4)], front)
    canvas.stroke([(-196, 0), (0, -184)], 36, front)
    canvas.stroke([(0, -184), (196, 0)], 36, front)
    canvas.shape(rounded(-150, -30, 300, 226, 22), front)
    canvas.shape(heart(0, 66, 88), ground)


def _leaf(canvas: Canvas, front: Colour, ground: Colour, accent: Colour) -> None:
    canvas.blob([(0, -220), (110, -110), (118, 40), (0, 170), (-118, 40), (-110, -110)], front)
    canvas.stroke([(0, 220), (0, 60), (0, -120)], 22, accent)
    for y in (-50, 20, 90):
        for side in (-1, 1):
            canvas.stroke([(0, y + 30), (side * 70, y - 34)], 14, ground)


MARKS: dict[str, Mark] = {
    "a kettle whose steam is made of hearts": _kettle,
    "a lantern with a flame": _lantern,
    "a wheel whose spokes are a flower": _wheel,
    "an open book on two wheels": _van,
    "a flower of eight petals": _petals,
    "a sun over water": _sunrise,
    "a house with a heart": _house,
    "a leaf": _leaf,
}
CHOSEN = {"second-kettle": 0, "lanternfold": 1, "wobblewheel": 2, "skerrymor": 3}


def mark_of(seed: str) -> str:
    """Which mark a charity has, in words."""
    return [*MARKS][CHOSEN[seed] if seed in CHOSEN else dice_of(seed).randrange(len(CHOSEN), len(MARKS))]


def draw_mark(canvas: Canvas, mark: str, front: Colour, ground: Colour, accent: Colour) -> None:
    """The mark of a charity around the origin."""
    MARKS[mark](canvas, front, ground, accent)
