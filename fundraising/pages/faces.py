"""The faces that printed pages are set in, for the letters of any script, and which signs they have.

They come with two packages of the Noto fonts (OFL), so that a name looks alike on every machine; what an operator has
installed besides is not looked at.
"""

import re
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageFont

from fundraising.live.preview_card import drawable
from fundraising.web.static import folder

if TYPE_CHECKING:
    from typst import Fonts

PACKAGES = ("manimgx_fonts", "noto_cjk_sans_otc")
# Then every script's own. Signs that Chinese and Japanese share are drawn as in Chinese.
FIRST, LAST = ("Noto Sans", "Noto Sans CJK SC"), "Noto Sans Symbols"
NOT_WANTED = re.compile("Italic|Mono|Computer Modern|Libertinus|Bricolage")
NOBODY_HAS = "\U0010fffd"  # drawn as the box that stands for a sign which a face lacks
VARIATIONS = re.compile("[\ufe00-\ufe0f\u200c\u200d\u20e3]")
LONG_WORD = re.compile(r"\w{17}(?=\w{4})")


def folders() -> list[Path]:
    """Where the faces lie: that of the pages, and those of the packages."""
    specs = (find_spec(name) for name in PACKAGES)
    return [folder("static") / "fonts", *(Path(spec.origin).parent for spec in specs if spec and spec.origin)]


@lru_cache(maxsize=1)
def fonts() -> "Fonts":
    """The faces, as the typesetter takes them; it reads a file only once a letter of it is needed."""
    import typst  # late: most processes never print

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders()))


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Their names in the order in which a letter is looked for."""
    others = [name for name in fonts().families() if not NOT_WANTED.search(name) and name not in FIRST]
    return (*FIRST, *sorted(others, key=lambda name: (not name.startswith("Noto Sans"), name == LAST)))


@lru_cache(maxsize=1)
def _opened() -> tuple[tuple[ImageFont.FreeTypeFont, bytes], ...]:
    files = [path for place in folders() for path in sorted(place.iterdir()) if path.suffix in (".ttf", ".ttc", ".otf")]
    faces = [ImageFont.truetype(path, 16) for path in files]
    return tuple((face, bytes(face.getmask(NOBODY_HAS))) for face in faces)


@lru_cache(maxsize=4096)
def has(sign: str) -> bool:
    """Whether one of the faces has a sign, by asking it."""
    return sign.isascii() or any(bytes(face.getmask(sign)) not in (box, b"") for face, box in _opened())


def printable(text: str) -> str:
    """A text as it can be printed: without pictographs that no face has; empty when a letter is lacking.

    Half a name would be somebody else's. Very long words get places where they may break.
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    signs = []
    for sign in text:
        kind = unicodedata.category(sign)[0]
        if kind in "ZMC" or VARIATIONS.match(sign) or has(sign):  # marks stand on letters, and are drawn with them
            signs.append(sign)
        elif kind in "LN":
            return ""
    return LONG_WORD.sub("\\g<0>\u200b", "".join(signs))


def set_in(text: str) -> dict[str, object]:
    """A text with what the typesetter has to know of it: in which face, and in which direction."""
    shown = printable(text)
    strong = next((way for sign in shown if (way := unicodedata.bidirectional(sign)) in ("L", "R", "AL")), "L")
    plain = shown.replace("\u200b", "")
    return {"text": shown, "rtl": strong != "L", "display": drawable(plain) == plain}
