"""Pictures of the example's runners, teams, charities and event, drawn by code: the same seed, the same picture.

Nobody's rights are touched, nobody's face is shown. Every picture comes with a sentence for who cannot see it.
"""

from __future__ import annotations

import unicodedata

from fundraising.example.drawing.canvas import Canvas, mix, rgb
from fundraising.example.drawing.chosen import CHOSEN
from fundraising.example.drawing.emblems import draw_mark, mark_of
from fundraising.example.drawing.figures import draw_figure
from fundraising.example.drawing.looks import Look, dice_of, look_in_words, thrown
from fundraising.example.drawing.palette import INK, TEAMS, WEATHERS, WHITE
from fundraising.example.drawing.people import draw_bust
from fundraising.example.drawing.race_day import draw_race_day
from fundraising.example.drawing.scenery import draw_park
from fundraising.example.teams import TEAMS as EXAMPLE_TEAMS

EVENT_SEED = "uk-backward-run"
STROKED = str.maketrans("ŁłØøĐđ", "LlOoDd")  # letters that do not fall apart into a letter and its accent
# By how many stand in front: how far apart, and how large.
ROWS: dict[int, tuple[float, float]] = {2: (240, 0.5), 3: (205, 0.46), 4: (155, 0.38)}


def draw_runner(seed: str, *, colour: int, initials: str = "") -> bytes:
    """Somebody in a park, from the chest up: PNG, 640 by 640.

    Args:
        seed: the runner's slug; those of the example look as their stories say, others as the dice fall.
        colour: of the shirt, 0 to 11.
        initials: under the number; letters that the drawing's own face does not have are left out.
    """
    look = _look(seed)
    dice = dice_of("park " + seed)
    weather = WEATHERS[look.weather]
    canvas = Canvas(weather.grass)
    draw_park(canvas, weather, dice, temple=dice.random() < 0.3)
    with canvas.moved(320, 412, scale=1.1, turn=-2 if look.left else 2):
        draw_bust(canvas, look, colour, _letters(initials))
    return canvas.png()


def describe_runner(seed: str) -> str:
    """What `draw_runner` shows, at most 200 characters."""
    return look_in_words(_look(seed))


def draw_charity(seed: str, *, colour: int) -> bytes:
    """A mark on its colour: PNG, 640 by 640."""
    ground, front = TEAMS[colour]
    canvas = Canvas(ground)
    disc = mix(ground, INK, 0.12)
    canvas.oval(320, 320, 284, 284, disc)
    with canvas.moved(320, 320):
        draw_mark(canvas, mark_of(seed), front, disc, rgb("#FFD166") if front == WHITE else WHITE)
    return canvas.png()


def describe_charity(seed: str) -> str:
    """What `draw_charity` shows."""
    return f"The charity’s mark: {mark_of(seed)}."


def draw_team(seed: str, *, colour: int) -> bytes:
    """The whole team from behind, coming towards us: PNG, 640 by 640."""
    dice = dice_of("team " + seed)
    weather = WEATHERS[dice.choice([*WEATHERS])]
    canvas = Canvas(weather.grass)
    draw_park(canvas, weather, dice)
    for look, (x, y, scale) in zip(looks := _team(seed), _places(len(looks)), strict=True):
        with canvas.moved(x, y, scale=scale):
            draw_figure(canvas, look, colour, weather.grass)
    return canvas.png()


def describe_team(seed: str) -> str:
    """What `draw_team` shows."""
    return f"Drawing: {len(_team(seed))} runners in the team’s shirt, seen from behind, numbers on their backs."


def draw_event() -> bytes:
    """The field on the path in Heaton Park: PNG, 640 by 640."""
    weather = WEATHERS["clear"]
    canvas = Canvas(weather.grass)
    draw_race_day(canvas, weather, dice_of(EVENT_SEED))
    return canvas.png()


def describe_event() -> str:
    """What `draw_event` shows."""
    return "Drawing: runners on a park path come towards us with their backs to us and to the chequered flag."


def _look(seed: str) -> Look:
    return CHOSEN.get(seed) or thrown(seed)


def _team(seed: str) -> list[Look]:
    for team in EXAMPLE_TEAMS:
        if team.slug == seed:
            return [_look(member) for member in team.members]
    return [thrown(f"{seed} {at}") for at in range(dice_of(seed).randint(4, 6))]


def _places(count: int) -> list[tuple[float, float, float]]:
    """Where everybody stands, the back row first, each seen between two in front."""
    front = (count + 1) // 2
    behind = count - front
    apart, scale = ROWS[front]
    if behind == front:
        apart, scale = apart * 0.88, scale * 0.94
    aside = apart / 4 if behind == front else 0.0
    row = [(320 + (at - (behind - 1) / 2) * apart + aside, 500.0, scale * 0.78) for at in range(behind)]
    return row + [(320 + (at - (front - 1) / 2) * apart - aside, 606.0 - (at % 2) * 12, scale) for at in range(front)]


def _letters(initials: str) -> str:
    """Initials without their accents, as far as the drawing can write them."""
    plain = unicodedata.normalize("NFKD", initials.translate(STROKED))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())[:3].upper()
