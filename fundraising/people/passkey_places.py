"""Where passkeys work, and what may be wrong with one; apart from `passkeys.py`, whose library is slow to load."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from fundraising.errors import Problem
from fundraising.settings import LOOPBACK

MOST = 20  # passkeys of one person


class NoPasskeysHere(Problem):
    """The address bar holds numbers: browsers tie passkeys to a name."""

    status = 409
    title = "Not at this address"
    sentence = "Passkeys need a name in the address bar."


class QuestionSpent(Problem):
    """What was to be signed has been used, has expired, or was asked of somebody else."""

    status = 410
    title = "That took too long"
    sentence = "That took longer than five minutes, or was sent twice. Please try again."


class PasskeyRefused(Problem):
    """The answer does not hold."""

    status = 403
    title = "Not accepted"
    sentence = "That passkey was not accepted. Please try again, or use the letter."


class PasskeyUnknown(PasskeyRefused):
    """Removed here, but still on the device; or never ours."""

    sentence = "We do not know this passkey; it may have been removed here. Please use the letter, then add it again."


class PasskeyOfAnother(PasskeyRefused):
    """It belongs to somebody else than who is asked."""

    sentence = "That passkey belongs to another account. Please choose the one of this account."


class NotUnlocked(PasskeyRefused):
    """Nobody has shown the device that it is them."""

    sentence = "Your device did not ask for your finger, face or PIN. Please set up a screen lock and try again."


class PasskeyCopied(PasskeyRefused):
    """Its counter went back: two devices hold what only one may hold."""

    sentence = "This passkey seems to have been copied, so we do not accept it. Please use the letter and remove it."


class PasskeyKnown(Problem):
    """It stands here already."""

    status = 409
    title = "Already there"
    sentence = "This passkey is registered already."


class PasskeysFull(Problem):
    """More than anybody needs."""

    status = 409
    title = "That is enough"
    sentence = f"You have {MOST} passkeys. Please remove one first."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a browser is, as passkeys see it.

    Args:
        name: the host, to which passkeys belong (the RP ID).
        origin: scheme, host and port.
    """

    name: str
    origin: str


def place_of(request: Request) -> Place:
    """Where the browser is that asks.

    Raises:
        NoPasskeysHere: when the host is an address of numbers.
    """
    name = (request.url.hostname or "").lower()
    if _is_numbers(name):
        raise NoPasskeysHere
    return Place(name, f"{request.url.scheme}://{request.url.netloc.lower()}")


def find_name_for(request: Request, base_url: str) -> str | None:
    """Under which address passkeys work, when they do not here; empty when we know of none.

    Returns:
        None where they work.
    """
    name = (request.url.hostname or "").lower()
    if not _is_numbers(name):
        return None
    if not _is_numbers(urlsplit(base_url).hostname or ""):
        return base_url
    return str(request.url.replace(hostname="localhost", path="", query="")) if name in LOOPBACK else ""


def _is_numbers(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
