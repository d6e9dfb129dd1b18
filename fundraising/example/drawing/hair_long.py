"""Hair that falls, is tied or is braided, from the front. Same origin as the head."""

from __future__ import annotations

from fundraising.example.drawing.canvas import Canvas, points
from fundraising.example.drawing.hairline import (
    BACK,
    FRINGE,
    HIGH,
    PARTED,
    SIDE_PARTED,
    draw_cap,
    draw_ears,
    draw_sheen,
)
from fundraising.example.drawing.looks import Look

BOB = points("-104,-30 -80,-110 0,-136 80,-110 102,-30 106,60 88,112 0,96 -94,114 -112,60")
BOB_SIDE = points("-70,-50 -98,-30 -108,40 -94,112 -74,100 -70,30 -66,-10")
BOB_SIDE_TURNED = points("-70,-50 -98,-30 -108,40 -94,112 -74,100 -62,30 -56,-10")
LONG = points(
    "-100,-30 -80,-108 0,-132 80,-108 100,-30 102,60 110,140 120,196 78,206 40,196 -20,212 -70,202 -126,204 -112,140 "
    "-104,60"
)
LONG_TURNED = points(
    "-104,-30 -86,-104 -10,-130 60,-90 40,20 36,110 48,150 20,172 -30,160 -70,176 -126,168 -116,110 -108,50"
)
LOCK = points("-44,-76 -90,-50 -102,30 -108,120 -122,186 -86,178 -80,110 -78,50 -70,-20 -40,-60")
TAIL = points("-30,-112 -74,-142 -128,-120 -150,-60 -140,0 -170,50 -112,30 -100,-40 -70,-84")
WAVES = points("-92,-20 -104,40 -100,100 -84,156 90,-20 100,40 94,100 78,156 -30,140 30,140")
WAVES_TURNED = points("-84,-30 -98,26 -100,78 -96,126 -60,148 -26,132 -40,90 -20,60")
WAVES_BESIDE = points("-84,-44 -92,0 -96,48 -96,98")


def draw_bob_behind(canvas: Canvas, look: Look, _turned: float) -> None:
    """A bob's far side."""
    canvas.blob(BOB, look.strands)


def draw_bob(canvas: Canvas, look: Look, turned: float) -> None:
    """A fringe, and hair to the chin."""
    draw_cap(canvas, look, turned, FRINGE, side=12, top=22)
    if turned:
        canvas.blob(BOB_SIDE_TURNED, look.strands)
    else:
        canvas.blob(BOB_SIDE, look.strands)
        canvas.blob([(-x, y) for x, y in BOB_SIDE], look.strands)
    draw_sheen(canvas, look, [(-56, -92), (-14, -112), (40, -106)], 8)


def draw_long_behind(canvas: Canvas, look: Look, turned: float) -> None:
    """What falls behind the shoulders, or down the back."""
    canvas.blob(LONG_TURNED if turned else LONG, look.strands)


def draw_long(canvas: Canvas, look: Look, turned: float) -> None:
    """Parted, and tucked behind the ear on a turned head."""
    draw_cap(canvas, look, turned, SIDE_PARTED if turned else PARTED, side=9, top=18)
    if turned:
        draw_sheen(canvas, look, [(-76, -76), (-94, -20), (-100, 70)])
        draw_ears(canvas, look, turned)
    else:
        canvas.blob(LOCK, look.strands)
        canvas.blob([(-x, y) for x, y in LOCK], look.strands)
        draw_sheen(canvas, look, [(-58, -80), (-82, -24), (-90, 50)])
    draw_sheen(canvas, look, [(10, -112), (48, -92), (64, -70)])


def draw_wavy_behind(canvas: Canvas, look: Look, turned: float) -> None:
    """Waves behind the head."""
    canvas.oval(-turned * 10, -52, 92, 92, look.strands)
    for at, (x, y) in enumerate(WAVES_TURNED if turned else WAVES):
        radius = (39 - at * (at < 6) * 1.6) if turned else 41
        canvas.oval(x, y, radius, radius, look.strands)


def draw_wavy(canvas: Canvas, look: Look, turned: float) -> None:
    """Waves beside the face."""
    draw_cap(canvas, look, turned, SIDE_PARTED if turned else PARTED, side=12, top=24)
    if turned:
        draw_ears(canvas, look, turned)
    else:
        for x, y in WAVES_BESIDE:
            canvas.oval(x, y, 25, 26, look.strands)
            canvas.oval(-x, y, 25, 26, look.strands)
    for x, y in ((-60, -92), (-96, -34), (-106, 30), (-100, 90)):
        canvas.stroke([(x - 8, y + 8), (x, y - 6), (x + 10, y - 4)], 6, look.sheen)


def draw_ponytail_behind(canvas: Canvas, look: Look, _turned: float) -> None:
    """A ponytail that the headwind of a backward run blows sideways."""
    canvas.blob(TAIL, look.strands)
    canvas.stroke([(-86, -122), (-124, -86), (-130, -20)], 7, look.sheen, end=3)


def draw_bun_behind(canvas: Canvas, look: Look, turned: float) -> None:
    """A bun on top."""
    x = -12 - turned * 26
    canvas.oval(x, -140, 46, 42, look.strands)
    canvas.stroke([(x - 26, -146), (x - 2, -164), (x + 24, -152)], 6, look.sheen)


def draw_tied(canvas: Canvas, look: Look, turned: float) -> None:
    """Hair combed back."""
    draw_cap(canvas, look, turned, BACK, side=4, top=10)
    draw_sheen(canvas, look, [(-34, -96), (6, -106), (40, -96)])
    draw_ears(canvas, look, turned)


def draw_braids_behind(canvas: Canvas, look: Look, turned: float) -> None:
    """Braids with a bead at each end."""
    for at, x in enumerate((-96, -78, -60, -40) if turned else (-92, -74, -54, 54, 74, 92)):
        end = x * 1.25 - turned * 6
        canvas.stroke([(x, -20), (x * 1.1, 80), (end, 182 + at % 2 * 12)], 18, look.strands, end=13)
        canvas.oval(end, 190 + at % 2 * 12, 8, 7, look.worn)


def draw_braids(canvas: Canvas, look: Look, turned: float) -> None:
    """Their partings on the skull."""
    draw_cap(canvas, look, turned, BACK, side=6, top=12)
    for x in (-54, -20, 14, 48):
        canvas.stroke(
            [(x * 0.96 + turned * 6, -82), (x * 0.8, -96), (x * 0.5 - turned * 8, -114)], 4, look.sheen, end=3
        )
    draw_ears(canvas, look, turned)


def draw_locs_behind(canvas: Canvas, look: Look, _turned: float) -> None:
    """Locs beside the face."""
    for at, x in enumerate((-96, -82, -66, 66, 82, 96)):
        canvas.stroke([(x * 0.9, -60), (x * 1.12, 10), (x * 1.1, 92 + at % 3 * 16)], 22, look.strands, end=17)


def draw_locs(canvas: Canvas, look: Look, turned: float) -> None:
    """Locs over the forehead."""
    draw_cap(canvas, look, turned, HIGH, side=10, top=18)
    for x, bend in ((-70, -24), (-40, -8), (-6, 4), (30, 14), (62, 26)):
        canvas.stroke([(x * 0.6, -122), (x, -104), (x + bend, -74 + abs(x) * 0.24)], 18, look.strands)
        canvas.stroke([(x * 0.7 - 4, -114), (x - 2, -98)], 4, look.sheen)
    draw_ears(canvas, look, turned)
