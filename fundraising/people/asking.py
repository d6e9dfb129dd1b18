"""Who is asking: from the cookie of a request to a person, in one statement."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from fundraising.errors import Forbidden, Problem
from fundraising.store.database import connection
from fundraising.web.pages import pages_of, see_other
from fundraising.web.tokens import hashed

COOKIE = "__Host-session"
PLAIN_COOKIE = "session"  # beside the other where BASE_URL is plain http: not every client keeps a Secure cookie there
IDLE, IDLE_ORGANISER = timedelta(days=30), timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)  # a session is not written at each request
FRESH = timedelta(minutes=15)  # for what moves money or hands out people's data, a passkey or code must be no older
FIND = """
select s.id as session_id, s.way, s.owes_step, s.strong_at, s.seen_at, p.id, p.email, p.name, p.is_organiser,
       p.sign_ins
from session s join person p on p.id = s.person_id
where s.token_hash = $1 and s.expires_at > $2
  and s.seen_at > $2 - case when p.is_organiser then $4::interval else $3::interval end
"""
SEEN = "update session set seen_at = $2 where id = $1 and seen_at < $3"


class SignInNeeded(Problem):
    """Nobody is signed in; after signing in the way leads back."""

    status = 401
    title = "Please sign in first"
    sentence = "You are signed out here. Sign in again, and then send it once more: nothing was changed."
    onward = ""  # where they were, below the site


class StepNeeded(Problem):
    """An organiser has to show a passkey or a code first.

    Args:
        again: although one was shown in this session already: it was too long ago.
    """

    again = False
    status = 403
    title = "One more step"
    sentence = "Organisers need a passkey or a code app, so that a stolen mailbox is not enough. It takes a minute."


class FreshStepNeeded(StepNeeded):
    """What moves money needs a passkey or a code that was shown just now."""

    sentence = "Please show your passkey or code once more: this moves money. Nothing was done."
    again = True


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is asking.

    Args:
        strong_at: when a passkey or a code was last shown in this session; None: never.
        first_time: this is the first time that this person has signed in.
    """

    id: int
    email: str
    name: str
    is_organiser: bool
    session_id: UUID
    strong_at: datetime | None
    first_time: bool
    owes_step: bool


def token_of(request: Request) -> str:
    """The session's token that a request brings, or an empty text."""
    return request.cookies.get(COOKIE) or request.cookies.get(PLAIN_COOKIE) or ""


async def find_session(request: Request) -> Asker | None:
    """Whoever holds the cookie of a living session, even one that still owes its second step."""
    token = token_of(request)
    if not token:
        return None
    now = datetime.now(UTC)
    async with connection() as asking:
        row = await asking.fetchrow(FIND, hashed(token), now, IDLE, IDLE_ORGANISER)
        if row is None:
            return None
        if row["seen_at"] < now - SEEN_EVERY:
            await asking.execute(SEEN, row["session_id"], now, now - SEEN_EVERY)
    return Asker(
        id=row["id"],
        email=row["email"] or "",
        name=row["name"],
        is_organiser=row["is_organiser"],
        session_id=row["session_id"],
        strong_at=row["strong_at"],
        first_time=row["sign_ins"] <= 1,
        owes_step=row["owes_step"],
    )


async def find_asker(request: Request) -> Asker | None:
    """Who is signed in, or None."""
    asker = await find_session(request)
    return asker if asker and not asker.owes_step else None


async def must_be_signed_in(request: Request) -> Asker:
    """Who is signed in.

    Raises:
        SignInNeeded: when nobody is.
    """
    asker = await find_asker(request)
    if asker is None:
        raise SignInNeeded
    return asker


async def must_be_organiser(request: Request) -> Asker:
    """The organiser who is asking, with the second step done; it is asked for from the second sign-in on.

    Raises:
        SignInNeeded: when nobody is signed in; Forbidden: when it is not an organiser; StepNeeded.
    """
    asker = await must_be_signed_in(request)
    if not asker.is_organiser:
        raise Forbidden("This desk is for the organisers.")
    if asker.strong_at is None and not asker.first_time:
        raise StepNeeded
    return asker


def is_fresh(asker: Asker) -> bool:
    """Whether a passkey or a code was shown within the last quarter of an hour."""
    return asker.strong_at is not None and asker.strong_at > datetime.now(UTC) - FRESH


async def must_be_sure_organiser(request: Request) -> Asker:
    """The organiser who is asking, who has shown a passkey or a code within the last quarter of an hour.

    Raises:
        Forbidden and the like: see `must_be_organiser`; FreshStepNeeded
    """
    asker = await must_be_organiser(request)
    if not is_fresh(asker):
        raise FreshStepNeeded
    return asker


Show = Callable[[Request, Exception], Awaitable[Response]]


def leading_on(show: Show) -> Show:
    """The handler of SignInNeeded and StepNeeded: who only looks is led on, who has sent something is told.

    Args:
        show: the handler of every other problem.
    """

    async def handle(request: Request, problem: Exception) -> Response:
        if request.method not in ("GET", "HEAD"):
            if isinstance(problem, SignInNeeded):
                problem.onward = _came_from(request)
            return await show(request, problem)
        query = f"?{request.url.query}" if request.url.query else ""
        onward = quote(request.url.path + query, safe="")
        if isinstance(problem, StepNeeded):
            return see_other(f"/sign-in/step?onward={onward}{'&again=1' if problem.again else ''}")
        return see_other(f"/sign-in?onward={onward}")

    return handle


def _came_from(request: Request) -> str:
    """The page on which a form was sent, to lead back to it; empty when that is not known, or not ours."""
    base, referrer = pages_of(request).settings.base_url, request.headers.get("referer", "")
    return quote(referrer.removeprefix(base), safe="") if referrer.startswith(f"{base}/") else ""
