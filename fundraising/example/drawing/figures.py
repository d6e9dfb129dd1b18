"""Small runners from head to foot, seen from behind. The origin is the ground under them."""

from __future__ import annotations

from fundraising.example.drawing.behind import draw_head_behind
from fundraising.example.drawing.bodies import draw_number
from fundraising.example.drawing.canvas import Canvas, Colour, curve, mix, points
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, TEAMS, WHITE

NECK = -620
TORSO = points(
    "0,-2 48,-8 104,18 138,56 128,130 112,220 110,278 0,290 -110,278 -112,220 -128,130 -138,56 -104,18 -48,-8"
)
SHOE = points("-88,590 -78,562 -54,556 -30,562 -20,590 -30,618 -78,618")
LIFTED_SHOE = points("26,520 54,504 84,520 82,572 54,584 28,572")


def draw_figure(canvas: Canvas, look: Look, colour: int, ground: Colour) -> None:
    """Somebody running backwards towards us."""
    shirt, _ = TEAMS[colour]
    canvas.oval(0, 0, 150, 20, mix(ground, INK, 0.14))
    with canvas.moved(0, NECK, flip=look.left):
        _legs(canvas, look, shirt)
        _arms(canvas, look, shirt)
        canvas.shape([*curve(points("-34,-80 -34,-30 -52,6")), *curve(points("52,6 34,-30 34,-80"))], look.skin_colour)
        canvas.blob(TORSO, shirt)
        canvas.stroke([(-50, -5), (0, 2), (50, -5)], 9, mix(shirt, INK, 0.2))
        with canvas.moved(0, 18, scale=0.82):
            draw_number(canvas, str(look.number), "", shirt)
        with canvas.moved(0, -140, turn=4, scale=0.92, tall=look.face):
            draw_head_behind(canvas, look)


def _legs(canvas: Canvas, look: Look, shirt: Colour) -> None:
    sole = mix(INK, WHITE, 0.25)
    # The lifted leg first, then the one that stands.
    canvas.stroke([(50, 320), (62, 430), (54, 520)], 60, look.skin_shade, end=44)
    canvas.blob(LIFTED_SHOE, sole)
    canvas.stroke([(-48, 320), (-58, 450), (-54, 578)], 64, look.skin_colour, end=46)
    canvas.blob(SHOE, mix(WHITE, shirt, 0.12))
    canvas.stroke([(-82, 616), (-26, 616)], 10, sole)
    left, right = curve(points("-104,230 -112,320 -100,400")), curve(points("14,396 102,388 112,320 104,230"))
    canvas.shape([*left, (-14, 404), (0, 350), *right], mix(INK, shirt, 0.18))


def _arms(canvas: Canvas, look: Look, shirt: Colour) -> None:
    for side, elbow, hand in ((-1, (-186, 176), (-132, 258)), (1, (182, 190), (142, 250))):
        canvas.stroke([elbow, hand], 44, look.skin_shade, end=38)
        canvas.stroke([(side * 118, 60), (side * 160, 130), elbow], 50, look.skin_colour, end=46)
        canvas.stroke([(side * 108, 54), (side * 136, 92), (side * 152, 124)], 68, mix(shirt, INK, 0.2), end=62)
        canvas.stroke([(side * 108, 54), (side * 134, 88), (side * 148, 116)], 68, shirt, end=62)
