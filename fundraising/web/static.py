"""Static files, held in memory with a hash in their names, compressed once, immutable for whoever fetched them."""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fundraising.errors import NotFound

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")
TEXT = ("text/", "application/javascript", "application/json", "application/manifest", "image/svg")
FOREVER = "public, max-age=31536000, immutable"
AT_ROOT = ("favicon.ico", "robots.txt")
BUNDLES = {"site.js": ("vendor/htmx-4.0.1.js", "site.js")}  # files that every page needs, fetched as one
NOT_A_PAGE = {  # nothing may come of a file that is opened by itself
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
}


def folder(name: str) -> Path:
    """`templates` or `static`: inside the package when installed from a wheel, beside it in a checkout."""
    inside = Path(__file__).parent.parent / name
    return inside if inside.is_dir() else inside.parent.parent / name


@dataclass(frozen=True)
class File:
    """One static file."""

    address: str
    body: bytes
    media_type: str

    @cached_property
    def brotli(self) -> bytes | None:
        """Compressed for who takes brotli; None where it does not pay."""
        return brotli.compress(self.body, quality=11) if self._pays else None

    @cached_property
    def gzip(self) -> bytes | None:
        """Compressed for who takes gzip only."""
        return gzip.compress(self.body, 9, mtime=0) if self._pays else None

    @property
    def _pays(self) -> bool:
        return self.media_type.startswith(TEXT) and len(self.body) > 500


class Static:
    """All static files.

    Args:
        root: the folder `static/`; names below it are given as `vendor/htmx.js`.
    """

    def __init__(self, root: Path) -> None:
        found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        found |= {name: b"\n".join(found[part] for part in parts) for name, parts in BUNDLES.items()}
        self._by_name: dict[str, File] = {}
        for name in sorted(found, key=lambda name: name.endswith(".css")):  # a style sheet names others, so it is last
            body = found[name]
            if name.endswith(".css"):
                body = re.sub(rb"/\*.*?\*/\s*", b"", body, flags=re.DOTALL)  # comments are for whoever reads the source
                body = re.sub(rb"url\(([^)\"']+)\)", lambda match: self._named(match[1].decode()), body)
            self._by_name[name] = _file(name, body)
        self._by_address = {file.address: file for file in self._by_name.values()}
        self.routes = [
            Route("/static/{path:path}", self._serve, methods=["GET"], name="static"),
            *(Route(f"/{name}", self._serve_at_root, methods=["GET"], name=name) for name in AT_ROOT),
        ]

    def _named(self, name: str) -> bytes:
        return f"url({self.address(name)})".encode() if name in self._by_name else f"url({name})".encode()

    def address(self, name: str) -> str:
        """The address of a file, its hash in it.

        Raises:
            KeyError: for a file that is not there, so that a page never links to nothing.
        """
        return self._by_name[name].address

    async def _serve(self, request: Request) -> Response:
        file = self._by_address.get(request.url.path)
        if file is None:
            raise NotFound
        accepted = request.headers.get("accept-encoding", "")
        headers = {"cache-control": FOREVER, "vary": "Accept-Encoding", **NOT_A_PAGE}
        body: bytes | None = None
        if "br" in accepted and (body := file.brotli) is not None:
            headers["content-encoding"] = "br"
        elif "gzip" in accepted and (body := file.gzip) is not None:
            headers["content-encoding"] = "gzip"
        return Response(body if body is not None else file.body, headers=headers, media_type=file.media_type)

    async def _serve_at_root(self, request: Request) -> Response:
        """What browsers and robots ask for by a fixed name."""
        file = self._by_name[request.url.path.lstrip("/")]
        return Response(
            file.body,
            headers={"cache-control": "public, max-age=86400", **NOT_A_PAGE},
            media_type=file.media_type,
        )


def _file(name: str, body: bytes) -> File:
    stem, dot, ending = name.rpartition(".")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type == "text/javascript":
        media_type = "text/javascript; charset=utf-8"
    return File(f"/static/{stem}.{blake2b(body, digest_size=6).hexdigest()}{dot}{ending}", body, media_type)
