"""Draws a fund's total as a small picture for letters and for sites that take no frame: name, total, target, lane.

Pure. The PNG is set in the display face, and goes without a name that has letters which that lacks; the SVG asks for
whatever face the reader's machine has.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from fundraising.live.preview_card import (
    CARD,
    FINE,
    GRASS,
    HEEL,
    INK,
    LINE,
    MUTED,
    TEAMS,
    Colour,
    Pen,
    draw_runner,
    length,
)

WIDTH, HEIGHT = 600, 190
EDITION = 1  # grows when the drawing changes, so that nobody keeps the old one
LEFT, RIGHT = 36, 564
NAME_AT, NAME_SIZE = 50, 32
FIGURE_AT, FIGURE_SIZE, CAPTION_SIZE = 104, 46, 22
LANE_AT, LANE_WIDE = 166, 10
RUNNER_SIDE = 40
MOST_LETTERS = 40


@dataclass(frozen=True, slots=True)
class WidgetCard:
    """Everything that is to be seen.

    Args:
        name: as it is written, or what stands in its place; drawn: the same, as the display face can draw it.
        part: how much of the way the runner has come, 0 to 1; None without a target.
    """

    name: str
    drawn: str
    raised: str
    caption: str
    part: float | None
    colour: int

    @property
    def along(self) -> float:
        """Where the runner stands: from the right, backwards to the flag at the left."""
        return RIGHT - (self.part or 0) * (RIGHT - LEFT - RUNNER_SIDE)

    @property
    def band(self) -> Colour:
        """The fund's colour."""
        return TEAMS[self.colour % len(TEAMS)][0]

    @property
    def ink(self) -> Colour:
        """Of the figure: green is for money that has come."""
        return INK if self.part == 0 else GRASS


def shortened(name: str) -> str:
    """A name that fits on one line."""
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1].rstrip() + "…"


def fitted(words: str, size: float, wide: float) -> float:
    """The size at which words fit."""
    return size * min(1, wide / max(length(words, size), 1))


def draw(card: WidgetCard) -> bytes:
    """The PNG."""
    sheet = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), "#ffffff")
    pen = Pen(sheet)
    pen.box(0, 0, WIDTH, HEIGHT, LINE, radius=20)
    pen.box(2, 2, WIDTH - 2, HEIGHT - 2, CARD, radius=18)
    pen.box(2, 14, 12, HEIGHT - 14, card.band)
    name, wide = shortened(card.drawn), RIGHT - LEFT
    pen.text(name, LEFT, NAME_AT, fitted(name, NAME_SIZE, wide), INK)
    size = fitted(card.raised, FIGURE_SIZE, wide / 2)
    pen.text(card.raised, LEFT, FIGURE_AT, size, card.ink)
    beside = LEFT + length(card.raised, size) + 14
    pen.text(card.caption, beside, FIGURE_AT, fitted(card.caption, CAPTION_SIZE, RIGHT - beside), MUTED)
    _draw_lane(pen, card)
    out = BytesIO()
    sheet.reduce(FINE).save(out, "PNG")
    return out.getvalue()


def _draw_lane(pen: Pen, card: WidgetCard) -> None:
    pen.stroke([(LEFT, LANE_AT), (RIGHT, LANE_AT)], LANE_WIDE, LINE)
    if card.part:
        pen.stroke([(card.along, LANE_AT), (RIGHT, LANE_AT)], LANE_WIDE, GRASS)
    if card.part is not None:
        top = LANE_AT - 38
        pen.shape([(LEFT, top), (LEFT - 20, top), (LEFT - 15, top + 8), (LEFT - 20, top + 16), (LEFT, top + 16)], HEEL)
        pen.stroke([(LEFT, top), (LEFT, LANE_AT - 6)], 3, HEEL)
    draw_runner(pen, card.along - RUNNER_SIDE / 2, LANE_AT - RUNNER_SIDE - 4, RUNNER_SIDE, INK)
