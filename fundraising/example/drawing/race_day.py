"""The event's own picture: the whole field on the path, backs first, and the flag that they back towards."""

from __future__ import annotations

from random import Random

from fundraising.example.drawing.canvas import SIDE, Canvas, Point, curve, mix
from fundraising.example.drawing.figures import draw_figure
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, PAPER, TEAMS, Weather
from fundraising.example.drawing.scenery import draw_cloud, draw_ground, draw_temple, draw_tree

FIELD: tuple[tuple[float, float, float, int, Look], ...] = (
    (424, 352, 0.10, 8, Look(5, "short", "black", number=31)),
    (396, 362, 0.11, 6, Look(1, "bob", "blond", number=112)),
    (446, 372, 0.12, 3, Look(3, "long", "black", number=41)),
    (352, 390, 0.15, 9, Look(7, "crop", "black", number=84)),
    (420, 398, 0.16, 1, Look(2, "curls", "auburn", number=205, left=True)),
    (276, 434, 0.21, 4, Look(0, "balding", "grey", number=64)),
    (380, 452, 0.23, 3, Look(4, "ponytail", "black", number=19, cloth=1, left=True)),
    (492, 500, 0.30, 11, Look(1, "cap", "ginger", cloth=3, number=138)),
    (186, 520, 0.32, 5, Look(3, "hijab", cloth=6, number=7)),
    (346, 606, 0.42, 0, Look(6, "bun", "black", number=38, earrings=True)),
)
BUNTING = (3, 1, 6, 2, 10)


def draw_race_day(canvas: Canvas, weather: Weather, dice: Random) -> None:
    """The park, the gate that they started from, the field, and the flag."""
    _park(canvas, weather, dice)
    _gate(canvas)
    for x, y, scale, colour, look in FIELD:
        with canvas.moved(x, y, scale=scale):
            draw_figure(canvas, look, colour, weather.path)
    _flag(canvas)


def _park(canvas: Canvas, weather: Weather, dice: Random) -> None:
    canvas.fade(0, 330, weather.above, weather.below)
    canvas.oval(128, 92, 50, 50, weather.sun)
    for x, y, scale in ((232, 66, 0.8), (520, 60, 1.1), (50, 160, 0.6)):
        draw_cloud(canvas, x, y, scale, weather)
    draw_ground(canvas, [(-20, 262), (140, 232), (300, 250), (520, 196), (660, 226)], weather.far)
    draw_temple(canvas, 540, 200, 0.8, weather)
    draw_ground(canvas, [(-20, 300), (180, 286), (420, 268), (660, 292)], weather.near)
    for x, y, scale in ((36, 300, 0.7), (110, 292, 0.55), (182, 288, 0.5), (600, 288, 0.62), (650, 300, 0.8)):
        with canvas.moved(x, y):
            draw_tree(canvas, weather, dice, scale)
    draw_ground(canvas, [(-20, 372), (200, 330), (450, 312), (660, 352)], weather.grass)
    left = curve([(404, 308), (340, 344), (210, 430), (40, 560), (-60, 660)])
    right = curve([(448, 308), (474, 348), (500, 430), (580, 540), (650, 660)])
    canvas.shape([*left, *reversed(right)], weather.path)


def _gate(canvas: Canvas) -> None:
    post = mix(INK, PAPER, 0.25)
    for x in (348, 494):
        canvas.stroke([(x, 346), (x, 236)], 8, post)
    canvas.shape([(342, 230), (500, 230), (500, 262), (342, 262)], TEAMS[0][0])
    canvas.write("START", 421, 246, 23, PAPER)
    _bunting(canvas, [(348, 236), (240, 272), (80, 246), (-20, 204)])
    _bunting(canvas, [(494, 236), (560, 262), (610, 256), (670, 220)])


def _bunting(canvas: Canvas, through: list[Point]) -> None:
    rope = curve(through)
    canvas.stroke(rope[::4], 2.5, mix(INK, PAPER, 0.4))
    for at, (x, y) in enumerate(rope[2:-1:3]):
        canvas.shape([(x - 8, y), (x + 8, y), (x, y + 19)], TEAMS[BUNTING[at % 5]][0])


def _flag(canvas: Canvas) -> None:
    """The finish; a chequered cloth that waves."""
    canvas.stroke([(36, SIDE + 10), (36, 330)], 10, mix(INK, PAPER, 0.15))
    canvas.oval(36, 326, 9, 9, TEAMS[3][0])
    top = curve([(40, 338), (72, 330), (104, 342), (140, 334)], steps=8)
    for row in range(4):
        for column in range(6):
            wave = [(x, y + row * 18) for x, y in top[column * 4 : column * 4 + 5]]
            square = [*wave, *reversed([(x, y + 18) for x, y in wave])]
            canvas.shape(square, INK if (row + column) % 2 else PAPER)
