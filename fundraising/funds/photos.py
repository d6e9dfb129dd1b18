"""From a file that a stranger sent to pictures of our own making: read with care, turned, cut, encoded anew.

Pure, and slow: `pictures` runs it in a thread, one file at a time. What a file says of itself (name, type, ending) is
not believed; nothing of it but pixels goes on: neither camera nor place, nor whatever hides behind the picture.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from fundraising.errors import Problem
from fundraising.funds.models import Shape

SIZES = {Shape.SQUARE: (640, 320, 160), Shape.WIDE: (1280, 640, 320)}  # pixels of the longer side
LEAST_SIDE = 160  # pixels; a smaller picture would be blown up
LEAST_OF_WHOLE = 40  # of the shorter side of one that is shown whole: logos are long
ALIKE = 12  # of 255: corners that differ by no more are one colour
MOST_PIXELS = 50_000_000
MOST_SCANS = 100  # of a progressive JPEG: each costs as much as the whole picture, and a few bytes of the file
LONGEST = 3  # times as long as wide at the most, for a picture that is shown as it was taken
WHITE = "#ffffff"  # behind what is transparent
REDUCIBLE = (
    "RGB",
    "RGBA",
    "L",
    "LA",
    "CMYK",
)  # modes of which some pixels may be made one before anything else is done
ORIENTATION = 0x0112  # of EXIF
TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
# What the readers of files raise when a file lies; the fuzzing in tests/fundraising/funds found no other.
LIES = (
    OSError, ValueError, SyntaxError, RuntimeError, EOFError, LookupError, TypeError, ArithmeticError, struct.error,
    MemoryError,
)  # fmt: skip
TOO_MANY_PIXELS = "This picture has more than 50 megapixels. Please send a smaller one."


class NotAPicture(Problem):
    """What was given cannot be read as a picture."""

    status = 422
    title = "That picture does not work here"
    sentence = "This file is not a picture that we can read. JPEG, PNG, WebP and the HEIC of iPhones work."


class Focus(StrEnum):
    """Which part of a picture that is longer than wide, or wider than long, stays when it is cut."""

    FIRST = "first"  # the left, or the top
    MIDDLE = "middle"
    LAST = "last"  # the right, or the bottom
    WHOLE = "whole"  # all of it, on a plain ground: a logo


AT = {Focus.FIRST: 0.0, Focus.MIDDLE: 0.5, Focus.LAST: 1.0}


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture in its sizes: WebP, and of the larger two AVIF.

    Args:
        width, height: of the large one, in pixels.
    """

    width: int
    height: int
    large: bytes
    medium: bytes
    small: bytes
    large_avif: bytes | None
    medium_avif: bytes | None


def develop(
    given: bytes, shape: Shape, focus: Focus = Focus.MIDDLE, *, least: int = LEAST_SIDE, avif: bool = True
) -> Developed:
    """Make our own pictures of a file.

    Args:
        least: pixels that a side must have.
        avif: also in the smaller format that newer browsers know; takes as long again.

    Raises:
        NotAPicture: when it cannot be read, or is too large, too small or too long.
    """
    sides = SIZES[shape]
    least = min(least, LEAST_OF_WHOLE) if focus is Focus.WHOLE else least
    try:
        whole = _read(given, 2 * sides[0], least)
        cut = _cut(whole, shape, focus)
        large, medium, small = (_fitted(cut, side) for side in sides)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(TOO_MANY_PIXELS) from None
    except LIES:
        raise NotAPicture from None
    return Developed(
        *large.size,
        encoded(large, "WEBP", 82),
        encoded(medium, "WEBP", 80),
        encoded(small, "WEBP", 80),
        encoded(large, "AVIF", 60) if avif else None,
        encoded(medium, "AVIF", 60) if avif else None,
    )


def encoded(picture: Image.Image, kind: str, quality: int) -> bytes:
    """A picture as a file of a kind, WEBP or AVIF, of pixels alone."""
    out = BytesIO()
    how = {"speed": 8, "max_threads": 1} if kind == "AVIF" else {"method": 4}
    picture.save(out, kind, quality=quality, **how)
    return out.getvalue()


def kind_of(given: bytes) -> str:
    """What a file is by its first bytes, as Pillow calls it.

    Raises:
        NotAPicture: when it is nothing that we take.
    """
    if given.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if given.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if given[:4] == b"RIFF" and given[8:12] == b"WEBP":
        return "WEBP"
    if given[4:8] == b"ftyp" and given[8:12] in HEIC:
        return "HEIF"
    raise NotAPicture


def _read(given: bytes, enough: int, least: int) -> Image.Image:
    """The pixels, upright and in the colours of screens; not many more of them than we need.

    Args:
        enough: pixels of the shorter side.
    """
    kind = kind_of(given)
    if kind == "HEIF":
        from pillow_heif import register_heif_opener  # few photos need it

        register_heif_opener(thumbnails=False)
    elif kind == "JPEG" and given.count(b"\xff\xda") > MOST_SCANS:
        raise NotAPicture
    elif kind == "WEBP":
        _must_be_of_use(*_canvas_of_webp(given), 1)  # its reader makes room for all of it when it opens
    with Image.open(BytesIO(given), formats=(kind,)) as picture:
        _must_be_of_use(*picture.size, least)  # known before a pixel is decoded
        turn = TURNS.get(_orientation(picture), ())
        profile = picture.info.get("icc_profile")
        scale = max(1, min(picture.size) // enough)
        picture.draft(
            None, (picture.width // scale, picture.height // scale)
        )  # a JPEG is decoded at a part of its size
        picture.load()
        scale = max(1, min(picture.size) // enough)
        plain = _plain(picture.reduce(scale) if picture.mode in REDUCIBLE else picture)
    plain = _in_srgb(plain, profile)
    for how in turn:
        plain = plain.transpose(how)
    return plain


def _canvas_of_webp(given: bytes) -> tuple[int, int]:
    """Width and height as its first bytes say (RFC 9649)."""
    name = given[12:16]
    if name == b"VP8X":
        return (int.from_bytes(given[24:27], "little") + 1, int.from_bytes(given[27:30], "little") + 1)
    if name == b"VP8L":
        bits = int.from_bytes(given[21:25], "little")
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack_from("<HH", given, 26)
    return width & 0x3FFF, height & 0x3FFF


def _must_be_of_use(width: int, height: int, least: int) -> None:
    if width * height > MOST_PIXELS:
        raise NotAPicture(TOO_MANY_PIXELS)
    if min(width, height) < least:
        raise NotAPicture(f"This picture is very small. Please send one with at least {least} pixels a side.")


def _orientation(picture: Image.Image) -> int:
    """How its camera was held; a picture whose EXIF cannot be read is taken as it is."""
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except (*LIES, UserWarning):
        return 1


def _plain(picture: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue, or of the four inks; nothing transparent.

    Sixteen bits of grey are scaled: Pillow would cut off all above 255.
    """
    if picture.mode.startswith("I") or picture.mode == "F":
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    if picture.mode == "CMYK":
        return picture.copy()
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        behind = Image.new("RGBA", seen.size, WHITE)
        behind.alpha_composite(seen)
        return behind.convert("RGB")
    return picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """In the colours of screens: phones and printers' files have their own; one that cannot be read is left out."""
    if profile:
        try:
            own, screen = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(picture, own, screen, outputMode="RGB")
            if changed is not None:
                picture = changed
        except (*LIES, ImageCms.PyCMSError):
            pass
    picture = picture.convert("RGB")
    picture.info.clear()
    return picture


def _cut(picture: Image.Image, shape: Shape, focus: Focus) -> Image.Image:
    """The part that is shown: a square, or all of it but what is longer than anybody would look at."""
    if focus is Focus.WHOLE:
        return _on_a_ground(picture, SIZES[shape][0])
    width, height = picture.size
    shorter = min(width, height)
    most = shorter if shape is Shape.SQUARE else shorter * LONGEST
    wanted = (min(width, most), min(height, most))
    return ImageOps.fit(picture, wanted, Image.Resampling.BOX, centering=(AT[focus], AT[focus]))


def _on_a_ground(picture: Image.Image, most: int) -> Image.Image:
    """All of it in the middle of a square, of the colour that its corners have, or white; made small before that."""
    small = _fitted(picture, most)
    width, height = small.size
    corners = [_colour(small, at) for at in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1))]
    spread = max(max(values) - min(values) for values in zip(*corners, strict=True))
    side = max(width, height, LEAST_SIDE)
    ground = Image.new("RGB", (side, side), corners[0] if spread <= ALIKE else WHITE)
    ground.paste(small, ((side - width) // 2, (side - height) // 2))
    return ground


def _colour(picture: Image.Image, at: tuple[int, int]) -> tuple[int, int, int]:
    red, green, blue = picture.crop((*at, at[0] + 1, at[1] + 1)).tobytes()
    return red, green, blue


def _fitted(cut: Image.Image, side: int) -> Image.Image:
    """So large that the longer side has so many pixels; never larger than it was."""
    part = side / max(cut.size)
    if part >= 1:
        return cut
    size = (max(1, round(cut.width * part)), max(1, round(cut.height * part)))
    return cut.resize(size, Image.Resampling.LANCZOS)
