"""What is worn on the head, from the front: hijab, turban, headwrap, cap, headband. Same origin as the head."""

from __future__ import annotations

from fundraising.example.drawing.canvas import Canvas, curve, mix, points
from fundraising.example.drawing.hairline import NEAT, draw_cap, draw_ears, draw_sheen, fold
from fundraising.example.drawing.heads import along, outline
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import WHITE

HIJAB = points(
    "-104,-20 -84,-104 0,-132 84,-104 102,-20 96,70 104,128 166,184 146,240 20,276 -120,248 -172,188 -112,130 -100,70"
)
HIJAB_TURNED = points(
    "-104,-20 -88,-104 -10,-132 80,-104 102,-20 96,70 104,118 162,152 138,194 20,214 -120,204 -168,156 -112,122 -100,70"
)
TURBAN = points("-98,-18 -112,-80 -80,-146 0,-172 78,-148 108,-82 96,-24 52,-52 6,-76 -44,-50")
WRAP = points("-96,-14 -108,-80 -84,-140 -10,-166 66,-150 104,-88 94,-26 54,-50 4,-60 -48,-48")
KNOT = points("-4,-130 -58,-186 -96,-166 -70,-132 -92,-112 -40,-112 -4,-120 40,-108 84,-128 70,-176 30,-182")
UNDER_BAND = points("82,-34 58,-46 18,-48 -30,-46 -62,-34")
STRAP = points("-22,-58 -18,-78 0,-88 20,-88 40,-78 44,-58")


def draw_hijab(canvas: Canvas, look: Look, turned: float) -> None:
    """Round the face and over the shoulders; shorter behind, where the number is."""
    shade = fold(look.worn)
    low = 40 * turned
    face = [(x * (0.9 - turned * 0.05) + turned * 7, y * 0.9 + 9) for x, y in outline(turned)]
    around = curve(HIJAB_TURNED if turned else HIJAB, closed=True)
    canvas.shape([*around, around[0], *face, face[0]], look.worn)
    canvas.stroke([(-70, 96), (-20, 132 - low / 6), (60, 128 - low / 6), (84, 92)], 6, shade, end=3)
    canvas.stroke([(88, 104), (30, 176 - low * 0.7), (-90, 204 - low)], 6, shade, end=3)
    canvas.stroke([(-86, 110), (-64, 156 - low * 0.6), (-124, 190 - low)], 5, shade, end=3)
    canvas.stroke([(-78, -70), (-40, -108), (10, -118)], 6, mix(look.worn, WHITE, 0.2), end=3)


def draw_turban(canvas: Canvas, look: Look, turned: float) -> None:
    """Wound to a peak over the forehead."""
    draw_ears(canvas, look, turned)
    shade, s = fold(look.worn), turned * 8
    canvas.shape(
        curve([(34 + s, -58), (6 + s, -80), (-24 + s, -58), (4 + s, -46)], closed=True), mix(look.worn, WHITE, 0.6)
    )
    canvas.blob([(x + (s if y > -60 else 0), y) for x, y in TURBAN], look.worn)
    for bend in (0, 22, 44):
        middle = (6 + s, -92 - bend * 0.9)
        canvas.stroke([(-100 + bend * 0.2 + s, -34 - bend), (-50, -76 - bend), middle], 5, shade, end=3)
        canvas.stroke([(100 - bend * 0.2, -38 - bend), (60, -78 - bend), middle], 5, shade, end=3)


def draw_headwrap(canvas: Canvas, look: Look, turned: float) -> None:
    """Tied in a knot on top."""
    draw_ears(canvas, look, turned)
    shade, s = fold(look.worn), turned * 8
    canvas.blob(KNOT, shade)
    canvas.blob([(x * 0.92, y * 0.95 - 8) for x, y in KNOT], look.worn)
    canvas.blob([(x + (s if y > -70 else 0), y) for x, y in WRAP], look.worn)
    for y in (-70, -100, -128):
        wide = 98 + (y + 70) * 0.3
        canvas.stroke([(-wide, y + 10), (0, y - 18), (wide, y + 4)], 5, shade, end=3)
    canvas.oval(-6, -142, 24, 18, mix(look.worn, WHITE, 0.18))


def draw_cap_worn(canvas: Canvas, look: Look, turned: float) -> None:
    """A cap, the wrong way round of course: only its dome and the strap show."""
    draw_cap(canvas, look, turned, NEAT, side=5, top=4)
    draw_ears(canvas, look, turned)
    shade, s = fold(look.worn), turned * 12
    right = 92 if not turned else 84
    brim = curve([(-92 + turned * 2, -26), (-50 + s, -52), (s, -60), (50 + s, -54), (right, -34)])
    canvas.shape([*along(turned, 195, 340, side=12, top=24), *reversed(brim)], look.worn)
    with canvas.moved(s * 1.3):
        canvas.shape([*curve(STRAP), (44, -50), (-22, -50)], look.strands)
    canvas.stroke(brim[::6], 9, shade)
    canvas.stroke([(-turned * 8, -128), (s * 0.6 - 2, -98)], 4, shade)
    canvas.oval(-turned * 9, -130, 8, 5, shade)


def draw_headband(canvas: Canvas, look: Look, turned: float) -> None:
    """A towelling band over swept hair."""
    canvas.blob(points("-84,-52 -66,-108 -4,-134 58,-124 90,-88 84,-46 30,-84 -40,-66"), look.strands)
    draw_cap(canvas, look, turned, UNDER_BAND)
    draw_sheen(canvas, look, [(-44, -96), (4, -114), (52, -102)])
    draw_ears(canvas, look, turned)
    s = turned * 14
    band = curve([(-96, -30), (-44 + s, -52), (s, -56), (44 + s, -52), (96, -36)])
    with canvas.inside(outline(turned, side=7, top=16)):
        canvas.shape([*band, *reversed([(x, y + 24) for x, y in band])], look.worn)
        canvas.stroke([(x, y + 12) for x, y in band[::6]], 4, mix(look.worn, WHITE, 0.45))
