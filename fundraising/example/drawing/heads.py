"""Heads: face, ears, beard, glasses. The origin is the middle of the head; it faces us (turned 0) or our right (1)."""

from __future__ import annotations

import math

from fundraising.example.drawing.canvas import Canvas, Colour, Point, arc, curve, mix, points, rgb
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, WHITE

WIDE, TOP, CHIN = 86, 108, 112
SHIFT = 25  # how far the features move on a turned head
DARK, RED, TONGUE, GOLD = rgb("#2A1A1A"), rgb("#7A2229"), rgb("#D9606A"), rgb("#E9B949")
FRECKLES = points("-58,34 -46,30 -40,39 -52,44 44,31 56,35 40,40 50,45")
MOUSTACHE = points("0,46 20,45 40,60 18,60 0,56 -18,60 -40,60 -20,45")


def outline(turned: float = 0, *, side: float = 0, top: float = 0, chin: float = 0) -> list[Point]:
    """The edge of a head clockwise from its right, grown by so much at the sides, the crown and the chin."""
    edge: list[Point] = []
    for step in range(72):
        angle = math.tau * step / 72
        across, down = math.cos(angle), math.sin(angle)
        x = (WIDE + side) * math.copysign(abs(across) ** 0.9, across)
        if down > 0:
            edge.append((x * (1 - 0.15 * down**2) + turned * 11 * down**1.6, down * (CHIN + chin)))
        else:
            edge.append((x + turned * 9 * down, down * (TOP + top)))
    return edge


def along(turned: float, start: float, end: float, *, side: float = 0, top: float = 0) -> list[Point]:
    """The part of the edge between two angles (180 is left, 270 the crown, 360 right)."""
    edge = outline(turned, side=side, top=top)
    return [edge[step % 72] for step in range(round(start / 5), round(end / 5) + 1)]


def draw_ear(canvas: Canvas, x: float, y: float, look: Look, *, flip: bool = False) -> None:
    """An ear; unless flipped, a left one."""
    with canvas.moved(x, y, flip=flip):
        canvas.oval(0, 0, 14, 22, look.skin_colour)
        canvas.stroke([(4, -11), (-5, -8), (-5, 4), (1, 10)], 4, look.skin_shade)
        if look.earrings:
            canvas.oval(-1, 27, 6, 6, GOLD)


def draw_head(canvas: Canvas, look: Look, turned: float) -> None:
    """Skin, features and beard; hair and ears are drawn over and around it."""
    edge = outline(turned)
    shift = turned * SHIFT
    canvas.shape(edge, look.skin_colour)
    if look.beard in ("full", "stubble"):
        with canvas.inside(outline(turned, side=1, chin=10 if look.beard == "full" else 0)):
            _beard(canvas, look, turned)
    with canvas.inside(edge):
        _cheeks(canvas, look, turned)
    for side in (-1, 1):
        narrow = 1 - 0.14 * turned if side > 0 else 1.0
        _eye(canvas, look, shift + side * 35 * narrow, side, narrow)
    _nose(canvas, look, turned)
    if look.beard == "moustache":
        canvas.blob([(x + shift + turned * 3, y) for x, y in MOUSTACHE], look.strands)
    _mouth(canvas, look, shift + turned * 3)
    if look.glasses:
        _glasses(canvas, turned, dark=look.glasses == "dark")


def _cheeks(canvas: Canvas, look: Look, turned: float) -> None:
    shift = turned * SHIFT
    blush = mix(look.skin_colour, rgb("#E5533D"), 0.26)
    if look.beard not in ("full", "stubble"):
        canvas.oval(shift - 50, 44, 17, 11, blush)
        canvas.oval(shift + 50 - turned * 8, 44, 17 - turned * 4, 11, blush)
    if look.freckles:
        tint = mix(look.skin_colour, rgb("#A5502C"), 0.5)
        for x, y in FRECKLES:
            canvas.oval(x + shift, y, 2.6, 2.6, tint)


def _brow(look: Look) -> Colour:
    """Eyebrows show on every skin, whatever the hair."""
    if look.hair_colour in ("white", "blond"):
        return mix(look.strands, rgb("#8A6A45"), 0.5)
    if look.hair_colour == "pink":
        return rgb("#4A2E2A")
    return look.strands


def _eye(canvas: Canvas, look: Look, x: float, side: int, narrow: float) -> None:
    canvas.oval(x, 6, 8 * narrow, 10, DARK)
    canvas.oval(x + 2.5, 2, 2.6, 2.8, WHITE)
    wide = 16 * narrow
    canvas.stroke([(x - wide, -20 - side * 2.5), (x + side, -27), (x + wide, -20 + side * 2.5)], 6.5, _brow(look))
    out = side * narrow
    if look.lashes:
        for rise in (-1, 5):
            canvas.stroke([(x + out * 6, rise), (x + out * 14, rise - 4)], 3.5, DARK)
    if look.lines:
        canvas.stroke([(x + out * 19, 8), (x + out * 28, 3)], 3, look.skin_shade)
        canvas.stroke([(x + out * 19, 13), (x + out * 28, 15)], 3, look.skin_shade)


def _nose(canvas: Canvas, look: Look, turned: float) -> None:
    shade = mix(look.skin_colour, rgb("#7A2F22"), 0.34)
    if turned:
        canvas.stroke([(35, 10), (43, 32), (39, 38), (26, 38)], 5, shade)
    else:
        canvas.stroke([(-9, 33), (-5, 39), (5, 39), (9, 33)], 5, shade)


def _mouth(canvas: Canvas, look: Look, x: float) -> None:
    with canvas.moved(x, 60):
        if look.smile == "smile":
            lip = mix(look.skin_colour, rgb("#7E1F26"), 0.62) if look.beard != "full" else rgb("#B5555A")
            canvas.stroke([(-25, 2), (-12, 11), (8, 12), (24, 2)], 6, lip)
            return
        deep = 27 if look.smile == "laugh" else 19
        lower = curve([(27, 0), (17, deep * 0.8), (0, 2 + deep), (-17, deep * 0.8), (-28, 0)])
        mouth = [*curve([(-28, 0), (0, 4), (27, 0)]), *lower]
        canvas.shape(mouth, RED)
        with canvas.inside(mouth):
            canvas.shape([(-30, -10), (30, -10), (30, 10), (-30, 10)], WHITE)
            if look.smile == "laugh":
                canvas.oval(0, 4 + deep, 14, 10, TONGUE)


def _beard(canvas: Canvas, look: Look, turned: float) -> None:
    shift = turned * SHIFT
    colour = mix(look.skin_colour, look.strands, 0.3) if look.beard == "stubble" else look.strands
    # Behind the near ear of a turned head nothing grows.
    near = [(-100 + turned * 40, -8 + turned * 12), (-84 + turned * 25, 8), (-75 + turned * 22, 38), (shift - 50, 60)]
    middle = [(shift - 30, 50), (shift, 45), (shift + 30, 50)]
    far: list[Point] = [(50 + turned * 18, 60), (76 + turned * 2, 38), (86, 6), (100, -8)]
    canvas.shape(
        [*curve([*near, *middle, *far]), (120, 140), (-120, 140), (-120 + turned * 56, 60 + turned * 20)], colour
    )


def _glasses(canvas: Canvas, turned: float, *, dark: bool) -> None:
    shift = turned * SHIFT
    for side in (-1, 1):
        narrow = 1 - 0.14 * turned if side > 0 else 1.0
        x = shift + side * 36 * narrow
        if dark:
            canvas.oval(x, 6, 28 * narrow, 24, INK)
            canvas.stroke([(x - 12, -2), (x - 4, -9)], 5, mix(INK, WHITE, 0.4))
        else:
            canvas.stroke(arc(x, 6, 26 * narrow, 24)[::2], 5, INK)
    canvas.stroke([(shift - 11, 3), (shift, -1), (shift + 9, 3)], 5, INK)
    canvas.stroke([(shift - 61, 2), (-WIDE + turned * 14, -4)], 5, INK)
    if not turned:
        canvas.stroke([(61, 2), (WIDE, -4)], 5, INK)
