"""Where hair begins: at forehead, temples and ears. `turned` is 0 (facing us) or 1 (to the right)."""

from __future__ import annotations

from collections.abc import Sequence

from fundraising.example.drawing.canvas import Canvas, Colour, Point, curve, light, mix, points
from fundraising.example.drawing.heads import TOP, WIDE, along, draw_ear
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import INK, WHITE

# The edge over the forehead, from the right temple to the left.
SWEPT = points("82,-34 58,-60 18,-70 -30,-52 -62,-34")
NEAT = points("82,-32 62,-52 22,-60 -20,-60 -54,-50 -68,-28")
HIGH = points("84,-26 66,-66 24,-82 -24,-82 -62,-66 -76,-28")
FRINGE = points("84,-16 64,-30 24,-36 -20,-36 -58,-30 -74,-10")
PARTED = points("84,-4 76,-38 48,-66 10,-88 -28,-70 -60,-42 -74,-4")
SIDE_PARTED = points("80,-36 56,-66 22,-88 -20,-66 -44,-38 -58,-14")
BACK = points("84,-34 62,-66 36,-74 0,-80 -36,-74 -62,-60 -74,-30")


def draw_cap(
    canvas: Canvas, look: Look, turned: float, line: Sequence[Point], *, side: float = 6, top: float = 14
) -> None:
    """Hair over the skull, down to a line over the forehead and to the ears."""
    if not turned:
        edge = along(0, 170, 370, side=side, top=top)
        inner = [(84, 18), (74, 12), (73, -14), *line[1:-1], (-73, -14), (-74, 12), (-84, 18)]
    else:
        edge = along(turned, 150, 300, side=side, top=top)
        # Towards the far temple hair lies ever closer to the head.
        for step in range(1, 9):
            edge += along(turned, 300 + step * 5, 300 + step * 5, side=side * (1 - step / 8), top=top * (1 - step / 8))
        ahead = [(min(x + 14, _temple(y)), y) for x, y in [(90, -38), *line[1:]]]
        inner = [*ahead, (-54, -10), (-54, 14), (-66, 34), (-66, 58)]
    canvas.shape([*edge, *curve(inner)], look.strands)


def _temple(y: float) -> float:
    """How far to the right hair may begin on a turned head, so that no sky shows between it and the skin."""
    return float((WIDE * (1 - (y / TOP) ** 2) ** 0.45 + y / 12) * 0.94)


def draw_ears(canvas: Canvas, look: Look, turned: float) -> None:
    """The ears that show: two, or the near one."""
    draw_ear(canvas, -84 + 20 * turned, 16, look)
    if not turned:
        draw_ear(canvas, 84, 16, look, flip=True)


def draw_sheen(canvas: Canvas, look: Look, through: Sequence[Point], width: float = 7) -> None:
    """Light on the hair."""
    canvas.stroke(through, width, look.sheen, end=width * 0.4)


def fold(cloth: Colour) -> Colour:
    """The crease of a cloth: darker, or lighter where darker would not show."""
    return mix(cloth, INK, 0.25) if light(cloth) > 60 else mix(cloth, WHITE, 0.18)
