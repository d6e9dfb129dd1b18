"""Pictures of funds and of news: taken in by one pipeline, encoded anew, served for ever under a hash of their content.

Whoever takes a photo in, whichever room it is for, comes in at `take_in`; pictures drawn by code at `add_picture`.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import blake2b

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import Busy, NotFound
from fundraising.funds.counting import announce_above
from fundraising.funds.models import Picture, Shape
from fundraising.funds.photos import Developed, Focus, NotAPicture, develop
from fundraising.store.database import connection

SIZES = {"webp": ("large", "medium", "small"), "avif": ("large", "medium")}
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
MOST_WAITING = 8  # photos of some megabytes each
KEEP = """
insert into picture (id, shape, width, height, large, medium, small, large_avif, medium_avif, description, added_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now()) on conflict (id) do nothing
"""
COPY = """
insert into picture (id, shape, width, height, large, medium, small, large_avif, medium_avif, description, added_at)
select $2, shape, width, height, large, medium, small, large_avif, medium_avif, $3, now() from picture where id = $1
on conflict (id) do nothing
"""
# News and applications belong to rooms above; a picture that somebody still shows stays, whoever that is.
FORGET = """
delete from picture where id = $1 and not exists (select from fund where picture_id = $1)
  and not exists (select from page_update where picture_id = $1)
  and not exists (select from application where picture_id = $1)
"""

LOCK = "select picture_id from fund where id = $1 for no key update"
SHOW = "update fund set picture_id = $2, version = version + 1 where id = $1"

_darkroom = ThreadPoolExecutor(1, "photos")  # one at a time in a process: a photo of 50 megapixels takes a lot of room
_waiting = 0


async def take_in(given: bytes, shape: Shape, focus: Focus, description: str) -> str:
    """Keep the photo that somebody sent; nothing of its file but the pixels goes on.

    Args:
        focus: which part stays when it is cut.
        description: what is to be seen, for who cannot see.

    Returns:
        The id of the picture; another one for another cut or other words, so that nobody's words stand below the same
        photo of somebody else.

    Raises:
        NotAPicture: when it cannot be read, or is too large or too small; Busy: when many wait already.
    """
    global _waiting  # noqa: PLW0603 - of this process, as the thread is
    if _waiting >= MOST_WAITING:
        raise Busy("Several photos are being looked at just now. Please send yours again in a moment.")
    _waiting += 1
    try:
        loop = asyncio.get_running_loop()
        name, made = await loop.run_in_executor(_darkroom, partial(_develop, given, shape, focus, description))
    finally:
        _waiting -= 1
    await _keep(name, shape, made, description)
    return name


def _develop(given: bytes, shape: Shape, focus: Focus, description: str) -> tuple[str, Developed]:
    made = develop(given, shape, focus)
    said = repr((str(shape), str(focus), description)).encode()
    return blake2b(given, digest_size=16, key=blake2b(said, digest_size=16).digest()).hexdigest(), made


async def _keep(name: str, shape: Shape, made: Developed, description: str) -> None:
    sizes = (made.large, made.medium, made.small, made.large_avif, made.medium_avif)
    async with connection() as writing:
        await writing.execute(KEEP, name, str(shape), made.width, made.height, *sizes, description)


async def describe(writing: asyncpg.Connection, picture_id: str, description: str) -> str:
    """Say in other words what is to be seen on a picture, within the caller's transaction.

    Returns:
        The id of the picture with these words; the one before is left to whoever else shows it.
    """
    name = blake2b(f"{picture_id} {description}".encode(), digest_size=16).hexdigest()
    await writing.execute(COPY, picture_id, name, description)
    return name


async def forget_picture(writing: asyncpg.Connection, picture_id: str | None) -> None:
    """Delete a picture that nobody shows any more, within the caller's transaction."""
    if picture_id is not None:
        await writing.execute(FORGET, picture_id)


async def put_up(writing: asyncpg.Connection, fund: int, picture_id: str | None) -> None:
    """Show a picture on the page of a fund, or none; within the caller's transaction.

    Args:
        fund: its id.
    """
    before = await writing.fetchval(LOCK, fund)
    if before != picture_id:
        await writing.execute(SHOW, fund, picture_id)
        await forget_picture(writing, before)
        await announce_above(writing, fund)


async def add_picture(given: bytes, description: str) -> Picture:
    """Keep a square picture that was drawn by code; the same one, given again, is kept once.

    Raises:
        NotAPicture: when it cannot be read, or is larger than 50 megapixels.
    """
    name = blake2b(given, digest_size=16).hexdigest()
    if kept := await Picture.get_or_none(id=name):
        return kept
    made = await asyncio.to_thread(develop, given, Shape.SQUARE, least=1, avif=False)
    await _keep(name, Shape.SQUARE, made, description)
    return await Picture.get(id=name)


async def show_picture(request: Request) -> Response:
    """A picture in one of its sizes."""
    size, kind = request.path_params["size"], request.path_params["kind"]
    if size not in SIZES.get(kind, ()):
        raise NotFound
    column = size if kind == "webp" else f"{size}_avif"
    async with connection() as reading:
        body = await reading.fetchval(f"select {column} from picture where id = $1", request.path_params["id"])  # noqa: S608
    if body is None:
        raise NotFound
    return Response(body, media_type=f"image/{kind}", headers=FOREVER)


routes: list[BaseRoute] = [Route("/pictures/{id}/{size}.{kind}", show_picture, methods=["GET"], name="picture")]
__all__ = ["Focus", "NotAPicture", "add_picture", "describe", "forget_picture", "put_up", "routes", "take_in"]
