"""Whole people from the chest up: which part is drawn before which."""

from __future__ import annotations

from fundraising.example.drawing.behind import draw_head_behind
from fundraising.example.drawing.bodies import draw_body, draw_number
from fundraising.example.drawing.canvas import Canvas
from fundraising.example.drawing.hair import draw_hair_behind, draw_hair_over
from fundraising.example.drawing.heads import draw_head
from fundraising.example.drawing.looks import Look
from fundraising.example.drawing.palette import TEAMS

HEAD = -158


def draw_bust(canvas: Canvas, look: Look, colour: int, initials: str = "") -> None:
    """Somebody from the chest up; the origin is the base of the neck."""
    with canvas.moved(flip=look.left):
        if look.pose == "front":
            _facing(canvas, look, colour, initials)
            return
        draw_body(canvas, look, *TEAMS[colour], back=True)
        draw_number(canvas, str(look.number), initials, TEAMS[colour][0])
        if look.pose == "back":
            with canvas.moved(0, HEAD, turn=3, tall=look.face):
                draw_head_behind(canvas, look)
            return
        with canvas.moved(10, HEAD, turn=4, tall=look.face):
            draw_hair_behind(canvas, look, 1)
            draw_head(canvas, look, 1)
            draw_hair_over(canvas, look, 1)


def _facing(canvas: Canvas, look: Look, colour: int, initials: str) -> None:
    """Long hair falls behind the shoulders."""
    with canvas.moved(0, HEAD, turn=-3, tall=look.face):
        draw_hair_behind(canvas, look, 0)
    draw_body(canvas, look, *TEAMS[colour], back=False)
    if initials:
        canvas.write(initials, 84, 66, 30, TEAMS[colour][1])
    with canvas.moved(0, HEAD, turn=-3, tall=look.face):
        draw_head(canvas, look, 0)
        draw_hair_over(canvas, look, 0)
