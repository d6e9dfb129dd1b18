"""Short hair and none, from the front; and which drawing belongs to which style. Same origin as the head."""

from __future__ import annotations

from collections.abc import Callable

from fundraising.example.drawing import hair_long as falling
from fundraising.example.drawing import headwear as worn
from fundraising.example.drawing.canvas import Canvas, mix, points
from fundraising.example.drawing.hairline import HIGH, NEAT, SWEPT, draw_cap, draw_ears, draw_sheen
from fundraising.example.drawing.heads import along
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import WHITE

QUIFF = points("-84,-52 -66,-112 -4,-142 58,-132 92,-92 84,-46 30,-84 -40,-66")
CURLS = points("-58,-62 -28,-72 4,-76 36,-72 64,-58")
RINGLETS = points("-50,-96 -8,-112 38,-100 -70,-60 14,-84")
AFRO = points("-136,-40 -118,-112 -62,-160 8,-172 76,-152 122,-100 134,-30 110,36 60,70 -70,70 -116,30")
WREATH = points("-79,-48 -92,-24 -95,10 -88,42 -74,16 -74,-16")
WREATH_TURNED = points("-85,-46 -94,-16 -94,22 -80,56 -62,42 -56,12 -64,-20")


def _short(canvas: Canvas, look: Look, turned: float) -> None:
    draw_cap(canvas, look, turned, NEAT)
    draw_sheen(canvas, look, [(-40, -92), (-8, -104), (24, -100)])
    draw_ears(canvas, look, turned)


def _swept(canvas: Canvas, look: Look, turned: float) -> None:
    canvas.blob(QUIFF, look.strands)
    draw_cap(canvas, look, turned, SWEPT)
    draw_sheen(canvas, look, [(-44, -96), (4, -116), (52, -104)])
    draw_ears(canvas, look, turned)


def _crop(canvas: Canvas, look: Look, turned: float) -> None:
    draw_cap(canvas, look, turned, NEAT, side=2, top=6)
    draw_ears(canvas, look, turned)


def _curls(canvas: Canvas, look: Look, turned: float) -> None:
    draw_cap(canvas, look, turned, NEAT)
    for at, (x, y) in enumerate(along(turned, 190, 350, side=4, top=6)[::3]):
        canvas.oval(x, y, 25 + at % 3 * 3, 25 + at % 2 * 3, look.strands)
    for x, y in CURLS:
        canvas.oval(x + turned * 14, y, 20, 18, look.strands)
    for x, y in RINGLETS:
        canvas.stroke([(x - 9, y + 4), (x - 3, y - 7), (x + 9, y - 4)], 5, look.sheen)
    draw_ears(canvas, look, turned)


def _afro_behind(canvas: Canvas, look: Look, _turned: float) -> None:
    canvas.blob(AFRO, look.strands)


def _afro(canvas: Canvas, look: Look, turned: float) -> None:
    draw_cap(canvas, look, turned, HIGH, side=10, top=20)
    draw_sheen(canvas, look, [(-92, -84), (-58, -126), (-14, -144)], 8)
    draw_ears(canvas, look, turned)


def _balding(canvas: Canvas, look: Look, turned: float) -> None:
    if turned:
        canvas.blob(WREATH_TURNED, look.strands)
    else:
        canvas.blob(WREATH, look.strands)
        canvas.blob([(-x, y) for x, y in WREATH], look.strands)
    _bald(canvas, look, turned)


def _bald(canvas: Canvas, look: Look, turned: float) -> None:
    canvas.stroke([(-28 + turned * 18, -80), (0 + turned * 18, -89)], 9, mix(look.skin_colour, WHITE, 0.35))
    draw_ears(canvas, look, turned)


Draw = Callable[[Canvas, Look, float], None]

BEHIND: dict[str, Draw] = {
    "afro": _afro_behind,
    "bob": falling.draw_bob_behind,
    "long": falling.draw_long_behind,
    "wavy": falling.draw_wavy_behind,
    "ponytail": falling.draw_ponytail_behind,
    "bun": falling.draw_bun_behind,
    "braids": falling.draw_braids_behind,
    "locs": falling.draw_locs_behind,
}
OVER: dict[str, Draw] = {
    "short": _short,
    "swept": _swept,
    "crop": _crop,
    "curls": _curls,
    "afro": _afro,
    "balding": _balding,
    "bald": _bald,
    "bob": falling.draw_bob,
    "long": falling.draw_long,
    "wavy": falling.draw_wavy,
    "ponytail": falling.draw_tied,
    "bun": falling.draw_tied,
    "braids": falling.draw_braids,
    "locs": falling.draw_locs,
    "hijab": worn.draw_hijab,
    "turban": worn.draw_turban,
    "headwrap": worn.draw_headwrap,
    "cap": worn.draw_cap_worn,
    "headband": worn.draw_headband,
}


def draw_hair_behind(canvas: Canvas, look: Look, turned: float) -> None:
    """Before the head."""
    if look.hair in BEHIND:
        BEHIND[look.hair](canvas, look, turned)


def draw_hair_over(canvas: Canvas, look: Look, turned: float) -> None:
    """After the head, with the ears where they show."""
    OVER[look.hair](canvas, look, turned)
