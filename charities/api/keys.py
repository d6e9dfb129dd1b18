"""Keys: made and ended at the desk, and asked for at the door of the API. A key is shown once; its hash is kept."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from charities.api.models import ApiKey
from charities.desk.asking import Desk
from fundraising.errors import Forbidden, NotFound, Problem, TooMany
from fundraising.store.database import connection, transaction
from fundraising.web.forms import Form, OneLine, Tick
from fundraising.web.guard import Allowance
from fundraising.web.tokens import hashed

PREFIX = "rbr_"  # so that programs that look for leaked keys know one of ours
SHOWN_LETTERS = 10
MOST_KEYS = 10
BURST, PER_SECOND = 60, 2.0  # requests of one key in each process
LOCK = "select id from charity where id = $1 for no key update"
KNOWN = """
select k.id, k.name, k.charity_id, k.sees_donations, k.made_by_id, c.fund_id,
       k.used_at is null or k.used_at < now() - interval '1 minute' as is_stale
from api_key k join charity c on c.id = k.charity_id where k.key_hash = $1 and k.ended_at is null
"""
USED = """
update api_key set used_at = now() where id = $1 and (used_at is null or used_at < now() - interval '1 minute')
"""
END = "update api_key set ended_at = now() where id = $1 and charity_id = $2 and ended_at is null"
SENTENCES = {"name": "Please say what the key is for, such as “Our website”."}


class KeyForm(Form):
    """A new key."""

    name: Annotated[str, OneLine, Field(min_length=1, max_length=60)]
    sees_donations: Tick = False


class KeyNeeded(Problem):
    """Asked for without a key that we know."""

    status = 401
    title = "A key is needed"
    sentence = "Send a key that has not been ended as “Authorization: Bearer rbr_…”."

    @property
    def headers(self) -> dict[str, str]:
        """How to show one: RFC 6750."""
        return {"www-authenticate": 'Bearer realm="api"'}


class NotWithThisKey(Forbidden):
    """The key is good, but not for this."""

    sentence = "This key does not see donations. Make one that does at the charity’s desk."


class TooFast(TooMany):
    """More than a key may ask."""

    sentence = "That is more than one key may ask. Please wait as many seconds as Retry-After says."


class TooManyKeys(Problem):
    """More than a charity needs."""

    status = 409
    title = "No more keys"
    sentence = "You have ten keys. End one that is not used any more first."


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks by a key.

    Args:
        fund_id: of the charity, on which its totals hang.
        made_by: who made the key, and answers for what is done with it.
    """

    key_id: int
    key_name: str
    charity_id: int
    fund_id: int
    sees_donations: bool
    made_by: int | None


async def make_key(desk: Desk, form: KeyForm) -> str:
    """Make a key.

    Returns:
        The key itself, which nobody can read again.

    Raises:
        TooManyKeys
    """
    key = PREFIX + secrets.token_urlsafe(32)
    async with transaction() as writing:
        await writing.execute(LOCK, desk.charity_id)
        if await ApiKey.filter(charity_id=desk.charity_id, ended_at=None).count() >= MOST_KEYS:
            raise TooManyKeys
        await ApiKey.create(
            charity_id=desk.charity_id,
            name=form.name,
            start=key[:SHOWN_LETTERS],
            key_hash=hashed(key),
            sees_donations=form.sees_donations,
            made_by_id=desk.asker.id,
        )
    return key


async def end_key(desk: Desk, key_id: int) -> None:
    """End a key; from the next request on it opens nothing.

    Raises:
        NotFound
    """
    async with connection() as writing:
        if await writing.execute(END, key_id, desk.charity_id) == "UPDATE 0":
            raise NotFound


class Door:
    """Lets holders of a key in, so many times a minute; one per process."""

    def __init__(self) -> None:
        self._keys = Allowance(BURST, PER_SECOND)
        self._strangers = Allowance(120, 1.0)  # by address: each of them costs us a look at the database

    async def must_hold_key(self, request: Request, *, donations: bool = False) -> Holder:
        """Who asks.

        Args:
            donations: the key must see these too.

        Raises:
            KeyNeeded; NotWithThisKey; TooFast
        """
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip().startswith(PREFIX):
            raise KeyNeeded
        async with connection() as reading:
            row = await reading.fetchrow(KNOWN, hashed(key.strip()))
            if row is None:
                self._strangers.must_let(request, TooFast)
                raise KeyNeeded
            if seconds := self._keys.take(f"key {row['id']}"):
                raise TooFast(seconds)
            if row["is_stale"]:
                await reading.execute(USED, row["id"])
        if donations and not row["sees_donations"]:
            raise NotWithThisKey
        return Holder(
            row["id"], row["name"], row["charity_id"], row["fund_id"], row["sees_donations"], row["made_by_id"]
        )
