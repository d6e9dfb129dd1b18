"""A sheet to draw on in round coordinates: drawn three times too large, then made small and smooth."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

Colour: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]
Matrix: TypeAlias = tuple[float, float, float, float, float, float]

SIDE = 640
FINE = 3
IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def rgb(code: str) -> Colour:
    """A colour as written in a style sheet: `#C8371B`."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """One colour with a share of another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def light(colour: Colour) -> float:
    """How light a colour looks, 0 to 255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def points(text: str) -> tuple[Point, ...]:
    """Points as text: "-10,4 0,20.5" is two of them."""
    pairs = (pair.split(",") for pair in text.split())
    return tuple((float(x), float(y)) for x, y in pairs)


def curve(through: Sequence[Point], *, closed: bool = False, steps: int = 9) -> list[Point]:
    """A smooth line through all points (Catmull-Rom)."""
    around = [through[-1], *through, *through[:2]] if closed else [through[0], *through, through[-1]]
    spans = len(around) - 3
    line: list[Point] = []
    for start in range(spans):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = around[start : start + 4]
        for step in range(steps):
            t = step / steps
            p, q, r, s = -t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2
            line.append(((p * ax + q * bx + r * cx + s * dx) / 2, (p * ay + q * by + r * cy + s * dy) / 2))
    if not closed:
        line.append(through[-1])
    return line


def arc(x: float, y: float, wide: float, high: float, *, start: float = 0, end: float = 360) -> list[Point]:
    """An ellipse by its centre and half sizes, or a piece of it, in degrees clockwise from three o'clock."""
    steps = max(8, round(abs(end - start) / 360 * (16 + math.sqrt(abs(wide) + abs(high)) * 2)))
    return [(x + wide * across, y + high * down) for across, down in _circle(start, end, steps)]


@lru_cache(maxsize=256)
def _circle(start: float, end: float, steps: int) -> tuple[Point, ...]:
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return tuple((math.cos(angle), math.sin(angle)) for angle in angles)


def rounded(x: float, y: float, width: float, height: float, radius: float) -> list[Point]:
    """A rectangle with round corners, from its top left corner."""
    right, bottom = x + width - radius, y + height - radius
    corners = ((x + radius, y + radius, 180), (right, y + radius, 270), (right, bottom, 0), (x + radius, bottom, 90))
    return [point for cx, cy, turn in corners for point in arc(cx, cy, radius, radius, start=turn, end=turn + 90)]


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType: the race numbers cannot be drawn.")
    return font


class Canvas:
    """A square sheet of 640 by 640, whatever its real size; what is drawn passes through the current movement."""

    def __init__(self, ground: Colour) -> None:
        side = SIDE * FINE
        self.image = Image.new("RGB", (side, side), ground)
        self._draw = ImageDraw.Draw(self.image)
        self._matrix: Matrix = IDENTITY

    def _place(self, around: Iterable[Point]) -> list[Point]:
        a, b, c, d, e, f = (FINE * value for value in self._matrix)
        return [(a * x + b * y + c, d * x + e * y + f) for x, y in around]

    @contextmanager
    def moved(
        self, x: float = 0, y: float = 0, *, scale: float = 1, turn: float = 0, flip: bool = False, tall: float = 1
    ) -> Iterator[None]:
        """Draw around (x, y) as the new origin: scaled, turned clockwise by degrees, mirrored, or taller."""
        before = self._matrix
        a, b, c, d, e, f = before
        cosine, sine = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
        side = -1 if flip else 1
        self._matrix = (
            (a * cosine + b * sine) * side,
            (-a * sine + b * cosine) * tall,
            a * x + b * y + c,
            (d * cosine + e * sine) * side,
            (-d * sine + e * cosine) * tall,
            d * x + e * y + f,
        )
        try:
            yield
        finally:
            self._matrix = before

    @contextmanager
    def inside(self, outline: Iterable[Point]) -> Iterator[None]:
        """Only what falls within the outline stays of what is drawn meanwhile."""
        placed = self._place(outline)
        xs, ys = [x for x, _ in placed], [y for _, y in placed]
        left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
        right, bottom = min(self.image.width, math.ceil(max(xs)) + 1), min(self.image.height, math.ceil(max(ys)) + 1)
        sheet = self.image
        matrix = self._matrix
        part = sheet.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
        mask = Image.new("1", part.size)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in placed], fill=1)
        a, b, c, d, e, f = matrix
        self._take(part, (a, b, c - left / FINE, d, e, f - top / FINE))
        try:
            yield
        finally:
            self._take(sheet, matrix)
            sheet.paste(part, (left, top), mask)

    def _take(self, image: Image.Image, matrix: Matrix) -> None:
        self.image, self._draw, self._matrix = image, ImageDraw.Draw(image), matrix

    def shape(self, outline: Iterable[Point], colour: Colour) -> None:
        """A filled shape with straight sides; give it a `curve` for round ones."""
        self._draw.polygon(self._place(outline), fill=colour)

    def blob(self, through: Sequence[Point], colour: Colour) -> None:
        """A filled shape, smooth through all points."""
        self.shape(curve(through, closed=True), colour)

    def oval(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        """A filled ellipse by its centre and half sizes."""
        self.shape(arc(x, y, wide, high), colour)

    def stroke(self, through: Sequence[Point], width: float, colour: Colour, *, end: float | None = None) -> None:
        """A brush stroke through all points with round ends, growing or shrinking to the width `end`."""
        line = curve(through, steps=7) if len(through) > 2 else list(through)
        last = width if end is None else end
        left: list[Point] = []
        right: list[Point] = []
        for at, (x, y) in enumerate(line):
            (ax, ay), (bx, by) = line[max(at - 1, 0)], line[min(at + 1, len(line) - 1)]
            half = (width + (last - width) * at / (len(line) - 1)) / 2 / (math.hypot(bx - ax, by - ay) or 1.0)
            left.append((x - (by - ay) * half, y + (bx - ax) * half))
            right.append((x + (by - ay) * half, y - (bx - ax) * half))
        self.shape([*left, *reversed(right)], colour)
        self.oval(*line[0], width / 2, width / 2, colour)
        self.oval(*line[-1], last / 2, last / 2, colour)

    def write(self, text: str, x: float, y: float, size: float, colour: Colour) -> None:
        """A few bold letters or figures, centred; they turn with the movement."""
        _, b, _, _, e, _ = self._matrix
        scale = math.hypot(b, e) * FINE
        font = _font(round(size * scale))
        bold = max(1, round(size * scale / 22))
        left, top, right, bottom = font.getbbox(text, stroke_width=bold)
        wide, high = math.ceil(right - left) + 4, math.ceil(bottom - top) + 4
        mask = Image.new("L", (wide, high), 0)
        ImageDraw.Draw(mask).text((2 - left, 2 - top), text, fill=255, font=font, stroke_width=bold, stroke_fill=255)
        turn = math.degrees(math.atan2(-b, e))
        if abs(turn) > 0.2:
            mask = mask.rotate(-turn, resample=Image.Resampling.BILINEAR, expand=True)
        ((cx, cy),) = self._place([(x, y)])
        self.image.paste(colour, (round(cx - mask.width / 2), round(cy - mask.height / 2)), mask)

    def fade(self, top: float, bottom: float, above: Colour, below: Colour) -> None:
        """Fill the sheet's whole width between two heights, from one colour to another."""
        first, high = round(top * FINE), round((bottom - top) * FINE)
        strip = Image.new("RGB", (1, 2))
        strip.putpixel((0, 0), above)
        strip.putpixel((0, 1), below)
        tall = strip.resize((1, high), Image.Resampling.BILINEAR)
        self.image.paste(tall.resize((SIDE * FINE, high), Image.Resampling.NEAREST), (0, first))

    def png(self) -> bytes:
        """The picture at its real size."""
        small = self.image.reduce(FINE)
        out = io.BytesIO()
        small.save(out, "PNG", compress_level=3)
        return out.getvalue()
