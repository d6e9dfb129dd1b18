"""Heads: face, ears, beard, glasses. The origin is the middle of the head; every head is turned to the right or not at all."""

from __future__ import annotations

import math

from fundraising.example.drawing.canvas import Canvas, Colour, Point, arc, curve, mix, rgb
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, WHITE

WIDE, TOP, CHIN = 86, 108, 112
DARK = rgb("#2A1A1A")


def outline(turned: float = 0, *, side: float = 0, top: float = 0, chin: float = 0) -> list[Point]:
    """The edge of a head clockwise from its right, grown by so much at the sides, the crown and the chin."""
    points: list[Point] = []
    for step in range(72):
        angle = math.tau * step / 72
        across, down = math.cos(angle), math.sin(angle)
        x = (WIDE + side) * math.copysign(abs(across) ** 0.9, across)
        y = down * (CHIN + chin if down > 0 else TOP + top)
        if down > 0:
            x = x * (1 - 0.15 * down**2) + turned * 11 * down**1.6
        else:
            x -= turned * 9 * abs(down)
        points.append((x, y))
    return points


def along(turned: float, start: float, end: float, *, side: float = 0, top: float = 0) -> list[Point]:
    """The part of the edge between two angles (180 is left, 270 the crown, 360 right)."""
    edge = outline(turned, side=side, top=top)
    first, last = round(start / 5), round(end / 5)
    return [edge[step % 72] for step in range(first, last + 1)]


def draw_ear(canvas: Canvas, x: float, y: float, look: Look, *, flip: bool = False) -> None:
    """An ear; unless flipped, a left one."""
    with canvas.moved(x, y, flip=flip):
        canvas.oval(0, 0, 14, 22, look.skin_colour)
        canvas.stroke([(4, -11), (-5, -8), (-5, 4), (1, 10)], 4, look.skin_shade)
        if look.earrings:
            canvas.oval(-1, 27, 6, 6, rgb("#E9B949"))


def draw_head(canvas: Canvas, look: Look, turned: float) -> None:
    """Skin, features and beard; hair and ears are drawn over and around it."""
    edge = outline(turned)
    canvas.shape(edge, look.skin_colour)
    shift = turned * 25
    if look.beard in ("full", "stubble"):
        with canvas.inside(outline(turned, side=1, chin=10 if look.beard == "full" else 0)):
            _beard(canvas, look, turned)
    with canvas.inside(edge):
        blush = mix(look.skin_colour, rgb("#E5533D"), 0.26)
        canvas.oval(shift - 50, 44, 17, 11, blush)
        canvas.oval(shift + 50 - turned * 8, 44, 17 - turned * 4, 11, blush)
        if look.freckles:
            _freckles(canvas, look, shift)
    _eyes(canvas, look, turned)
    _nose(canvas, look, turned)
    if look.beard == "moustache":
        x = shift + turned * 3
        canvas.blob([(x, 46), (x + 20, 45), (x + 40, 60), (x + 18, 60), (x, 56), (x - 18, 60), (x - 40, 60), (x - 20, 45)], look.strands)
    _mouth(canvas, look, shift + turned * 3)
    if look.glasses:
        _glasses(canvas, turned)


def _freckles(canvas: Canvas, look: Look, shift: float) -> None:
    tint = mix(look.skin_colour, rgb("#A5502C"), 0.5)
    for x, y in ((-58, 34), (-46, 30), (-40, 39), (-52, 44), (44, 31), (56, 35), (40, 40), (50, 45)):
        canvas.oval(x + shift, y, 2.6, 2.6, tint)


def _eyes(canvas: Canvas, look: Look, turned: float) -> None:
    shift = turned * 25
    brow = mix(look.strands, look.skin_colour, 0.12) if look.hair_colour in ("white", "grey", "blond") else look.strands
    if look.hair_colour in ("white", "blond"):
        brow = mix(brow, rgb("#8A6A45"), 0.4)
    for side in (-1, 1):
        narrow = 1 - 0.14 * turned if side > 0 else 1.0
        x = shift + side * 35 * narrow
        canvas.oval(x, 6, 8 * narrow, 10, DARK)
        canvas.oval(x + 2.5, 2, 2.6, 2.8, WHITE)
        wide = 16 * narrow
        canvas.stroke([(x - wide, -20 - side * 2.5), (x + side, -27), (x + wide, -20 + side * 2.5)], 6.5, brow)
        if look.lashes:
            for rise in (-1, 5):
                canvas.stroke([(x + side * 6 * narrow, rise), (x + side * 14 * narrow, rise - 4)], 3.5, DARK)
        if look.lines:
            out = x + side * 17 * narrow
            canvas.stroke([(out, 8), (out + side * 9, 3)], 3, look.skin_shade)
            canvas.stroke([(out, 13), (out + side * 9, 15)], 3, look.skin_shade)


def _nose(canvas: Canvas, look: Look, turned: float) -> None:
    shade = mix(look.skin_colour, rgb("#7A2F22"), 0.34)
    if turned < 0.2:
        canvas.stroke([(-9, 33), (-5, 39), (5, 39), (9, 33)], 5, shade)
        return
    x = turned * 31
    canvas.stroke([(x + 4, 10), (x + 12, 32), (x + 8, 38), (x - 5, 38)], 5, shade)


def _mouth(canvas: Canvas, look: Look, x: float) -> None:
    lip = mix(look.skin_colour, rgb("#7E1F26"), 0.62)
    if look.smile == "smile":
        canvas.stroke([(x - 25, 62), (x - 12, 71), (x + 8, 72), (x + 24, 62)], 6, lip)
        return
    deep = 27 if look.smile == "laugh" else 19
    mouth = [*curve([(x - 28, 60), (x, 64), (x + 27, 60)]), *curve([(x + 27, 60), (x + 17, 60 + deep * 0.8), (x, 62 + deep), (x - 17, 60 + deep * 0.8), (x - 28, 60)])]
    canvas.shape(mouth, rgb("#7A2229"))
    with canvas.inside(mouth):
        canvas.shape([(x - 30, 50), (x + 30, 50), (x + 30, 70), (x - 30, 70)], WHITE)
        if look.smile == "laugh":
            canvas.oval(x, 64 + deep, 14, 10, rgb("#D9606A"))


def _beard(canvas: Canvas, look: Look, turned: float) -> None:
    shift = turned * 25
    colour = look.strands
    if look.beard == "stubble":
        colour = mix(look.skin_colour, look.strands, 0.3)
    cheek = curve([
        (-100, -8), (-84 + turned * 20, 6), (-70 + turned * 18, 40), (shift - 34, 50), (shift, 44), (shift + 34, 50),
        (72, 42), (86, 6), (100, -8),
    ])  # fmt: skip
    canvas.shape([*cheek, (120, 140), (-120, 140)], colour)


def _glasses(canvas: Canvas, turned: float) -> None:
    shift = turned * 25
    for side in (-1, 1):
        narrow = 1 - 0.14 * turned if side > 0 else 1.0
        ring = arc(shift + side * 36 * narrow, 6, 26 * narrow, 24)
        canvas.stroke(ring[::2], 5, INK)
    canvas.stroke([(shift - 11, 3), (shift, -1), (shift + 9, 3)], 5, INK)
    canvas.stroke([(shift - 61, 2), (-WIDE + turned * 14, -4)], 5, INK)
    if turned < 0.2:
        canvas.stroke([(shift + 61, 2), (WIDE, -4)], 5, INK)


def mixture(one: Colour, other: Colour) -> Colour:
    """Halfway between two colours."""
    return mix(one, other, 0.5)
