"""The colours of the drawings: teams, skins, hairs, and the park in six kinds of weather."""

from __future__ import annotations

from dataclasses import dataclass

from fundraising.example.drawing.canvas import Colour, rgb

INK = rgb("#14213D")
WHITE = rgb("#FFFFFF")
PAPER = rgb("#FFFDF7")

# Shirt, and what is written on it.
TEAMS: tuple[tuple[Colour, Colour], ...] = (
    (rgb("#C8371B"), WHITE),
    (rgb("#1F5FBF"), WHITE),
    (rgb("#1E7A46"), WHITE),
    (rgb("#F2B705"), INK),
    (rgb("#7B3FA0"), WHITE),
    (rgb("#0E7C86"), WHITE),
    (rgb("#D6336C"), WHITE),
    (rgb("#5C4033"), WHITE),
    (rgb("#2F3E8F"), WHITE),
    (rgb("#8DB600"), INK),
    (rgb("#E8743B"), INK),
    (rgb("#46505A"), WHITE),
)

SKINS: tuple[Colour, ...] = tuple(
    rgb(code) for code in ("#F9D5BE", "#F2C3A1", "#E3AC83", "#CF9768", "#B67F54", "#9C6644", "#855439", "#6E4631")
)

HAIRS: dict[str, Colour] = {
    "black": rgb("#211D22"),
    "dark brown": rgb("#3D2A22"),
    "brown": rgb("#6A4229"),
    "auburn": rgb("#8C4222"),
    "ginger": rgb("#CC6A2C"),
    "blond": rgb("#DDAE5C"),
    "grey": rgb("#9FA0A3"),
    "white": rgb("#E9E6E1"),
    "pink": rgb("#E0719A"),
}

CLOTHS: tuple[Colour, ...] = tuple(
    rgb(code) for code in ("#2B3A67", "#7A2E4D", "#2F6B62", "#E3B23C", "#D9D2C5", "#B45A3C", "#5B4B8A", "#20262E")
)


@dataclass(frozen=True, slots=True)
class Weather:
    """The park's colours under one sky.

    Args:
        above, below: the sky, at its top and at the hills.
        sun: a pale disc.
        far, near, grass, path: the ground, from the horizon to our feet.
        leaves: the trees, two tints.
        trunk: their wood.
    """

    above: Colour
    below: Colour
    sun: Colour
    far: Colour
    near: Colour
    grass: Colour
    path: Colour
    leaves: tuple[Colour, Colour]
    trunk: Colour


def _weather(*codes: str) -> Weather:
    above, below, sun, far, near, grass, path, leaf, leaf_too, trunk = map(rgb, codes)
    return Weather(above, below, sun, far, near, grass, path, (leaf, leaf_too), trunk)


WEATHERS: dict[str, Weather] = {
    "clear": _weather(
        "#B5DFF5", "#EDF7F2", "#FFF6D2", "#BFDFBE", "#A2D29B", "#8AC580", "#F3E7CB", "#5EA873", "#7CBB7C", "#8A6A4F"
    ),
    "morning": _weather(
        "#FFDDBB", "#FFF5E2", "#FFCB86", "#DDDFB6", "#BFD39D", "#A5C587", "#F7E9CE", "#7BAE7B", "#9AC086", "#8F6E55"
    ),
    "mist": _weather(
        "#D3E3E2", "#F3F4EC", "#FFFEF4", "#C9DCD0", "#AFCDB7", "#97BF9D", "#EEE9D9", "#77A58B", "#92B99D", "#7F7466"
    ),
    "dusk": _weather(
        "#D5CBEC", "#FFDDCC", "#FFB999", "#C5C6DC", "#ABC0BE", "#8FB49F", "#EEDFCC", "#658F87", "#7FA896", "#7B6257"
    ),
    "autumn": _weather(
        "#C6E2F2", "#FFF2DB", "#FFE3A3", "#E6D8A8", "#CECB8E", "#ADC27C", "#F4E6CA", "#DD8A43", "#EDB158", "#7D5A42"
    ),
    "blossom": _weather(
        "#C4E6F6", "#FDF1F3", "#FFF3D9", "#C6E2C0", "#ABD6A0", "#92CA87", "#F5E9D2", "#F0A5B9", "#F8C6D2", "#8B6657"
    ),
}
