"""My data: everything that is kept of a person, to be taken away as JSON or CSV, or to be forgotten."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Problem
from fundraising.people import records as kept_of
from fundraising.people.asking import COOKIE, PLAIN_COOKIE, Asker, must_be_signed_in
from fundraising.people.forms import SureForm
from fundraising.people.models import Session
from fundraising.people.records import NotYet, Record, Rows
from fundraising.people.strength import must_have_shown
from fundraising.people.views import ROOM
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import NO_STORE, outcome, page, pages_of
from fundraising.web.sheets import cell

FRESH = timedelta(hours=1)  # for what cannot be undone, a sign-in must be no older
SENTENCES = {"sure": "Please tick that you know: it cannot be undone."}
INDENTED = orjson.OPT_INDENT_2


class NotFresh(Problem):
    """Signed in too long ago for what cannot be undone."""

    status = 403
    title = "Please sign in once more"
    sentence = "You signed in more than an hour ago. Nothing has been erased: first show again that it is you."


class Desk:
    """The pages about one's own data.

    Args:
        records: what each room keeps of a person; handed in by the roof.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records

    async def show(self, request: Request) -> Response:
        """What there is, and the ways to have it or to be forgotten."""
        asker = await must_be_signed_in(request)
        about = {name: sentence for record in self._records for name, sentence in record.tables.items()}
        return page(request, ROOM + "data.html", asker=asker, about=about)

    async def as_json(self, request: Request) -> Response:
        """One document."""
        document = await self._export(request)
        return _file(orjson.dumps(document, option=INDENTED), "application/json", "my-data.json")

    async def as_zip(self, request: Request) -> Response:
        """A table to a file, for a spreadsheet."""
        document = await self._export(request)
        return _file(zipped(document["tables"]), "application/zip", "my-data.zip")

    async def _export(self, request: Request) -> dict[str, Any]:
        asker = await must_be_signed_in(request)
        await must_have_shown(asker)
        return await kept_of.export(self._records, asker.email)

    async def show_erasing(self, request: Request) -> Response:
        """What goes, what has to stay, what happens besides."""
        return await self._ask(request, await must_be_signed_in(request))

    async def erase(self, request: Request) -> Response:
        """Forgotten, for good."""
        asker, typed = await must_be_signed_in(request), await typed_in(request)
        await must_have_shown(asker)
        try:
            understood(SureForm, typed, SENTENCES)
            if not await _is_fresh(asker):
                raise NotFresh
            kept = await kept_of.erase(self._records, asker.email)
        except (BadInput, NotFresh, NotYet) as problem:
            return await self._ask(request, asker, typed, problem)
        pages_of(request).cache.forget(kept.shown_on)
        answer = page(request, ROOM + "forgotten.html", sentences=kept.sentences)
        answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
        answer.delete_cookie(PLAIN_COOKIE, httponly=True, samesite="lax")
        return answer

    async def _ask(
        self, request: Request, asker: Asker, typed: Mapping[str, str] | None = None, problem: Problem | None = None
    ) -> Response:
        return page(
            request,
            ROOM + "erase.html",
            **outcome(problem),
            asker=asker,
            is_fresh=await _is_fresh(asker),
            foreseen=await kept_of.foresee(self._records, asker.email),
            typed=typed or {},
        )


async def _is_fresh(asker: Asker) -> bool:
    """Whether somebody has just shown who they are."""
    session = await Session.get(id=asker.session_id)
    return max(session.made_at, session.strong_at or session.made_at) > datetime.now(UTC) - FRESH


def zipped(tables: Rows) -> bytes:
    """A CSV file for each table that has rows, in UTF-8 as spreadsheets know it."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as files:
        for name, rows in tables.items():
            if rows:
                files.writestr(f"{name}.csv", in_cells(rows).encode("utf-8-sig"))
    return packed.getvalue()


def in_cells(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV; what a spreadsheet would take for a formula has an apostrophe before it."""
    written = StringIO(newline="")
    cells = csv.writer(written)
    cells.writerow(rows[0])
    for row in rows:
        cells.writerow([cell(value) for value in row.values()])
    return written.getvalue()


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=kind)


def make_routes(records: Sequence[Record]) -> list[BaseRoute]:
    """The addresses of one's own data."""
    desk = Desk(records)
    return [
        Route("/account/data", desk.show, methods=["GET"], name="my_data"),
        Route("/account/data.json", desk.as_json, methods=["GET"], name="my_data_json"),
        Route("/account/data.zip", desk.as_zip, methods=["GET"], name="my_data_zip"),
        Route("/account/data/erase", desk.show_erasing, methods=["GET"], name="show_erasing"),
        Route("/account/data/erase", desk.erase, methods=["POST"], name="erase_me"),
    ]
