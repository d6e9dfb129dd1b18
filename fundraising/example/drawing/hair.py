"""Hair from the front: what lies behind the head, and what falls over it. Same origin as the head."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fundraising.example.drawing.canvas import Canvas, Colour, Point, curve, light, mix
from fundraising.example.drawing.heads import TOP, WIDE, along, draw_ear, outline
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, WHITE

# Where the hair ends over the forehead, from the right temple to the left.
SWEPT = ((82, -34), (58, -60), (18, -70), (-30, -52), (-62, -34))
NEAT = ((82, -32), (62, -52), (22, -60), (-20, -60), (-54, -50), (-68, -28))
HIGH = ((84, -26), (66, -66), (24, -82), (-24, -82), (-62, -66), (-76, -28))
FRINGE = ((84, -16), (64, -30), (24, -36), (-20, -36), (-58, -30), (-74, -10))
PARTED = ((84, -4), (76, -38), (48, -66), (10, -88), (-28, -70), (-60, -42), (-74, -4))
SIDE_PARTED = ((80, -36), (56, -66), (22, -88), (-20, -66), (-44, -38), (-58, -14))
BACK = ((84, -34), (62, -66), (36, -74), (0, -80), (-36, -74), (-62, -60), (-74, -30))


def _cap(canvas: Canvas, look: Look, turned: float, line: Sequence[Point], *, side: float = 6, top: float = 14) -> None:
    """Hair over the skull, down to a line over the forehead and to the ears."""
    shift = turned * 14
    ahead = [(min(x + shift, _temple(y)), y) for x, y in [(90, -38), *line[1:]]]
    if turned < 0.2:
        edge = along(0, 170, 370, side=side, top=top)
        inner = [(84, 18), (74, 12), (73, -14), *line[1:-1], (-73, -14), (-74, 12), (-84, 18)]
        canvas.shape([*edge, *curve(inner)], look.strands)
        return
    edge = along(turned, 180 - 30 * turned, 340, side=side, top=top)
    ear = -84 + 24 * turned
    canvas.shape([*edge, *curve([*ahead, (ear + 6, -10), (ear + 6, 14), (ear - 6, 34), (-66, 58)])], look.strands)


def _temple(y: float) -> float:
    """How far to the right hair may begin on a turned head, so that no sky shows between it and the skin."""
    return (WIDE * (1 - (y / TOP) ** 2) ** 0.45 + y / 12) * 0.94


def fold(cloth: Colour) -> Colour:
    """The crease of a cloth: darker, or lighter where darker would not show."""
    return mix(cloth, INK, 0.25) if light(cloth) > 60 else mix(cloth, WHITE, 0.18)


def _sheen(canvas: Canvas, look: Look, points: Sequence[Point], width: float = 7) -> None:
    canvas.stroke(points, width, look.sheen, end=width * 0.4)


def _ears(canvas: Canvas, look: Look, turned: float) -> None:
    draw_ear(canvas, -84 + 20 * turned, 16, look)
    if turned < 0.2:
        draw_ear(canvas, 84, 16, look, flip=True)


def _short(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, NEAT)
    _sheen(canvas, look, [(-40, -92), (-8, -104), (24, -100)])
    _ears(canvas, look, turned)


def _swept(canvas: Canvas, look: Look, turned: float) -> None:
    canvas.blob([(-84, -52), (-66, -112), (-4, -142), (58, -132), (92, -92), (84, -46), (30, -84), (-40, -66)], look.strands)
    _cap(canvas, look, turned, SWEPT)
    _sheen(canvas, look, [(-44, -96), (4, -116), (52, -104)])
    _ears(canvas, look, turned)


def _crop(canvas: Canvas, look: Look, turned: float) -> None:
    soft = mix(look.strands, look.skin_colour, 0.35)
    from dataclasses import replace

    _cap(canvas, replace(look, hair_colour=look.hair_colour), turned, NEAT, side=2, top=6)
    _ = soft
    _ears(canvas, look, turned)


def _curls(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, NEAT)
    for at, (x, y) in enumerate(along(turned, 190, 350, side=4, top=6)[::3]):
        canvas.oval(x, y, 25 + at % 3 * 3, 25 + at % 2 * 3, look.strands)
    for x, y in ((-58, -62), (-28, -72), (4, -76), (36, -72), (64, -58)):
        canvas.oval(x + turned * 14, y, 20, 18, look.strands)
    for x, y in ((-50, -96), (-8, -112), (38, -100), (-70, -60), (14, -84)):
        canvas.stroke([(x - 9, y + 4), (x - 3, y - 7), (x + 9, y - 4)], 5, look.sheen)
    _ears(canvas, look, turned)


def _afro_behind(canvas: Canvas, look: Look, turned: float) -> None:
    canvas.blob(
        [(-136, -40), (-118, -112), (-62, -160), (8, -172), (76, -152), (122, -100), (134, -30), (110, 36), (60, 70), (-70, 70), (-116, 30)],
        look.strands,
    )  # fmt: skip


def _afro(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, HIGH, side=10, top=20)
    _sheen(canvas, look, [(-92, -84), (-58, -126), (-14, -144)], 8)
    _ears(canvas, look, turned)


def _bob_behind(canvas: Canvas, look: Look, turned: float) -> None:
    canvas.blob([(-104, -30), (-80, -110), (0, -136), (80, -110), (102, -30), (106, 60), (88, 112), (0, 96), (-94, 114), (-112, 60)], look.strands)


def _bob(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, FRINGE, side=12, top=22)
    canvas.blob([(-70, -50), (-98, -30), (-108, 40), (-94, 112), (-74, 100), (-70 + turned * 8, 30), (-66 + turned * 10, -10)], look.strands)
    if turned < 0.2:
        canvas.blob([(70, -50), (98, -30), (106, 40), (90, 110), (74, 100), (72, 30), (68, -10)], look.strands)
    _sheen(canvas, look, [(-56, -92), (-14, -112), (40, -106)], 8)


def _long_behind(canvas: Canvas, look: Look, turned: float) -> None:
    if turned > 0.2:
        fall: list[Point] = [
            (-104, -30), (-86, -104), (-10, -130), (60, -90), (40, 20), (36, 110), (48, 150), (20, 172), (-30, 160), (-70, 176),
            (-126, 168), (-116, 110), (-108, 50),
        ]  # fmt: skip
    else:
        fall = [
            (-100, -30), (-80, -108), (0, -132), (80, -108), (100, -30), (102, 60), (110, 140), (120, 196), (78, 206),
            (40, 196), (-20, 212), (-70, 202), (-126, 204), (-112, 140), (-104, 60),
        ]  # fmt: skip
    canvas.blob(fall, look.strands)


def _long(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, SIDE_PARTED if turned else PARTED, side=9, top=18)
    if turned > 0.2:
        _sheen(canvas, look, [(-76, -76), (-94, -20), (-100, 70)], 7)
        _ears(canvas, look, turned)
    else:
        near = [(-44, -76), (-90, -50), (-102, 30), (-108, 120), (-122, 186), (-86, 178), (-80, 110), (-78, 50), (-70, -20), (-40, -60)]
        canvas.blob(near, look.strands)
        canvas.blob([(-x, y) for x, y in near], look.strands)
        _sheen(canvas, look, [(-58, -80), (-82, -24), (-90, 50)], 7)
    _sheen(canvas, look, [(10, -112), (48, -92), (64, -70)], 7)


def _wavy_behind(canvas: Canvas, look: Look, turned: float) -> None:
    if turned > 0.2:
        waves = (
            (-84, -30, 40), (-98, 26, 37), (-100, 78, 35), (-96, 126, 31), (-60, 148, 29), (-26, 132, 30), (-30, 70, 60),
            (-10, -56, 88),
        )  # fmt: skip
    else:
        waves = (
            (-92, -20, 40), (-104, 40, 40), (-100, 100, 42), (-84, 156, 44), (90, -20, 38), (100, 40, 38), (94, 100, 40),
            (78, 156, 44), (0, 140, 90), (0, -50, 94),
        )  # fmt: skip
    for x, y, r in waves:
        canvas.oval(x, y, r, r, look.strands)


def _wavy(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, SIDE_PARTED if turned else PARTED, side=12, top=24)
    if turned > 0.2:
        _ears(canvas, look, turned)
    else:
        for x, y, r in ((-84, -44, 24), (-92, 0, 24), (-96, 48, 26), (-96, 98, 28)):
            canvas.oval(x, y, r, r, look.strands)
            canvas.oval(-x, y, r, r, look.strands)
    for x, y in ((-60, -92), (-96, -34), (-106, 30), (-100, 90)):
        canvas.stroke([(x - 8, y + 8), (x, y - 6), (x + 10, y - 4)], 6, look.sheen)


def _ponytail_behind(canvas: Canvas, look: Look, turned: float) -> None:
    tail: list[Point] = [(-30, -112), (-74, -142), (-128, -120), (-150, -60), (-140, 0), (-170, 50), (-112, 30), (-100, -40), (-70, -84)]
    canvas.blob(tail, look.strands)
    canvas.stroke([(-86, -122), (-124, -86), (-130, -20)], 7, look.sheen, end=3)


def _ponytail(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, BACK, side=4, top=10)
    _sheen(canvas, look, [(-34, -96), (6, -106), (40, -96)])
    _ears(canvas, look, turned)


def _bun_behind(canvas: Canvas, look: Look, turned: float) -> None:
    canvas.oval(-12 - turned * 26, -140, 46, 42, look.strands)
    canvas.stroke([(-38 - turned * 26, -146), (-14 - turned * 26, -164), (12 - turned * 26, -152)], 6, look.sheen)


def _bun(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, BACK, side=4, top=10)
    _ears(canvas, look, turned)


def _braids_behind(canvas: Canvas, look: Look, turned: float) -> None:
    for at, x in enumerate((-92, -74, -54, 54, 74, 92) if turned < 0.2 else (-96, -78, -60, -40)):
        end = x * 1.25 + turned * -6
        canvas.stroke([(x, -20), (x * 1.1, 80), (end, 190 + at % 2 * 12)], 18, look.strands, end=13)
        canvas.oval(end, 198 + at % 2 * 12, 8, 7, look.worn)


def _braids(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, BACK, side=6, top=12)
    for x in (-54, -20, 14, 48):
        canvas.stroke([(x + turned * 14, -72), (x * 0.8, -96), (x * 0.5 - turned * 8, -116)], 4, look.sheen)
    _ears(canvas, look, turned)


def _locs_behind(canvas: Canvas, look: Look, turned: float) -> None:
    for at, x in enumerate((-96, -82, -66, 66, 82, 96)):
        canvas.stroke([(x * 0.9, -60), (x * 1.12, 10), (x * 1.1, 92 + at % 3 * 16)], 22, look.strands, end=17)


def _locs(canvas: Canvas, look: Look, turned: float) -> None:
    _cap(canvas, look, turned, HIGH, side=10, top=18)
    for x, bend in ((-70, -24), (-40, -8), (-6, 4), (30, 14), (62, 26)):
        canvas.stroke([(x * 0.6, -122), (x, -104), (x + bend, -74 + abs(x) * 0.24)], 18, look.strands)
        canvas.stroke([(x * 0.7 - 4, -114), (x - 2, -98)], 4, look.sheen)
    _ears(canvas, look, turned)


def _balding(canvas: Canvas, look: Look, turned: float) -> None:
    if turned > 0.2:
        canvas.blob([(-87, -52), (-100, -18), (-101, 22), (-86, 60), (-64, 44), (-56, 12), (-64, -24)], look.strands)
    else:
        side: list[Point] = [(-79, -48), (-92, -24), (-95, 10), (-88, 42), (-74, 16), (-74, -16)]
        canvas.blob(side, look.strands)
        canvas.blob([(-x, y) for x, y in side], look.strands)
    canvas.stroke([(-22 + turned * 20, -84), (8 + turned * 20, -90)], 8, mix(look.skin_colour, WHITE, 0.35))
    _ears(canvas, look, turned)


def _bald(canvas: Canvas, look: Look, turned: float) -> None:
    canvas.stroke([(-30 + turned * 16, -78), (-4 + turned * 16, -88)], 9, mix(look.skin_colour, WHITE, 0.35))
    _ears(canvas, look, turned)


def _hijab(canvas: Canvas, look: Look, turned: float) -> None:
    shade = fold(look.worn)
    low = 36 * turned
    face = [(x * 0.9 + turned * 12, y * 0.9 + 10) for x, y in outline(turned)]
    whole = [
        (-104, -20), (-84, -104), (-turned * 10, -132), (84, -104), (102, -20), (96, 70), (104, 128), (166, 184 - low),
        (146, 240 - low), (20, 276 - low * 1.5), (-120, 248 - low), (-172, 188 - low), (-112, 130), (-100, 70),
    ]  # fmt: skip
    outer = curve(whole, closed=True)
    hole = [*outer, outer[0], *face, face[0]]
    canvas.shape(hole, look.worn)
    ring = [(x * 0.97, y * 0.97) for x, y in face]
    _ = ring
    canvas.stroke([(-70, 96), (-20, 132), (60, 128), (84, 92)], 6, shade, end=3)
    canvas.stroke([(88, 104), (30, 176 - low * 0.6), (-90, 204 - low)], 6, shade, end=3)
    canvas.stroke([(-86, 110), (-64, 156 - low * 0.5), (-124, 190 - low)], 5, shade, end=3)
    canvas.stroke([(-78, -70), (-40, -108), (10, -118)], 6, mix(look.worn, WHITE, 0.2), end=3)


def _turban(canvas: Canvas, look: Look, turned: float) -> None:
    _ears(canvas, look, turned)
    shade = fold(look.worn)
    s = turned * 8
    whole: list[Point] = [(-98 + s, -18), (-112, -80), (-80, -146), (0, -172), (78, -148), (108, -82), (96 + s, -24), (52 + s, -52), (6 + s, -76), (-44 + s, -50)]
    canvas.blob(whole, look.worn)
    canvas.shape(curve([(30 + s, -64), (6 + s, -78), (-20 + s, -64), (4 + s, -50)], closed=True), mix(look.worn, WHITE, 0.55))
    canvas.blob(whole, look.worn)
    for bend in (0, 22, 44):
        canvas.stroke([(-100 + bend * 0.2 + s, -34 - bend), (-50, -76 - bend), (6 + s, -92 - bend * 0.9)], 5, shade, end=3)
        canvas.stroke([(100 - bend * 0.2 + s, -38 - bend), (60, -78 - bend), (6 + s, -92 - bend * 0.9)], 5, shade, end=3)


def _cap_worn(canvas: Canvas, look: Look, turned: float) -> None:
    """A cap, the wrong way round of course: only its dome and the strap show."""
    _cap(canvas, look, turned, NEAT, side=5, top=4)
    _ears(canvas, look, turned)
    shade = mix(look.worn, INK, 0.25)
    s = turned * 12
    brim = curve([(-92 + turned * 6, -30), (-50 + s, -54), (s, -60), (50 + s, -54), (92, -34)])
    dome = along(turned, 200, 340, side=12, top=24)
    canvas.shape([*dome, *reversed(brim)], look.worn)
    canvas.stroke(brim[::6], 9, shade)
    canvas.shape([*arc_points(26 + s, -62), (s + 26, -56), (s - 22, -56)], look.strands)
    canvas.stroke([(-turned * 8, -128), (s * 0.6 - 2, -96)], 4, shade)
    canvas.oval(-turned * 9, -130, 8, 5, shade)


def arc_points(x: float, y: float) -> list[Point]:
    """The gap over a cap's strap."""
    return curve([(x - 48, y), (x - 44, y - 20), (x - 24, y - 30), (x - 4, y - 20), (x, y)])


def _headband(canvas: Canvas, look: Look, turned: float) -> None:
    _swept(canvas, look, turned)
    s = turned * 14
    band = curve([(-86 + turned * 6, -34), (-44 + s, -52), (s, -56), (44 + s, -52), (88, -38)])
    low = [(x, y + 24) for x, y in band]
    with canvas.inside(outline(turned, side=7, top=16)):
        canvas.shape([*band, *reversed(low)], look.worn)
        canvas.stroke([(x, y + 12) for x, y in band[::6]], 4, mix(look.worn, WHITE, 0.45))


Draw = Callable[[Canvas, Look, float], None]

BEHIND: dict[str, Draw] = {
    "afro": _afro_behind, "bob": _bob_behind, "long": _long_behind, "wavy": _wavy_behind, "ponytail": _ponytail_behind,
    "bun": _bun_behind, "braids": _braids_behind, "locs": _locs_behind,
}  # fmt: skip
OVER: dict[str, Draw] = {
    "short": _short, "swept": _swept, "crop": _crop, "curls": _curls, "afro": _afro, "bob": _bob, "long": _long,
    "wavy": _wavy, "ponytail": _ponytail, "bun": _bun, "braids": _braids, "locs": _locs, "balding": _balding,
    "bald": _bald, "hijab": _hijab, "turban": _turban, "cap": _cap_worn, "headband": _headband,
}  # fmt: skip


def draw_hair_behind(canvas: Canvas, look: Look, turned: float) -> None:
    """Before the head."""
    if look.hair in BEHIND:
        BEHIND[look.hair](canvas, look, turned)


def draw_hair_over(canvas: Canvas, look: Look, turned: float) -> None:
    """After the head, with the ears where they show."""
    OVER[look.hair](canvas, look, turned)
