"""Stopping a series of letters in one click, and having it again; without signing in, by the token in a letter.

Mail programs send the click themselves (RFC 8058), from wherever they are: the token proves what is asked, so that the
guard lets `/letters/` through. A scanner that only opens the link stops nothing.
"""

import hmac
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.settings import Settings
from fundraising.store.database import connection
from fundraising.web.pages import page
from fundraising.web.tokens import PATTERN, token_from
from fundraising.web.words import masked

SERIES = {
    "training": "training letters",
    "fundraising": "fundraising tips",
    "captain": "the captain\u2019s weekly letter",
    "nudges": "nudges of your captain",
    "invitations": "invitations into teams",
    "news": "news of the event",
    "updates": "news of runners whom you gave to",
}
TOKEN = re.compile(rf"(\d{{1,18}})-{PATTERN}", re.ASCII)
WHOSE = """
select lower(l.recipient) as email, l.series, s.id is not null as is_stopped
from letter l left join stopped_series s on s.email = lower(l.recipient) and s.series = l.series
where l.id = $1 and l.series is not null
"""
STOP = "insert into stopped_series (email, series, stopped_at) values (lower($1), $2, now()) on conflict do nothing"
START = "delete from stopped_series where email = lower($1) and series = $2"


@dataclass(frozen=True, slots=True)
class Stop:
    """How a series is stopped.

    Args:
        words: what its letters are.
        address: of the page with the button, and of the one click.
    """

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Series:
    """A series of letters to somebody."""

    email: str
    name: str
    is_stopped: bool


def stop_of(settings: Settings, letter: int, series: str) -> Stop:
    """How the series of a letter is stopped."""
    return Stop(SERIES[series], f"{settings.base_url}/letters/{token_of(settings, letter)}/stop")


def token_of(settings: Settings, letter: int) -> str:
    """What proves that somebody has a letter: its number, signed; no address stands in it."""
    return f"{letter}-{token_from(settings, 'stop', str(letter))}"


async def stop(email: str, series: str) -> None:
    """Write somebody no more letters of a series; those that wait to be sent are dropped."""
    async with connection() as writing:
        await writing.execute(STOP, email, series)


async def start(email: str, series: str) -> None:
    """Write them again after all."""
    async with connection() as writing:
        await writing.execute(START, email, series)


def make_routes(settings: Settings) -> list[BaseRoute]:
    """The page with the button, and what it does."""

    async def show(request: Request) -> Response:
        return _show(request, await _series_of(request, settings))

    async def take_stop(request: Request) -> Response:
        series = await _series_of(request, settings)
        await stop(series.email, series.name)
        return _show(request, Series(series.email, series.name, is_stopped=True))

    async def take_start(request: Request) -> Response:
        series = await _series_of(request, settings)
        await start(series.email, series.name)
        return _show(request, Series(series.email, series.name, is_stopped=False), came_back=True)

    return [
        Route("/letters/{token}/stop", show, methods=["GET"], name="letters_stop"),
        Route("/letters/{token}/stop", take_stop, methods=["POST"], name="letters_stop"),
        Route("/letters/{token}/start", take_start, methods=["POST"], name="letters_start"),
    ]


def _show(request: Request, series: Series, *, came_back: bool = False) -> Response:
    return page(
        request,
        "fundraising/mail/stop.html",
        token=request.path_params["token"],
        words=SERIES.get(series.name, series.name),
        masked=masked(series.email),
        is_stopped=series.is_stopped,
        came_back=came_back,
    )


async def _series_of(request: Request, settings: Settings) -> Series:
    """The series of the letter that the token was in.

    Raises:
        NotFound: when the token is not ours, or its letter is of no series.
    """
    token = request.path_params["token"]
    said = TOKEN.fullmatch(token)
    if said is None or not hmac.compare_digest(token, token_of(settings, int(said[1]))):
        raise NotFound
    async with connection() as reading:
        row = await reading.fetchrow(WHOSE, int(said[1]))
    if row is None:
        raise NotFound
    return Series(row["email"], row["series"], row["is_stopped"])
