"""Heads seen from behind: mostly hair, which is what a backward run shows the world. Same origin as the head."""

from __future__ import annotations

from collections.abc import Callable

from fundraising.example.drawing.canvas import Canvas, Colour, curve, mix, points
from fundraising.example.drawing.hairline import draw_ears, draw_sheen, fold
from fundraising.example.drawing.heads import along, outline
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, WHITE

HIDES_EARS = ("hijab", "long", "wavy", "bob")
RINGLETS = points("-50,-70 0,-96 48,-72 -62,-16 -14,-40 34,-22 64,10 -30,26 12,20")
AFRO = points("-136,-40 -118,-112 -62,-160 0,-172 62,-160 118,-112 136,-40 116,36 70,82 0,92 -70,82 -116,36")
LONG = points(
    "-102,-30 -80,-108 0,-134 80,-108 102,-30 106,80 112,150 116,186 60,196 10,188 -40,200 -110,188 -112,150 -106,80"
)
BOB = points("-104,-30 -80,-110 0,-136 80,-110 104,-30 108,60 92,112 0,100 -92,112 -108,60")
TAIL = points("-14,-58 23,-62 41,-10 33,58 60,123 11,108 -11,41 -27,-16")
HIJAB = points(
    "-104,-20 -84,-104 0,-132 84,-104 104,-20 100,70 112,126 160,158 120,192 0,202 -120,192 -160,158 -112,126 -100,70"
)
TURBAN = points("-94,10 -110,-80 -76,-150 0,-172 76,-150 110,-80 94,10 0,34")


def draw_head_behind(canvas: Canvas, look: Look) -> None:
    """The back of a head with its ears and hair."""
    if look.hair not in HIDES_EARS:
        draw_ears(canvas, look, 0)
    canvas.shape(outline(), look.skin_colour)
    FROM_BEHIND.get(look.hair, _short)(canvas, look)


def _skull(canvas: Canvas, colour: Colour, *, nape: float = 74, side: float = 5, top: float = 14) -> None:
    edge = along(0, 165, 375, side=side, top=top)
    low = curve([(78, 30), (66, nape - 8), (36, nape + 4), (0, nape), (-36, nape + 4), (-66, nape - 8), (-78, 30)])
    canvas.shape([*edge, *low], colour)


def _short(canvas: Canvas, look: Look) -> None:
    _skull(canvas, look.strands)
    draw_sheen(canvas, look, [(-54, -78), (-24, -98), (10, -102)], 8)
    for x in (-34, 0, 34):
        canvas.stroke([(x, 30), (x * 0.9, 58)], 5, look.sheen, end=2)


def _curls(canvas: Canvas, look: Look) -> None:
    _skull(canvas, look.strands, side=8)
    for at, (x, y) in enumerate(along(0, 165, 375, side=6, top=8)[::3]):
        canvas.oval(x, y, 24 + at % 3 * 3, 25, look.strands)
    for x in (-54, -20, 18, 52):
        canvas.oval(x, 66, 22, 18, look.strands)
    for x, y in RINGLETS:
        canvas.stroke([(x - 9, y + 4), (x - 3, y - 7), (x + 9, y - 4)], 5, look.sheen)


def _afro(canvas: Canvas, look: Look) -> None:
    canvas.blob(AFRO, look.strands)
    draw_sheen(canvas, look, [(-92, -84), (-58, -126), (-14, -144)], 8)


def _long(canvas: Canvas, look: Look) -> None:
    canvas.blob(LONG, look.strands)
    draw_sheen(canvas, look, [(-6, -122), (-40, -60), (-52, 60), (-60, 160)])
    draw_sheen(canvas, look, [(4, -120), (46, -50), (54, 70), (66, 168)])


def _bob(canvas: Canvas, look: Look) -> None:
    canvas.blob(BOB, look.strands)
    draw_sheen(canvas, look, [(-56, -92), (-14, -112), (40, -106)], 8)
    draw_sheen(canvas, look, [(-60, 20), (-66, 84)], 6)
    draw_sheen(canvas, look, [(40, 30), (44, 84)], 6)


def _ponytail(canvas: Canvas, look: Look) -> None:
    _skull(canvas, look.strands)
    canvas.blob([(x * 1.22, y * 1.04) for x, y in TAIL], mix(look.strands, INK, 0.22))
    canvas.blob(TAIL, look.strands)
    draw_sheen(canvas, look, [(2, -30), (14, 20), (18, 70)], 6)
    canvas.oval(4, -56, 24, 13, look.worn)


def _bun(canvas: Canvas, look: Look) -> None:
    _skull(canvas, look.strands)
    canvas.oval(0, -94, 58, 52, mix(look.strands, INK, 0.25) if look.hair_colour != "black" else look.sheen)
    canvas.oval(0, -102, 54, 48, look.strands)
    draw_sheen(canvas, look, [(-34, -104), (-6, -132), (30, -118)])
    draw_sheen(canvas, look, [(-14, -92), (4, -108), (22, -96)], 6)


def _braids(canvas: Canvas, look: Look) -> None:
    _skull(canvas, look.strands)
    for at, x in enumerate((-70, -42, -14, 14, 42, 70)):
        end = 160 + at % 2 * 16
        canvas.stroke([(x * 0.9, 10), (x, 90), (x * 1.2, end)], 20, look.strands, end=13)
        canvas.oval(x * 1.2, end + 10, 9, 7, look.worn)
    for x in (-50, -18, 18, 50):
        canvas.stroke([(x * 0.5, -108), (x, -60), (x * 1.1, 20)], 4, look.sheen)


def _locs(canvas: Canvas, look: Look) -> None:
    _skull(canvas, look.strands, side=8, top=20)
    for at, x in enumerate((-88, -56, -28, 0, 28, 56, 88)):
        canvas.stroke([(x * 0.6, -60), (x, 10), (x * 1.06, 104 + at % 3 * 16)], 24, look.strands, end=17)
        canvas.stroke([(x * 0.85, -20), (x, 34)], 4, look.sheen)


def _balding(canvas: Canvas, look: Look) -> None:
    _skull(canvas, look.strands, top=2)
    with canvas.inside(outline()):
        canvas.oval(0, -88, 70, 74, look.skin_colour)
    _shine(canvas, look)


def _shine(canvas: Canvas, look: Look) -> None:
    canvas.stroke([(-32, -80), (-2, -91)], 9, mix(look.skin_colour, WHITE, 0.35))


def _bald(canvas: Canvas, look: Look) -> None:
    _shine(canvas, look)
    canvas.stroke([(-26, 72), (0, 78), (26, 72)], 4, look.skin_shade)


def _hijab(canvas: Canvas, look: Look) -> None:
    shade = fold(look.worn)
    canvas.blob(HIJAB, look.worn)
    canvas.stroke([(-84, 20), (-30, 92), (60, 110), (92, 96)], 6, shade, end=3)
    canvas.stroke([(-92, 86), (-30, 146), (84, 152)], 6, shade, end=3)
    canvas.stroke([(-70, -70), (-34, -106), (6, -114)], 7, mix(look.worn, WHITE, 0.2), end=3)


def _turban(canvas: Canvas, look: Look) -> None:
    _skull(canvas, look.strands)
    canvas.blob(TURBAN, look.worn)
    for lift in (0, 46, 92):
        canvas.stroke([(-98, -20 - lift * 0.7), (0, 14 - lift), (98, -30 - lift * 0.7)], 5, fold(look.worn))


def _cap(canvas: Canvas, look: Look) -> None:
    """Worn back to front, so that its peak is what we see."""
    shade = fold(look.worn)
    _skull(canvas, look.strands, side=4, top=4)
    canvas.shape([*along(0, 185, 355, side=11, top=24), *curve([(92, -24), (0, -40), (-92, -24)])], look.worn)
    peak = curve([(-88, -34), (-64, 16), (0, 30), (64, 16), (88, -34)])
    canvas.shape([*curve([(88, -34), (0, -54), (-88, -34)]), *peak], shade)
    canvas.stroke([(0, -130), (0, -62)], 4, shade)
    canvas.oval(0, -131, 9, 5, shade)


def _headband(canvas: Canvas, look: Look) -> None:
    _short(canvas, look)
    band = curve([(-94, -34), (0, -22), (94, -34)])
    canvas.shape([*band, *reversed([(x, y + 24) for x, y in band])], look.worn)
    canvas.stroke([(x, y + 12) for x, y in band[::6]], 4, mix(look.worn, WHITE, 0.45))


FROM_BEHIND: dict[str, Callable[[Canvas, Look], None]] = {
    "curls": _curls,
    "afro": _afro,
    "long": _long,
    "wavy": _long,
    "bob": _bob,
    "ponytail": _ponytail,
    "bun": _bun,
    "braids": _braids,
    "locs": _locs,
    "balding": _balding,
    "bald": _bald,
    "hijab": _hijab,
    "turban": _turban,
    "headwrap": _turban,
    "cap": _cap,
    "headband": _headband,
}
