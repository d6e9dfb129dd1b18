"""Making pages: the templates and what every one of them may use, and problems turned into pages."""

import gzip
import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import asyncpg
import brotli
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fundraising.errors import BadInput, DatabaseGone, NotFound, Problem
from fundraising.settings import Settings
from fundraising.store.database import is_gone
from fundraising.web.cache import PageCache
from fundraising.web.guard import security_headers
from fundraising.web.static import Static, folder
from fundraising.web.words import FILTERS, in_zone

NO_STORE = {"cache-control": "no-store"}
PRIVATE = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}  # of pages whose address is the key to them


class Pages:
    """The workshop of pages, one per process; every view finds it by `pages_of(request)`."""

    compiled: ClassVar[BytecodeCache | None] = None
    """Where templates are kept once they are compiled, for those who open one house after the other, as tests do."""

    def __init__(self, settings: Settings, static: Static, **shown_everywhere: object) -> None:
        self.settings = settings
        self.static = static
        self.cache = PageCache(security_headers(settings))
        self._templates = Environment(
            loader=FileSystemLoader(folder("templates")),
            autoescape=lambda name: not (name or "").endswith(".txt"),  # noqa: S701 - but for the text of letters
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=self.compiled,
        )
        self._templates.filters.update(FILTERS | dict(in_zone(ZoneInfo(settings.time_zone))))
        self._templates.globals.update(
            static=static.address,
            base_url=settings.base_url,
            livemode=settings.livemode,
            contact=parseaddr(settings.mail_from)[1],
            **shown_everywhere,
        )

    def render(self, template: str, **shown: object) -> str:
        """Render a page or a fragment; `template` is a name below `templates/`."""
        return self._templates.get_template(template).render(shown)


def pages_of(request: Request) -> Pages:
    """The workshop of the application that a request came to."""
    pages: Pages = request.app.state.pages
    return pages


def is_fragment_wanted(request: Request) -> bool:
    """Whether htmx asks, so that a fragment is enough."""
    return request.headers.get("hx-request") == "true"


def page(
    request: Request, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **shown: object
) -> Response:
    """A page for one visitor, kept by nobody."""
    return _answer(
        pages_of(request).render(template, **shown),
        status,
        {**NO_STORE, "vary": "Accept-Encoding, HX-Request", **(headers or {})},
        request.headers.get("accept-encoding", ""),
    )


def outcome(problem: Problem | None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What `page` has to know of a form that comes back, or that is shown for the first time: status, headers, the
    problem, and a sentence for each field."""
    return {
        "status": problem.status if problem else 200,
        "headers": {**(headers or {}), **(problem.headers if problem else {})},
        "problem": problem,
        "errors": problem.errors if isinstance(problem, BadInput) else {},
    }


def see_other(path: str, headers: Mapping[str, str] | None = None) -> Response:
    """On to another page, after something was done."""
    return RedirectResponse(path, 303, {**NO_STORE, **(headers or {})})


def _answer(text: str, status: int, headers: dict[str, str], accepted: str = "") -> Response:
    """HTML, compressed for who takes it: nothing secret stands in it beside what the visitor typed."""
    body = text.encode()
    if len(body) > 1000 and "br" in accepted:
        body, headers["content-encoding"] = brotli.compress(body, quality=4), "br"
    elif len(body) > 1000 and "gzip" in accepted:
        body, headers["content-encoding"] = gzip.compress(body, 5, mtime=0), "gzip"
    return HTMLResponse(body, status, headers)


def problem_page(pages: Pages, problem: Problem, accepted: str = "") -> Response:
    """A problem, as a page."""
    html = pages.render("fundraising/web/problem.html", problem=problem)
    return _answer(html, problem.status, {**NO_STORE, **problem.headers}, accepted)


async def show_problem(request: Request, problem: Exception) -> Response:
    """The handler of every raised Problem."""
    assert isinstance(problem, Problem)
    path = request.url.path
    if isinstance(problem, NotFound) and request.method == "GET" and re.fullmatch(r"/[^/].*/", path):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(path.rstrip("/") + query, 308)
    if path.startswith("/api/v1/"):
        fields = problem.errors if isinstance(problem, BadInput) else {}
        told = {"status": problem.status, "title": problem.title, "message": problem.sentence, "fields": fields}
        told |= {"message": "What was asked cannot be used: see fields."} if fields else {}
        return JSONResponse({"error": told}, problem.status, {**NO_STORE, **problem.headers})
    if path.startswith("/webhooks/") or path.endswith(".json"):
        return JSONResponse({"error": problem.sentence}, problem.status, problem.headers)
    return problem_page(pages_of(request), problem, request.headers.get("accept-encoding", ""))


async def show_http_exception(request: Request, error: Exception) -> Response:
    """What the framework raises by itself: no such route, wrong method, a body too large or malformed."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await show_problem(request, NotFound())
    problem = Problem(FRAMEWORK.get(error.status_code, "This request could not be understood."))
    problem.status, problem.title = error.status_code, "Not like this"
    response = await show_problem(request, problem)
    response.headers.update(error.headers or {})
    return response


FRAMEWORK = {
    405: "This address does not take that kind of request.",
    413: "That is more than we take in at once.",
}


async def show_database_trouble(request: Request, error: Exception) -> Response:
    """Errors of the database that no room expected: is it gone, or are we wrong?"""
    if is_gone(error):
        return await show_problem(request, DatabaseGone())
    if isinstance(error.__cause__ or error, asyncpg.CharacterNotInRepertoireError):
        return await show_problem(request, NotFound())  # what cannot be written in the database is not in it
    raise error


async def show_last_resort(request: Request, error: Exception) -> Response:
    """Whatever nobody expected; the server logs it with its trace.

    It hangs up afterwards, and so the answer says: a client that asked again on the same connection would be cut off.
    """
    answer = await show_problem(request, Problem() if not is_gone(error) else DatabaseGone())
    answer.headers["connection"] = "close"
    return answer
