"""Endpoints at the desk: addresses that are told what happens; added, tried and ended by finance partners."""

import re
import secrets
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
from pydantic import AfterValidator

from charities.api.delivering import CHANNEL, SEALED, end
from charities.api.keys import LOCK
from charities.api.models import Endpoint
from charities.api.telling import write
from charities.desk.asking import Desk
from fundraising.errors import NotFound, Problem
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.web.forms import Form
from fundraising.web.sealing import seal

MOST_ENDPOINTS = 5
SECRET_PREFIX = "whsec_"  # noqa: S105 - the beginning of one
MOST_LETTERS = 300
NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)
AT_HOME = ("local", "localhost", "internal", "lan", "home", "arpa", "invalid", "test")  # names of no public place
SENTENCES = {"url": "Please enter an address such as https://www.example.org/hooks/gifts."}
AGAIN = """
update delivery d set next_at = now() from endpoint e
where d.id = $1 and d.endpoint_id = e.id and e.id = $2 and e.charity_id = $3 and e.ended_at is null
  and d.done_at is null
"""


def _address(typed: str) -> str:
    """A public https address.

    Raises:
        ValueError: with a sentence.
    """
    try:
        parts, host = urlsplit(typed), httpx.URL(typed).raw_host.decode()
        plain = parts.username is None and not parts.fragment and parts.port in (None, 443, 8443)
    except (ValueError, httpx.InvalidURL):
        raise ValueError(SENTENCES["url"]) from None
    if parts.scheme != "https":
        raise ValueError("It has to begin with https://, so that nobody on the way can read or change it.")
    if not plain or len(typed) > MOST_LETTERS or re.search(r"\s", typed):
        raise ValueError("Without a name and password in it, without a #, on port 443 or 8443, please.")
    if not NAME.fullmatch(host) or host.rpartition(".")[2] in AT_HOME:
        raise ValueError("That is not a public name. Addresses by number or inside a network are not told anything.")
    return typed


class EndpointForm(Form):
    """A new endpoint."""

    url: Annotated[str, AfterValidator(_address)]


class TooManyEndpoints(Problem):
    """More than a charity needs."""

    status = 409
    title = "No more addresses"
    sentence = "Five addresses are told already. End one that is not needed first."


async def make_endpoint(settings: Settings, desk: Desk, form: EndpointForm) -> str:
    """Add an endpoint; it is told what happens from now on.

    Returns:
        Its signing secret, shown this once.

    Raises:
        TooManyEndpoints
    """
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    async with transaction() as writing:
        await writing.execute(LOCK, desk.charity_id)
        if await Endpoint.filter(charity_id=desk.charity_id, ended_at=None).count() >= MOST_ENDPOINTS:
            raise TooManyEndpoints
        await Endpoint.create(
            charity_id=desk.charity_id,
            url=form.url,
            secret=seal(settings, SEALED, secret.encode()),
            made_by_id=desk.asker.id,
            read_to=await writing.fetchval("select last_id from ledger_head"),
        )
    return secret


async def end_endpoint(desk: Desk, endpoint: int) -> None:
    """End an endpoint; what is on its way to it is not tried again.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        await _must_be_theirs(desk, endpoint)
        await end(writing, endpoint, "Ended at the desk.")


async def send_test(desk: Desk, endpoint: int) -> None:
    """Send a ping.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        await _must_be_theirs(desk, endpoint)
        await write(writing, endpoint, f"ping {uuid4()}", "ping", charity=desk.fund.slug)
        await writing.execute("select pg_notify($1, '')", CHANNEL)


async def try_again(desk: Desk, endpoint: int, delivery: UUID) -> None:
    """Try a message again now, also one that was given up.

    Raises:
        NotFound: when it is not theirs, or was taken.
    """
    async with transaction() as writing:
        if await writing.execute(AGAIN, delivery, endpoint, desk.charity_id) == "UPDATE 0":
            raise NotFound
        await writing.execute("select pg_notify($1, '')", CHANNEL)


async def _must_be_theirs(desk: Desk, endpoint: int) -> None:
    if not await Endpoint.exists(id=endpoint, charity_id=desk.charity_id, ended_at=None):
        raise NotFound
