"""The guard at the door: hosts, forms of others, security headers on every answer, and pages straight from the cache.

Pure ASGI, and outside of everything else, so that errors and static files are guarded too.
"""

import time
from collections.abc import Callable, Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fundraising.errors import CrossSite, Problem, TooLarge, TooMany
from fundraising.settings import STRIPE_API, Settings
from fundraising.web.cache import Headers, PageCache
from fundraising.web.uploads import MOST_BODY_BYTES, TAKES_PHOTOS

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Not called by pages of ours; they prove themselves by signature, key, or the token in a letter.
EXEMPT = ("/webhooks/", "/api/", "/letters/")
FOR_ANY_HOST = frozenset({"/healthz", "/readyz"})  # asked by address, from inside
SERVER_SEND = "fundraising.send"  # in the scope: the server's own `send`, for thousands of streams or webhooks
MOST_BYTES = 64_000  # of a form
STRIPE_PAGES = "https://checkout.stripe.com https://connect.stripe.com"  # who gives, and charities that connect


class PhotoTooLarge(TooLarge):
    """A photo of more bytes than we take."""

    sentence = "This photo is larger than 15 MB, which is more than we take in. Please send a smaller one."


class WrongHost(Problem):
    """Asked for by a name that is not ours."""

    status = 400
    title = "Not our name"
    sentence = "This site is not known by the name in your address bar."


def content_security_policy(settings: Settings, *, frame_ancestors: str = "'none'") -> str:
    """The policy of every page: everything from ourselves, nothing inline; forms may lead on to Stripe's pages."""
    checkout = STRIPE_PAGES if settings.stripe_api_base == STRIPE_API else _origin(settings.stripe_api_base)
    own = "'self'" if checkout == _origin(settings.base_url) else f"'self' {checkout}"
    parts = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "frame-src": "'self'",
        "form-action": own,
        "base-uri": "'none'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def security_headers(settings: Settings) -> Headers:
    """What every answer carries, unless it carries its own."""
    headers = {
        "content-security-policy": content_security_policy(settings),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if settings.secure:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class Guard:
    """Wraps the whole application.

    Args:
        refuse: turns a problem into an ASGI answer.
        exempt: more beginnings of addresses that no browser calls.
        straight: applications that a POST to these addresses goes to without passing all the rest; a rush of webhooks.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        pages: PageCache,
        refuse: Callable[[Problem], ASGIApp],
        *,
        exempt: Collection[str] = (),
        straight: Mapping[str, ASGIApp] | None = None,
    ) -> None:
        self._app = app
        self._pages = pages
        self._refuse = refuse
        self._headers = security_headers(settings)
        self._hosts = settings.hosts
        self._known_hosts: set[bytes] = set()
        self._origin = _origin(settings.base_url).encode()
        self._exempt = (*EXEMPT, *exempt)
        self._proxies = settings.proxies
        self._straight = straight or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] in self._straight and scope["method"] == "POST":
            await self._go_straight(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        host = headers.get(b"host", b"")
        known = host in self._known_hosts or self._is_ours(host)
        if known and scope["method"] in ("GET", "HEAD") and not scope["query_string"]:
            entry = self._pages.find(scope["path"])
            if entry is not None and b"hx-request" not in headers:
                await entry.send(headers, scope["method"], send)
                return
        if self._proxies:
            self._believe_the_proxy(scope, headers)
        app = self._app
        if not known and scope["path"] not in FOR_ANY_HOST:
            app = self._refuse(WrongHost())
        elif scope["method"] not in SAFE and not scope["path"].startswith(self._exempt):
            if not self._is_from_here(headers):
                app = self._refuse(CrossSite())
            elif (too_large := _too_large(scope["path"], headers)) is not None:
                app = self._refuse(too_large)
        await _let_in(app, scope, receive, send, self._guarded(send))

    async def _go_straight(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = self._guarded(send)
        try:
            await _let_in(self._straight[scope["path"]], scope, receive, send, guarded)
        except Problem as problem:
            await self._refuse(problem)(scope, receive, guarded)

    def _guarded(self, send: Send) -> Send:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                names = {name for name, _ in own}
                if b"content-security-policy" in names:
                    names.add(b"x-frame-options")  # who may frame it is said by its own policy
                own += [pair for pair in self._headers if pair[0] not in names]
                message = {**message, "headers": own}
            await send(message)

        return guarded

    def _is_ours(self, raw: bytes) -> bool:
        name = raw.decode("latin-1").lower()
        name = name[1 : name.find("]")] if name.startswith("[") else name.partition(":")[0]
        if name in self._hosts and len(self._known_hosts) < 1000:
            self._known_hosts.add(raw)
        return name in self._hosts

    def _is_from_here(self, headers: dict[bytes, bytes]) -> bool:
        """Whether a state-changing request comes from a page of ours, by what no page can forge."""
        return headers.get(b"sec-fetch-site") == b"same-origin" or headers.get(b"origin") == self._origin

    def _believe_the_proxy(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Take address and scheme from the headers of a proxy that we trust; from nobody else's."""
        client = scope.get("client")
        if not client or not self._trusts(client[0]):
            return
        hops = [hop.strip() for hop in headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",") if hop.strip()]
        outside = next((hop for hop in reversed(hops) if not self._trusts(hop)), None)
        if outside is not None:
            scope["client"] = (outside, 0)
        if headers.get(b"x-forwarded-proto") == b"https":
            scope["scheme"] = "https"

    def _trusts(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._proxies)
        except ValueError:
            return False


async def _let_in(app: ASGIApp, scope: Scope, receive: Receive, send: Send, guarded: Send) -> None:
    """Go on with a request, which may ask for the server's own `send` as long as it lasts."""
    scope[SERVER_SEND] = send
    try:
        await app(scope, receive, guarded)
    finally:
        scope.pop(SERVER_SEND, None)  # else the two hold each other, and only the garbage collector finds them


def _too_large(path: str, headers: Mapping[bytes, bytes]) -> TooLarge | None:
    """What is wrong with the length that a body says it has; those that say none are measured while they are read."""
    told = int(headers.get(b"content-length", b"0"))
    if path.endswith(TAKES_PHOTOS):
        return PhotoTooLarge() if told > MOST_BODY_BYTES else None
    return TooLarge() if told > MOST_BYTES else None


class Allowance:
    """How often one address may do a thing: a bucket of tokens that fills up again.

    Args:
        burst: at once; wide enough for a crowd that shares one address.
        per_second: how fast it fills up.
    """

    MOST_ADDRESSES = 20_000

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, address: str) -> int:
        """Take a token.

        Returns:
            0, or in how many seconds there is one again.
        """
        now = time.monotonic()
        key = _network(address)
        left, at = self._left.get(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        if len(self._left) >= self.MOST_ADDRESSES:
            self._left = {k: v for k, v in self._left.items() if v[0] + (now - v[1]) * self._per_second < self._burst}
        if left < 1:
            self._left[key] = (left, now)
            return max(1, round((1 - left) / self._per_second))
        self._left[key] = (left - 1, now)
        return 0

    def must_let(self, request: Request, refusal: type[TooMany] = TooMany) -> None:
        """Take a token for who asks.

        Raises:
            TooMany: as that refusal.
        """
        if seconds := self.take(request.client.host if request.client else ""):
            raise refusal(seconds)


def _network(address: str) -> str:
    """One household: an IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else str(int(ip) >> 64)
