"""The runner's page in its runner's hands: the form, what it would look like, and what stands in the way of gifts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Problem
from fundraising.funds.addresses import Seen as SeenFund
from fundraising.funds.addresses import path_of, see_funds
from fundraising.funds.models import FundKind
from fundraising.funds.owning import Own, must_own
from fundraising.pages import code, editing
from fundraising.pages.forms import DEDICATION, LINE, SENTENCES, STORY, TITLE, PageForm, video_address
from fundraising.pages.models import Seen
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import is_fragment_wanted, outcome, page, see_other
from fundraising.web.saving import Overtaken, version_of

ROOM = "fundraising/pages/desk/"
TEXTS = ("title", "summary", "story", "target", "video", "in_memory_of", "slug", "seen_by")
SAID = {
    "saved": "Your page is saved.",
    "moved": "Your page is saved, and lives at its new address. The old one leads here.",
    "agreed": "Thank you. Your page takes gifts now.",
}


async def show_edit(request: Request) -> Response:
    """The form, as the page stands."""
    own = await must_own(request)
    row = await editing.stands(own.fund.id)
    return await _form(request, own, row, editing.as_typed(row))


async def take_edit(request: Request) -> Response:
    """The form, sent: saved, or back with a sentence beside what needs another look."""
    own, typed = await must_own(request), await typed_in(request)
    row = await editing.stands(own.fund.id)
    try:
        form = understood(PageForm, typed, SENTENCES)
        slug = await editing.change(own.fund.id, form, typed.get("seen", ""))
    except (BadInput, Overtaken) as problem:
        return await _form(request, own, row, typed, problem=problem)
    said = "moved" if slug != own.fund.slug else "saved" if row["code_version"] or not form.code else "agreed"
    return see_other(f"{path_of(FundKind.RUNNER, slug)}/edit?said={said}")


async def show_preview(request: Request) -> Response:
    """The page as it would be, above the form; nothing is saved. As a fragment while somebody types."""
    own, typed = await must_own(request), await typed_in(request)
    row = await editing.stands(own.fund.id)
    if is_fragment_wanted(request):
        return page(request, ROOM + "_preview.html", **await _previewed(own, row, typed))
    try:
        understood(PageForm, typed, SENTENCES)
    except BadInput as problem:
        return await _form(request, own, row, typed, problem=problem, previewed=True)
    return await _form(request, own, row, typed, previewed=True)


async def _form(
    request: Request,
    own: Own,
    row: asyncpg.Record,
    typed: Mapping[str, str],
    *,
    problem: Problem | None = None,
    previewed: bool = False,
) -> Response:
    # What was overtaken is compared with what stands now; what is only wrong, with what was seen before.
    seen = typed.get("seen", "") if problem is not None or previewed else ""
    if not seen or isinstance(problem, Overtaken):
        seen = version_of(editing.as_typed(row))
    shown: dict[str, Any] = {
        **await _previewed(own, row, typed),
        "typed": dict.fromkeys(TEXTS, "") | dict(typed),
        "now": row,
        "seen": seen,
        "is_previewed": previewed,
        "is_overtaken": isinstance(problem, Overtaken),
        "suggestion": await editing.suggest_target(own.fund.event_id, own.fund.id),
        "agreement": code.AGREEMENT,
        "ways": list(Seen),
        "most": {"title": TITLE, "summary": LINE, "story": STORY, "in_memory_of": DEDICATION},
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return page(request, ROOM + "edit.html", **outcome(problem), **shown)


async def _previewed(own: Own, row: asyncpg.Record, typed: Mapping[str, str]) -> dict[str, Any]:
    """The page as it would be, of whatever is typed so far."""
    funds = await see_funds([one for one in (own.fund.charity_id, own.fund.team_id, own.fund.event_id) if one])
    fund: SeenFund = replace(own.fund, summary=typed.get("summary", "").strip()[:LINE])
    return {
        "own": own,
        "fund": fund,
        "page": {
            "title": typed.get("title", "").strip()[:TITLE],
            "story": typed.get("story", "")[:STORY],
            "video": _video(typed.get("video", "")),
            "in_memory_of": typed.get("in_memory_of", "").strip()[:DEDICATION],
            "charity_funded": "charity_funded" in typed,
            "challenge": row["challenge"],
            "is_child": own.is_child,
        },
        "charity": funds.get(own.fund.charity_id or 0),
        "team": funds.get(own.fund.team_id or 0),
        "event": funds.get(own.fund.event_id or 0),
    }


def _video(typed: str) -> str:
    try:
        return video_address(typed)
    except ValueError:
        return ""


def make_routes() -> list[BaseRoute]:
    """The addresses of the form."""
    return [
        Route("/pages/{slug}/edit", show_edit, methods=["GET"], name="edit_page"),
        Route("/pages/{slug}/edit", take_edit, methods=["POST"], name="change_page"),
        Route("/pages/{slug}/preview", show_preview, methods=["POST"], name="preview_page"),
    ]
