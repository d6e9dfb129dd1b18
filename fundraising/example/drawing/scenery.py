"""Heaton Park, more or less: sky, hills, trees, the little temple, and a path to run along backwards."""

from __future__ import annotations

from random import Random

from fundraising.example.drawing.canvas import SIDE, Canvas, Colour, Point, curve, mix
from fundraising.example.drawing.palette import PAPER, WHITE, Weather

HORIZON = 372


def draw_park(canvas: Canvas, weather: Weather, dice: Random, *, temple: bool = False) -> None:
    """The whole sheet, for somebody to stand in front of."""
    canvas.fade(0, HORIZON + 20, weather.above, weather.below)
    sun = dice.choice((92, 140, 500, 552))
    canvas.oval(sun, dice.randint(92, 150), 52, 52, weather.sun)
    for _ in range(dice.randint(1, 2)):
        draw_cloud(canvas, dice.randint(40, 600), dice.randint(50, 190), dice.uniform(0.7, 1.1), weather)
    _hills(canvas, weather, dice)
    if temple:
        draw_temple(canvas, 640 - sun, 352, 0.9, weather)
    _path(canvas, weather, dice)
    for x in (dice.randint(-10, 44), dice.randint(96, 140), dice.randint(502, 546), dice.randint(596, 650)):
        if dice.random() < 0.82 and not (temple and abs(x - 640 + sun) < 70):
            far = 96 <= x <= 546
            with canvas.moved(x, dice.randint(378, 392) if far else dice.randint(408, 440)):
                draw_tree(canvas, weather, dice, 0.72 if far else 1.05)


def draw_cloud(canvas: Canvas, x: float, y: float, scale: float, weather: Weather) -> None:
    """A flat cloud around a point."""
    white = mix(WHITE, weather.above, 0.25)
    with canvas.moved(x, y, scale=scale):
        canvas.shape([(-62, 8), (62, 8), (62, 24), (-62, 24)], white)
        for cx, cy, r in ((-58, 8, 16), (-24, -4, 26), (14, -12, 32), (44, 0, 20), (62, 8, 16)):
            canvas.oval(cx, cy, r, min(r, 24 - cy), white)


def _hills(canvas: Canvas, weather: Weather, dice: Random) -> None:
    lift = dice.randint(-16, 16)
    hill: list[Point] = [(-20, 330 + lift), (120, 300 - lift), (300, 336), (470, 304 + lift), (660, 326 - lift)]
    draw_ground(canvas, hill, weather.far)
    draw_ground(canvas, [(-20, 366 - lift), (180, 376), (380, 352), (660, 380 + lift)], weather.near)
    draw_ground(canvas, [(-20, 432), (200, 408), (450, 416), (660, 436)], weather.grass)


def draw_ground(canvas: Canvas, ridge: list[Point], colour: Colour) -> None:
    """Everything below a ridge."""
    smooth = [ridge[0], *ridge, ridge[-1]]
    canvas.shape([*curve(smooth), (SIDE + 20, SIDE), (-20, SIDE)], colour)


def _path(canvas: Canvas, weather: Weather, dice: Random) -> None:
    with canvas.moved(320, 0, flip=dice.random() < 0.5):
        left = curve([(10, 412), (-10, 430), (-110, 500), (-350, 660)])
        right = curve([(20, 412), (40, 430), (120, 500), (300, 660)])
        canvas.shape([*left, *reversed(right)], weather.path)


def draw_tree(canvas: Canvas, weather: Weather, dice: Random, scale: float) -> None:
    """A tree that stands on the origin."""
    dark, bright = weather.leaves
    with canvas.moved(scale=scale * dice.uniform(0.88, 1.12), flip=dice.random() < 0.5):
        kind = dice.choice(("round", "round", "tall", "wide"))
        canvas.shape([(-7, 4), (-5, -90), (5, -90), (8, 4)], weather.trunk)
        if kind == "tall":
            canvas.blob([(0, -236), (36, -130), (0, -42), (-36, -130)], dark)
            canvas.blob([(2, -218), (22, -150), (6, -100), (-8, -160)], bright)
            return
        spread = 1.25 if kind == "wide" else 1.0
        for x, y, r in ((-34, -92, 40), (36, -90, 38), (0, -138, 50), (0, -92, 44)):
            canvas.oval(x * spread, y, r * spread, r, dark)
        for x, y, r in ((-18, -140, 24), (22, -108, 17), (-36, -96, 14)):
            canvas.oval(x * spread, y, r * spread, r, bright)


def draw_temple(canvas: Canvas, x: float, y: float, scale: float, weather: Weather) -> None:
    """The small round building on the park's highest point."""
    stone = mix(PAPER, weather.far, 0.25)
    shade = mix(stone, weather.trunk, 0.3)
    with canvas.moved(x, y, scale=scale):
        canvas.shape([(-40, 0), (40, 0), (34, -8), (-34, -8)], shade)
        canvas.shape([(-28, -8), (28, -8), (28, -52), (-28, -52)], shade)
        for post in (-27, -14, -1, 12, 25):
            canvas.shape([(post - 1, -8), (post + 5, -8), (post + 5, -52), (post - 1, -52)], stone)
        canvas.shape([(-36, -52), (38, -52), (38, -60), (-36, -60)], stone)
        canvas.blob([(-28, -60), (-24, -78), (1, -90), (26, -78), (30, -60), (1, -58)], shade)
        canvas.shape([(-7, -86), (9, -86), (9, -98), (-7, -98)], stone)
        canvas.oval(1, -99, 9, 6, shade)
