"""Photos for tests: honest ones of every kind, and files that lie."""

import struct
import zlib
from io import BytesIO

from PIL import Image

LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def photo(kind: str = "JPEG", size: tuple[int, int] = (900, 600), mode: str = "RGB", **given: object) -> bytes:
    """A picture, red on the left and blue on the right, as a file of a kind."""
    picture = Image.new("RGB", size, LEFT)
    picture.paste(RIGHT, (size[0] // 2, 0, *size))
    out = BytesIO()
    picture.convert(mode).save(out, kind, **given)
    return out.getvalue()


def seen(body: bytes) -> Image.Image:
    """What a browser sees."""
    picture = Image.open(BytesIO(body))
    picture.load()
    return picture


def like(colour: object, wanted: tuple[int, int, int]) -> bool:
    """The same colour, but for what compression makes of it."""
    assert isinstance(colour, tuple)
    return all(abs(one - other) < 25 for one, other in zip(colour, wanted, strict=True))


def png_of(width: int, height: int) -> bytes:
    """The beginning of a PNG that says how large it is, and has not a single pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
