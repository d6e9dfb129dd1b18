"""The event's own picture: the whole field on the path, backs first, and the flag that they back away from."""

from __future__ import annotations

from random import Random

from fundraising.example.drawing.canvas import SIDE, Canvas, curve, mix
from fundraising.example.drawing.figures import draw_figure
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, PAPER, TEAMS, Weather
from fundraising.example.drawing.scenery import draw_cloud, draw_ground, draw_temple, draw_tree

FIELD: tuple[tuple[float, float, float, int, Look], ...] = (
    (404, 352, 0.13, 8, Look(5, "short", "black", number=31)),
    (352, 362, 0.14, 6, Look(1, "bob", "blond", number=112)),
    (302, 392, 0.19, 9, Look(7, "crop", "black", number=84)),
    (382, 400, 0.20, 1, Look(2, "curls", "auburn", number=205, left=True)),
    (236, 444, 0.26, 4, Look(0, "balding", "grey", number=64)),
    (350, 464, 0.29, 3, Look(4, "ponytail", "black", number=19, cloth=1, left=True)),
    (150, 540, 0.38, 5, Look(3, "hijab", cloth=6, number=7)),
    (468, 524, 0.36, 11, Look(1, "cap", "ginger", cloth=3, number=138)),
    (312, 606, 0.47, 0, Look(6, "bun", "black", number=38, earrings=True)),
)


def draw_setting(canvas: Canvas, weather: Weather, dice: Random) -> None:
    """Sky, hills, temple, trees, the winding path and the start."""
    canvas.fade(0, 330, weather.above, weather.below)
    canvas.oval(128, 96, 50, 50, weather.sun)
    for x, y, scale in ((236, 74, 0.8), (508, 66, 1.1), (54, 170, 0.6)):
        draw_cloud(canvas, x, y, scale, weather)
    draw_ground(canvas, [(-20, 262), (140, 232), (300, 250), (500, 196), (660, 236)], weather.far)
    draw_temple(canvas, 520, 203, 0.8, weather)
    draw_ground(canvas, [(-20, 300), (180, 286), (420, 268), (660, 292)], weather.near)
    for x, y, scale in ((36, 300, 0.7), (110, 292, 0.55), (176, 288, 0.5), (596, 288, 0.62), (650, 300, 0.8)):
        with canvas.moved(x, y):
            draw_tree(canvas, weather, dice, scale)
    draw_ground(canvas, [(-20, 372), (200, 330), (450, 316), (660, 352)], weather.grass)
    left = curve([(420, 316), (330, 344), (210, 430), (40, 560), (-60, 660)])
    right = curve([(430, 316), (452, 348), (470, 430), (560, 540), (640, 660)])
    canvas.shape([*left, *reversed(right)], weather.path)
    _gate(canvas)


def _gate(canvas: Canvas) -> None:
    """The gate they started from, with bunting."""
    for x in (306, 474):
        canvas.stroke([(x, 340), (x, 216)], 9, mix(INK, PAPER, 0.25))
    canvas.shape([(300, 212), (480, 212), (480, 246), (300, 246)], TEAMS[0][0])
    canvas.write("TRATS", 390, 229, 24, PAPER)
    rope = curve([(306, 220), (200, 262), (60, 238), (-20, 190)])
    _bunting(canvas, rope)
    _bunting(canvas, curve([(474, 220), (540, 256), (600, 250), (660, 214)]))


def _bunting(canvas: Canvas, rope: list[tuple[float, float]]) -> None:
    canvas.stroke(rope[::4], 2.5, mix(INK, PAPER, 0.4))
    for at, (x, y) in enumerate(rope[2:-1:3]):
        canvas.shape([(x - 8, y), (x + 8, y), (x, y + 19)], TEAMS[(3, 1, 6, 2, 10)[at % 5]][0])


def draw_crowd(canvas: Canvas, weather: Weather) -> None:
    """The field, the farthest first, and the flag."""
    for x, y, scale, colour, look in FIELD:
        with canvas.moved(x, y, scale=scale):
            draw_figure(canvas, look, colour, weather.path)
    _flag(canvas)


def _flag(canvas: Canvas) -> None:
    canvas.stroke([(42, SIDE + 10), (42, 300)], 11, mix(INK, PAPER, 0.15))
    canvas.oval(42, 296, 10, 10, TEAMS[3][0])
    top = curve([(46, 308), (96, 296), (150, 316), (202, 302)])
    cloth = [*top, *reversed([(x, y + 104) for x, y in top])]
    canvas.shape(cloth, PAPER)
    with canvas.inside(cloth):
        for row in range(-1, 4):
            for column in range(6):
                if (row + column) % 2:
                    x = 46 + column * 26
                    wave = [(px, py + row * 26 + 26) for px, py in top if x - 1 <= px <= x + 27]
                    if wave:
                        canvas.shape([*wave, *reversed([(px, py + 26) for px, py in wave])], INK)
