"""How a message goes out: signed, by https, to an address of the outside world and to nothing on our own network.

The name is looked up here, every address that it has is judged, and the connection goes to the one that was judged:
whoever changes the name's answer meanwhile gains nothing. A redirect is not followed.
"""

import asyncio
import hmac
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address

import httpx

SECONDS = 10.0  # for all of it: looking up, connecting, sending, the first line of the answer
HEADER = "Webhook-Signature"
# Addresses of IPv6 that lead to one of IPv4, by way of somebody else: nobody can say where they end.
DETOURS = tuple(IPv6Network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Args:
        status: None when there was no answer.
        trouble: why not, in a sentence for who looks after the address; empty when it was taken.
    """

    status: int | None
    trouble: str = ""


class NotOutside(Exception):
    """A name leads to an address that is not of the outside world."""


def sign(secret: str, body: str, at: int) -> str:
    """The header that proves a message: HMAC-SHA256 of `at.body`, as Stripe signs its own.

    Args:
        at: seconds since 1970, so that an old message can be told when somebody sends it again.
    """
    made = hmac.new(secret.encode(), f"{at}.{body}".encode(), sha256).hexdigest()
    return f"t={at},v1={made}"


def is_outside(address: str) -> bool:
    """Whether an IP address is public: not private, of this machine, link-local, multicast or reserved."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_outside(str(ip.ipv4_mapped))
        if any(ip in network for network in DETOURS):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


async def look_up(host: str, port: int) -> Sequence[str]:
    """Every address of a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class Messenger:
    """Sends to the outside; one per process.

    Args:
        transport: in place of the network, for tests.
        resolve: in place of looking names up.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None, resolve: Resolve = look_up) -> None:
        self._resolve = resolve
        # No connection is kept: one to an address might be handed to another name that has the same.
        self._client = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=SECONDS,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def aclose(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()

    async def send(self, url: str, body: str, headers: Mapping[str, str]) -> Answer:
        """Post a body; whatever happens becomes an answer."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self._send(httpx.URL(url), body, headers)
        except TimeoutError:
            return Answer(None, f"It did not answer within {SECONDS:.0f} seconds.")
        except NotOutside:
            return Answer(None, "Its name leads to an address that is not public, where we send nothing.")
        except (OSError, UnicodeError):
            return Answer(None, "Its name could not be found, or nothing listens there.")
        except (httpx.HTTPError, httpx.InvalidURL) as trouble:
            return Answer(None, f"It could not be reached: {trouble or type(trouble).__name__}"[:200])

    async def _send(self, url: httpx.URL, body: str, headers: Mapping[str, str]) -> Answer:
        host = url.raw_host.decode()
        found = await self._resolve(host, url.port or 443)
        if url.scheme != "https" or not found or not all(is_outside(address) for address in found):
            raise NotOutside
        request = self._client.build_request(
            "POST",
            url.copy_with(host=found[0].partition("%")[0]),
            content=body.encode(),
            headers={**headers, "host": url.netloc.decode(), "content-type": "application/json"},
            extensions={"sni_hostname": host},  # the certificate must be that of the name
        )
        answer = await self._client.send(request, stream=True)
        await answer.aclose()  # what it says is not read: it may have no end
        if answer.is_success:
            return Answer(answer.status_code)
        said = "It led on to another address, which we do not follow." if answer.is_redirect else "It did not take it."
        return Answer(answer.status_code, f"{said} Status {answer.status_code}.")
