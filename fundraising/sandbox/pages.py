"""How the sandbox's own pages are made: templates, one style sheet, and a policy that allows nothing else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fundraising.sandbox import money
from fundraising.sandbox.wire import Refused, decoded

HERE = "fundraising/sandbox"


def templates() -> Path:
    """Inside the package when installed from a wheel, beside it in a checkout."""
    inside = Path(__file__).parent.parent / "templates"
    return inside if inside.is_dir() else inside.parent.parent / "templates"


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Pages:
    """The workshop.

    Args:
        base_url: how browsers reach the sandbox; links on pages hold its path only, so that any host name works.
    """

    def __init__(self, base_url: str) -> None:
        self.root = urlsplit(base_url).path.rstrip("/")
        self._origin = origin(base_url)
        folder = templates()
        self._files = {
            "style.css": ((folder / HERE / "style.css").read_bytes(), "text/css; charset=utf-8"),
            "icon.svg": ((folder / HERE / "icon.svg").read_bytes(), "image/svg+xml"),
        }
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"money": money.plain, "moment": _moment, "day": _day}
        self._environment.globals |= {"root": self.root, "file": self.address}

    def address(self, name: str) -> str:
        """Where a file is, with a hash of what is in it."""
        return f"{self.root}/{name}?v={blake2b(self._files[name][0], digest_size=6).hexdigest()}"

    def file(self, name: str) -> Response:
        """The style sheet or the icon."""
        body, media_type = self._files[name]
        return Response(body, media_type=media_type, headers={"cache-control": "public, max-age=31536000, immutable"})

    def html(self, page: str, status: int = 200, leads_to: Sequence[str] = (), **shown: object) -> Response:
        """A page.

        Args:
            leads_to: addresses elsewhere that a form of it may end at.
        """
        text = self._environment.get_template(f"{HERE}/{page}.html").render(shown)
        return HTMLResponse(text, status, self._headers(leads_to))

    def message(self, title: str, sentence: str, status: int, back: str = "") -> Response:
        """A page that only says something.

        Args:
            back: where a link on it leads; empty for the desk.
        """
        return self.html("message", status, title=title, sentence=sentence, back=back or f"{self.root}/")

    def refusal(self, refused: Refused, back: str = "") -> Response:
        """A refusal, said to somebody at a browser."""
        title = "Nothing here" if refused.status == 404 else "Not like this"
        return self.message(title, str(refused), refused.status, back)

    def away(self, url: str) -> Response:
        """On to another page, after a form."""
        return RedirectResponse(url, 303, {"cache-control": "no-store"})

    def _headers(self, leads_to: Sequence[str]) -> dict[str, str]:
        forms = " ".join(["'self'", *sorted({origin(url) for url in leads_to if url} - {self._origin})])
        policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        return {
            "cache-control": "no-store",
            "content-security-policy": f"{policy}form-action {forms}",
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
        }

    async def form(self, request: Request) -> dict[str, str]:
        """The fields of a form of ours.

        Raises:
            Refused: when another site's page has sent it.
        """
        site, sender = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        is_ours = site in ("same-origin", "none") if site else sender in (None, self._origin)
        if not is_ours:
            raise Refused("This form was not sent from a page of the sandbox.", status=403)
        text = (await request.body()).decode("utf-8", "replace")
        return {name: value for name, value in decoded(text).items() if isinstance(value, str)}


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _day(seconds: int) -> str:
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {at:%B %Y}, {at:%H:%M} UTC"
