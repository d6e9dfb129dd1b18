"""Draws the picture that goes along when a fund's page is passed on: its race number, with the total and the lane.

Pure: from what is to be seen to a PNG. It is drawn twice too large and then made small, so that edges are smooth.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from fundraising.web.static import folder

WIDTH, HEIGHT = 1200, 630  # what the networks ask for
FINE = 2
EDITION = 1  # grows when the drawing changes, so that nobody keeps the old one

Colour = str
INK, MUTED, LINE, WASH, CARD = "#14213d", "#555c70", "#e3d9c6", "#f5ecdb", "#ffffff"
GRASS, HEEL = "#1b7041", "#c3341a"
WHITE_ON, INK_ON = "#ffffff", INK
# The twelve team colours of the style sheet, each with its text colour.
TEAMS: Sequence[tuple[Colour, Colour]] = (
    ("#c8371b", WHITE_ON), ("#1f5fbf", WHITE_ON), ("#1e7a46", WHITE_ON), ("#f2b705", INK_ON),
    ("#7b3fa0", WHITE_ON), ("#0e7c86", WHITE_ON), ("#d6336c", WHITE_ON), ("#5c4033", WHITE_ON),
    ("#2f3e8f", WHITE_ON), ("#8db600", INK_ON), ("#e8743b", INK_ON), ("#46505a", WHITE_ON),
)  # fmt: skip

NUMBER = (48, 36, 1152, 594)  # the race number on the sheet: left, top, right, bottom
BAND = 88
PINS = ((84, 80), (1116, 80), (84, 562), (1116, 562))
FACE, FACE_SIDE = (104, 156), 228
WORDS_AT, WORDS_WIDE = 368, 736
NAME_TOP, NAME_HIGH, NAME_SIZES = 138, 146, (88, 76, 66, 58, 50, 44, 38, 32)
FIGURE_AT, FIGURE_SIZE, FIGURE_LEAST = 382, 104, 80  # the figure stands on this line
CAPTION_SIZE, CAPTION_LEAST = 38, 28
LANE_AT, LANE_FROM, LANE_TO = 526, 124, 1076
RUNNER = (  # somebody who runs to the left and looks to the right, in a square of 64
    ((31, 24), (29, 40)), ((29, 40), (40, 46), (37, 58)), ((29, 40), (20, 48), (9, 46)),
    ((31, 26), (42, 32), (47, 25)), ((31, 26), (20, 31), (23, 39)),
)  # fmt: skip
TRAIL = ("#ece4d6", "#dcd3c3", "#bfb9b0", "#8a8c93")
VARIATIONS = re.compile("[\ufe00-\ufe0f\u20e3]")  # marks of pictographs
PERHAPS = (*range(0x21, 0x7F), *range(0xA1, 0x250), *range(0x2010, 0x2028), 0x20AC, 0x2212)  # what it was cut down to


@dataclass(frozen=True, slots=True)
class PreviewCard:
    """Everything that is to be seen.

    Args:
        title: the name, or what stands in its place; the face can draw all of it.
        letter: stands where there is no picture; may be empty.
        part: how much of the way the runner has come, 0 to 1; None without a target.
        picture_id: of the fund's picture, when it is shown.
    """

    band: str
    title: str
    letter: str
    raised: str
    caption: str
    part: float | None
    colour: int
    picture_id: str | None = None


def drawable(text: str) -> str:
    """A text as the display face can draw it: without pictographs; empty when it lacks a letter of it.

    Half a name would be somebody else's, so that it is the whole one or none.
    """
    known = _letters()
    text = VARIATIONS.sub("", unicodedata.normalize("NFC", text))
    if any(unicodedata.category(sign)[0] in "LMN" and sign not in known for sign in text):
        return ""
    return " ".join("".join(sign if sign in known else " " for sign in text).split())


@lru_cache(maxsize=1)
def _letters() -> frozenset[str]:
    """What the face has, by asking it: a sign that it lacks is drawn as the same box as one that nobody has."""
    face = _face(40)
    box = bytes(face.getmask("\U0010fffd"))
    return frozenset({" ", *(chr(code) for code in PERHAPS if bytes(face.getmask(chr(code))) not in (box, b""))})


@lru_cache(maxsize=64)
def _face(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(folder("static") / "fonts" / "display.woff2", size)


def draw(card: PreviewCard, picture: bytes | None = None) -> bytes:
    """The PNG.

    Args:
        picture: of the fund, as `funds.pictures` keeps it.
    """
    sheet = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), WASH)
    pen = Pen(sheet)
    colour, on_colour = TEAMS[card.colour % len(TEAMS)]
    _draw_number(pen, colour)
    pen.centred(card.band, (WIDTH / 2, NUMBER[1] + BAND / 2), 38, NUMBER[2] - NUMBER[0] - 160, on_colour)
    _draw_face(pen, card, colour, on_colour, picture)
    _draw_name(pen, card.title)
    _draw_figure(pen, card.raised, card.caption, INK if card.part == 0 else GRASS)  # green is for money that has come
    if card.part is None:
        _draw_trail(pen)
    else:
        _draw_lane(pen, card.part)
    out = BytesIO()
    sheet.reduce(FINE).save(out, "PNG")
    return out.getvalue()


class Pen:
    """Draws on a sheet in its final measures."""

    def __init__(self, sheet: Image.Image) -> None:
        self.sheet = sheet
        self._draw = ImageDraw.Draw(sheet)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour, *, radius: float = 0) -> None:
        """A rectangle, with round corners if wanted."""
        corners = (left * FINE, top * FINE, right * FINE - 1, bottom * FINE - 1)
        self._draw.rounded_rectangle(corners, radius * FINE, fill)

    def dot(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A disc."""
        self._draw.ellipse([part * FINE for part in (x - radius, y - radius, x + radius, y + radius)], fill)

    def stroke(self, points: Sequence[tuple[float, float]], width: float, fill: Colour) -> None:
        """A line with round ends and corners."""
        self._draw.line([(x * FINE, y * FINE) for x, y in points], fill, round(width * FINE))
        for x, y in points:
            self.dot(x, y, width / 2, fill)

    def shape(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        """A polygon."""
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill)

    def ring(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """A thin circle."""
        self._draw.ellipse([part * FINE for part in (x - radius, y - radius, x + radius, y + radius)], None, fill, 6)

    def text(self, words: str, x: float, y: float, size: float, fill: Colour, *, anchor: str = "ls") -> None:
        """One line; `anchor` as Pillow has it."""
        self._draw.text((x * FINE, y * FINE), words, fill, _face(round(size * FINE)), anchor)

    def centred(self, words: str, at: tuple[float, float], size: float, wide: float, fill: Colour) -> None:
        """One line around a point, made smaller until it fits."""
        self.text(words, *at, size * min(1, wide / max(length(words, size), 1)), fill, anchor="mm")


def length(words: str, size: float) -> float:
    """How wide a line is."""
    return _face(round(size * FINE)).getlength(words) / FINE


def _draw_number(pen: Pen, colour: Colour) -> None:
    """The sheet with its lanes, and the empty race number, pinned by four dots."""
    left, top, right, bottom = NUMBER
    for step in range(4):
        pen.ring(820, 1240, 700 + 70 * step, LINE)
    pen.box(left + 6, top + 12, right + 6, bottom + 12, LINE, radius=38)
    pen.box(left - 2, top - 2, right + 2, bottom + 2, LINE, radius=40)
    pen.box(left, top, right, bottom, CARD, radius=38)
    pen.box(left, top, right, top + BAND, colour, radius=38)
    pen.box(left, top + BAND - 40, right, top + BAND, colour)
    for x, y in PINS:
        pen.dot(x, y, 12, LINE)
        pen.dot(x, y, 8, WASH)


def _draw_face(pen: Pen, card: PreviewCard, colour: Colour, on_colour: Colour, picture: bytes | None) -> None:
    """The fund's picture, or its letter, or somebody who runs."""
    (x, y), side = FACE, FACE_SIDE
    pen.box(x, y, x + side, y + side, colour, radius=side * 0.22)
    if picture is not None:
        with Image.open(BytesIO(picture), formats=("WEBP",)) as photo:
            fitted = ImageOps.fit(photo.convert("RGB"), (side * FINE, side * FINE), Image.Resampling.LANCZOS)
        mask = Image.new("L", fitted.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, side * FINE - 1, side * FINE - 1), side * 0.22 * FINE, 255)
        pen.sheet.paste(fitted, (x * FINE, y * FINE), mask)
    elif card.letter:
        pen.centred(card.letter, (x + side / 2, y + side / 2), 136, side * 0.8, on_colour)
    else:
        draw_runner(pen, x + side / 2 - 74, y + side / 2 - 74, 148, on_colour)


def _draw_name(pen: Pen, title: str) -> None:
    """As large as it fits, on as many lines as that takes."""
    size, lines = set_name(title)
    top = NAME_TOP + (NAME_HIGH - len(lines) * size * 1.06) / 2
    for row, line in enumerate(lines):
        pen.text(line, WORDS_AT, top + (row + 0.82) * size * 1.06, size, INK)


def set_name(title: str) -> tuple[int, list[str]]:
    """The size of a name and its lines; what fits in no size is cut with an ellipsis."""
    for size in NAME_SIZES:
        lines = _wrapped(title, size)
        if len(lines) * size * 1.06 <= NAME_HIGH and (len(lines) < 3 or size <= NAME_SIZES[-3]):
            return size, lines
    kept = int(NAME_HIGH / (size * 1.06))
    return size, [*lines[: kept - 1], lines[kept - 1][:-1].rstrip() + "…"]


def _wrapped(text: str, size: int) -> list[str]:
    """Lines that are no wider than the place for words; a word that is wider alone is parted."""
    lines = [""]
    for word in re.findall(r"\S+", text):
        longer = f"{lines[-1]} {word}".strip()
        if length(longer, size) <= WORDS_WIDE:
            lines[-1] = longer
            continue
        lines += [""] if lines[-1] else []
        for sign in word:
            if length(lines[-1] + sign, size) > WORDS_WIDE:
                lines.append("")
            lines[-1] += sign
    return lines


def _draw_figure(pen: Pen, raised: str, caption: str, colour: Colour) -> None:
    """The total, and of what; a long total is made smaller, and beside it the rest."""
    gap, wide = 20, length(raised, FIGURE_SIZE)
    for beside in (CAPTION_SIZE, CAPTION_LEAST):
        size = FIGURE_SIZE * min(1.0, (WORDS_WIDE - gap - length(caption, beside)) / wide)
        if size >= FIGURE_LEAST:
            break
    pen.text(raised, WORDS_AT, FIGURE_AT, size, colour)
    pen.text(caption, WORDS_AT + length(raised, size) + gap, FIGURE_AT, beside, MUTED)


def _draw_lane(pen: Pen, part: float) -> None:
    """From right to left: the runner starts at the right and backs towards the flag, as `_pieces.html` has it."""
    there = part >= 1
    along = LANE_FROM if there else LANE_TO - part * (LANE_TO - LANE_FROM - 72)
    pen.stroke([(LANE_FROM, LANE_AT), (LANE_TO, LANE_AT)], 18, LINE)
    if part > 0:
        pen.stroke([(along, LANE_AT), (LANE_TO, LANE_AT)], 18, GRASS)
    for quarter in (0.25, 0.5, 0.75):
        x = LANE_FROM + (LANE_TO - LANE_FROM) * quarter
        pen.stroke([(x, LANE_AT - 9), (x, LANE_AT + 9)], 3, CARD)
    _draw_flag(pen, LANE_FROM + (84 if there else 10), GRASS if there else HEEL, 1 if there else -1)
    draw_runner(pen, along - 43, LANE_AT - 96, 88, INK)


def _draw_flag(pen: Pen, x: float, colour: Colour, way: int) -> None:
    """On its pole; it blows to the left until somebody is there."""
    top = LANE_AT - 92
    cloth = [(x, top), (x + 46 * way, top), (x + 34 * way, top + 16), (x + 46 * way, top + 32), (x, top + 32)]
    pen.shape(cloth, colour)
    pen.stroke([*cloth, cloth[0]], 4, colour)
    pen.stroke([(x, top), (x, LANE_AT - 10)], 6, colour)


def _draw_trail(pen: Pen) -> None:
    """Without a target there is no end of the lane: somebody runs along it, and where they were can still be seen."""
    pen.stroke([(LANE_FROM, LANE_AT), (LANE_TO, LANE_AT)], 18, LINE)
    for step, colour in enumerate((*TRAIL, INK)):
        draw_runner(pen, LANE_TO - 90 - step * 195, LANE_AT - 96, 88, colour)


def draw_runner(pen: Pen, x: float, y: float, side: float, colour: Colour) -> None:
    """The mark of the house, in a square from its top left corner."""
    scale = side / 64
    for limb in RUNNER:
        pen.stroke([(x + px * scale, y + py * scale) for px, py in limb], 6.5 * scale, colour)
    pen.dot(x + 34 * scale, y + 11 * scale, 7.5 * scale, colour)
