"""How somebody looks: chosen for the runners of the example, thrown with dice for everybody else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeAlias, get_args

from fundraising.example.drawing.canvas import Colour, mix, rgb
from fundraising.example.drawing.palette import CLOTHS, HAIRS, SKINS, WEATHERS

Hair: TypeAlias = Literal[
    "short", "swept", "crop", "curls", "afro", "bob", "long", "wavy", "ponytail", "bun", "braids", "locs",
    "balding", "bald", "hijab", "turban", "headwrap", "cap", "headband",
]  # fmt: skip
Pose: TypeAlias = Literal["over", "front", "back"]
Beard: TypeAlias = Literal["", "stubble", "full", "moustache"]
Glasses: TypeAlias = Literal["", "round", "dark"]
Smile: TypeAlias = Literal["smile", "grin", "laugh"]
Shirt: TypeAlias = Literal["plain", "hoop", "sash", "sides"]

BEARDED: tuple[Hair, ...] = ("short", "swept", "crop", "curls", "balding", "bald", "cap", "headband", "locs")


@dataclass(frozen=True, slots=True)
class Look:
    """One runner's picture in words.

    Args:
        skin: 0, the palest, to 7, the darkest.
        hair, hair_colour: its style (or what is worn instead) and its colour.
        pose: looking over the shoulder, facing us, or seen from behind.
        beard, glasses, smile, freckles, lines, earrings, lashes: the face.
        face: longer (1.05) or rounder (0.95).
        cloth: colour of a scarf, turban, cap or headband, 0 to 7.
        shirt: pattern in the team's colour.
        weather: of the park behind.
        left: faces left rather than right.
        wave: raises a hand.
        number: on the back.
    """

    skin: int
    hair: Hair
    hair_colour: str = "dark brown"
    pose: Pose = "over"
    beard: Beard = ""
    glasses: Glasses = ""
    smile: Smile = "smile"
    freckles: bool = False
    lines: bool = False
    earrings: bool = False
    lashes: bool = False
    face: float = 1.0
    cloth: int = 0
    shirt: Shirt = "plain"
    weather: str = "clear"
    left: bool = False
    wave: bool = False
    number: int = 1

    @property
    def skin_colour(self) -> Colour:
        """Of face and hands."""
        return SKINS[self.skin]

    @property
    def skin_shade(self) -> Colour:
        """Of the neck under the chin, the nose, the inside of an ear."""
        return mix(self.skin_colour, rgb("#7A2F22"), 0.22)

    @property
    def strands(self) -> Colour:
        """Of the hair."""
        return HAIRS[self.hair_colour]

    @property
    def sheen(self) -> Colour:
        """Of the light on the hair."""
        return mix(self.strands, rgb("#FFE3C2"), 0.2)

    @property
    def worn(self) -> Colour:
        """Of a scarf, turban, cap or headband."""
        return CLOTHS[self.cloth]


def dice_of(seed: str) -> Random:
    """The same throws for the same seed, on every machine."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    return Random(number)  # noqa: S311 - a drawing, not a secret


IN_WORDS: dict[Hair, str] = {
    "short": "short {} hair",
    "swept": "swept {} hair",
    "crop": "cropped {} hair",
    "curls": "{} curls",
    "afro": "{} afro hair",
    "bob": "{} hair in a bob",
    "long": "long {} hair",
    "wavy": "wavy {} hair",
    "ponytail": "{} hair in a ponytail",
    "bun": "{} hair in a bun",
    "braids": "{} braids",
    "locs": "{} locs",
    "balding": "a little {} hair",
    "bald": "a bald head",
    "hijab": "a hijab",
    "turban": "a turban",
    "headwrap": "a headwrap",
    "cap": "a cap the wrong way round",
    "headband": "a headband",
}
BEARDS: dict[Beard, str] = {"": "", "stubble": "stubble", "full": "a beard", "moustache": "a moustache"}


def look_in_words(look: Look) -> str:
    """What a drawing shows, for who cannot see it."""
    parts = [IN_WORDS[look.hair].format(look.hair_colour)]
    if look.pose == "back":
        return f"Drawing: a runner with {parts[0]}, seen from behind, number {look.number} on the back."
    if look.beard:
        parts.append(BEARDS[look.beard])
    if look.glasses:
        parts.append("dark glasses" if look.glasses == "dark" else "glasses")
    who = " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
    if look.pose == "front":
        return f"Drawing: a runner with {who} {'waves at us' if look.wave else 'smiles at us'} in a park."
    return f"Drawing: a runner with {who} smiles over one shoulder, number {look.number} on the back."


def thrown(seed: str) -> Look:
    """Somebody who fits together, from dice."""
    dice = dice_of(seed)
    hair: Hair = dice.choice(get_args(Hair))
    skin = dice.randrange(len(SKINS))
    if hair in ("afro", "locs", "braids"):
        skin = max(skin, 3)
    poses: tuple[Pose, ...] = ("over", "over", "front", "front", "front" if hair == "bald" else "back")
    colours = [colour for colour in HAIRS if skin < 4 or colour in ("black", "grey", "white")]
    beards: tuple[Beard, ...] = ("", "", "", "stubble", "full", "moustache") if hair in BEARDED else ("",)
    beard: Beard = "full" if hair == "turban" else dice.choice(beards)
    return Look(
        skin=skin,
        hair=hair,
        hair_colour=dice.choice(colours),
        pose=dice.choice(poses),
        beard=beard,
        glasses="round" if dice.random() < 0.25 else "",
        smile=dice.choice(get_args(Smile)),
        freckles=skin < 3 and dice.random() < 0.25,
        face=dice.choice((0.95, 0.98, 1.0, 1.03, 1.06)),
        lashes=not beard and dice.random() < 0.5,
        cloth=dice.randrange(len(CLOTHS)),
        shirt=dice.choice(get_args(Shirt)),
        weather=dice.choice([*WEATHERS]),
        left=dice.random() < 0.5,
        wave=dice.random() < 0.3,
        number=dice.randint(1, 250),
    )
