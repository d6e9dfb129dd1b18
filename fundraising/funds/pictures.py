"""Pictures of funds: taken in by one pipeline, re-encoded by us, served for ever under the hash of their content."""

import asyncio
from hashlib import blake2b
from io import BytesIO

from PIL import Image, ImageOps
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound, Problem
from fundraising.funds.models import Picture
from fundraising.store.database import connection

LARGE, MEDIUM, SMALL = 640, 320, 160  # pixels a side
SIZES = ("large", "medium", "small")
MOST_PIXELS = 50_000_000
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}


class NotAPicture(Problem):
    """What was given cannot be read as a picture."""

    status = 422
    title = "That picture does not work here"
    sentence = "This file is not a picture that we can read. JPEG, PNG and WebP work."


async def add_picture(given: bytes, description: str) -> Picture:
    """Keep a picture; the same one, given again, is kept once.

    Args:
        description: what is to be seen, for who cannot see.

    Raises:
        NotAPicture: when it cannot be read, or is larger than 50 megapixels.
    """
    name = blake2b(given, digest_size=16).hexdigest()
    if kept := await Picture.get_or_none(id=name):
        return kept
    large, medium, small, side = await asyncio.to_thread(_encode, given)
    made = Picture(id=name, width=side, large=large, medium=medium, small=small, description=description)
    await Picture.bulk_create([made], ignore_conflicts=True)  # somebody else may have kept it meanwhile
    return await Picture.get(id=name)


def _encode(given: bytes) -> tuple[bytes, bytes, bytes, int]:
    """Crop to a square, encode anew in three sizes; nothing else of the file, such as where it was taken, is kept."""
    try:
        with Image.open(BytesIO(given), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:  # known before a pixel is decoded
                raise NotAPicture("This picture has more than 50 megapixels. Please send a smaller one.")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotAPicture from None
    side = min(LARGE, *upright.size)
    return _webp(upright, side, 82), _webp(upright, MEDIUM, 80), _webp(upright, SMALL, 80), side


def _webp(picture: Image.Image, side: int, quality: int) -> bytes:
    out = BytesIO()
    ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS).save(out, "WEBP", quality=quality, method=2)
    return out.getvalue()


async def show_picture(request: Request) -> Response:
    """A picture in one of its sizes."""
    column = request.path_params["size"]
    if column not in SIZES:
        raise NotFound
    async with connection() as reading:
        body = await reading.fetchval(f"select {column} from picture where id = $1", request.path_params["id"])  # noqa: S608
    if body is None:
        raise NotFound
    return Response(body, media_type="image/webp", headers=FOREVER)


routes: list[BaseRoute] = [Route("/pictures/{id}/{size}.webp", show_picture, methods=["GET"], name="picture")]
