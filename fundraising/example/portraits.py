"""Pictures of the example's runners, teams, charities and event, drawn by code."""

from __future__ import annotations

from fundraising.example.drawing.canvas import Canvas, mix, rgb
from fundraising.example.drawing.emblems import draw_mark
from fundraising.example.drawing.figures import draw_figure
from fundraising.example.drawing.looks import dice_of, thrown
from fundraising.example.drawing.palette import INK, TEAMS, WEATHERS, WHITE
from fundraising.example.drawing.people import draw_bust
from fundraising.example.drawing.scenery import draw_park
from fundraising.example.drawing.race_day import draw_crowd, draw_setting


def draw_runner(seed: str, *, colour: int, initials: str = "") -> bytes:
    """PNG, 640 by 640."""
    look = thrown(seed)
    dice = dice_of("park " + seed)
    weather = WEATHERS[look.weather]
    canvas = Canvas(weather.grass)
    draw_park(canvas, weather, dice, temple=dice.random() < 0.3)
    with canvas.moved(320, 412, scale=1.1, turn=-2 if look.left else 2):
        draw_bust(canvas, look, colour, initials)
    return canvas.png()


def draw_charity(seed: str, *, colour: int) -> bytes:
    ground, front = TEAMS[colour]
    canvas = Canvas(ground)
    accent = rgb("#FFD166") if front == WHITE else rgb("#C8371B")
    canvas.oval(320, 320, 284, 284, mix(ground, INK, 0.12))
    with canvas.moved(320, 320):
        draw_mark(canvas, seed, dice_of(seed), front, mix(ground, INK, 0.12), accent)
    return canvas.png()


def draw_team(seed: str, *, colour: int) -> bytes:
    dice = dice_of(seed)
    weather = WEATHERS[dice.choice([*WEATHERS])]
    canvas = Canvas(weather.grass)
    draw_park(canvas, weather, dice, temple=True)
    for at, (x, y, scale) in enumerate(((214, 500, 0.35), (426, 500, 0.35), (112, 588, 0.46), (320, 606, 0.5), (528, 588, 0.46))):
        with canvas.moved(x, y, scale=scale):
            draw_figure(canvas, thrown(f"{seed} {at}"), colour, weather.grass)
    return canvas.png()


def draw_event() -> bytes:
    dice = dice_of("uk-backward-run")
    weather = WEATHERS["clear"]
    canvas = Canvas(weather.grass)
    draw_setting(canvas, weather, dice)
    draw_crowd(canvas, weather)
    return canvas.png()
