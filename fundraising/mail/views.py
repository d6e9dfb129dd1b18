"""The demo's letter box: what would have been sent, readable. These addresses exist in the demo only."""

import asyncio
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.mail.post import PostOffice
from fundraising.web.pages import page

MOST = 100
POLICY = (  # mail programs know no style sheets, so that a letter has its styles inline; its links open beside it
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
AS_LETTER = {"content-security-policy": POLICY}


def make_routes(office: PostOffice) -> list[BaseRoute]:
    """The letter box of an office that keeps letters as files."""

    async def show_letters(request: Request) -> Response:
        letters = [(path.stem, await _read(path)) for path in office.kept()[:MOST]]
        return page(request, "fundraising/mail/box.html", letters=letters)

    async def show_letter(request: Request) -> Response:
        letter = await _read(_path(office, request))
        text = letter.get_body(("plain",))
        return page(
            request,
            "fundraising/mail/letter.html",
            letter=letter,
            text=text.get_content() if text else "",
            number=request.path_params["number"],
        )

    async def show_letter_as_sent(request: Request) -> Response:
        body = (await _read(_path(office, request))).get_body(("html",))
        return HTMLResponse(body.get_content() if body else "", headers=AS_LETTER)

    return [
        Route("/demo/mail", show_letters, methods=["GET"], name="demo_mail"),
        Route("/demo/mail/{number:int}", show_letter, methods=["GET"], name="demo_letter"),
        Route("/demo/mail/{number:int}/html", show_letter_as_sent, methods=["GET"], name="demo_letter_html"),
    ]


def _path(office: PostOffice, request: Request) -> Path:
    path = office.folder / f"{request.path_params['number']:08}.eml"
    if not path.is_file():
        raise NotFound
    return path


async def _read(path: Path) -> EmailMessage:
    data = await asyncio.to_thread(path.read_bytes)
    return BytesParser(policy=policy.default).parsebytes(data)
