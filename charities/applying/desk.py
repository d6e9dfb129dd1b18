"""The organiser's desk of charities: who applies, who is here; approve, ask back, decline; invite a partner."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.applying import deciding
from charities.applying.deciding import KnownAlready, NotNow
from charities.applying.forms import SENTENCES, WordsForm
from charities.applying.models import Application, Step
from charities.applying.numbers import NAMES
from charities.desk.asking import charity_of
from charities.models import Charity, Partner
from charities.partners import inviting
from charities.partners.inviting import InviteForm, PartnerAlready, TooManyInvitations
from fundraising.errors import BadInput, NotFound, Problem
from fundraising.people.asking import must_be_organiser
from fundraising.store.database import connection
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other

PATH = "/organiser/charities"
ROOM = "charities/applying/desk/"
SAID = {
    "approved": "The charity is in. Its page is public, and whoever applied has a letter with the way to its desk.",
    "asked": "Your question is on its way.",
    "declined": "Declined. They have your words.",
    "invited": "The invitation is on its way.",
}
HERE = """
select f.slug, f.name, f.raised_pence, f.currency, f.state, c.number, c.register, c.contact_name, c.contact_email,
       (select count(*) from partner p where p.charity_id = c.id) as partners,
       coalesce(a.charges_enabled or a.used_since is not null, false) as is_used, a.charges_enabled, a.disconnected_at
from charity c join fund f on f.id = c.fund_id left join connected_account a on a.charity_id = f.id order by f.name
"""


async def show_charities(request: Request) -> Response:
    """Applications that wait first, then every charity."""
    await must_be_organiser(request)
    waiting = Application.filter(step__in=(Step.WAITING, Step.ASKED_BACK)).order_by("step", "sent_at")
    async with connection() as reading:
        here = [dict(row) for row in await reading.fetch(HERE)]
    return page(
        request,
        ROOM + "charities.html",
        applications=await waiting,
        here=here,
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def show_application(request: Request) -> Response:
    """One application."""
    await must_be_organiser(request)
    return await _application(request)


async def _application(
    request: Request, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    application = await Application.get_or_none(id=request.path_params["id"])
    if application is None or application.step is Step.UNCONFIRMED:
        raise NotFound
    twin = (
        await Charity.filter(number=application.number).prefetch_related("fund").first() if application.number else None
    )
    return page(
        request,
        ROOM + "application.html",
        **outcome(problem),
        application=application,
        register=NAMES[application.register],
        twin=twin,
        typed=typed or {},
    )


async def decide(request: Request) -> Response:
    """Approved, asked back or declined, by the button that was pressed."""
    asker = await must_be_organiser(request)
    typed = await typed_in(request)
    application, version = request.path_params["id"], typed.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else -1
    try:
        answer = typed.get("answer")
        if answer == "approve":
            await deciding.approve(application, seen, asker.id)
            pages_of(request).cache.forget(None)
            return see_other(f"{PATH}?said=approved")
        words = understood(WordsForm, typed, SENTENCES).words
        if answer == "decline":
            await deciding.decline(application, seen, asker.id, words)
            return see_other(f"{PATH}?said=declined")
        await deciding.ask_back(application, seen, words)
    except (BadInput, NotNow, KnownAlready) as problem:
        return await _application(request, typed, problem)
    return see_other(f"{PATH}?said=asked")


async def show_invite(request: Request) -> Response:
    """A charity that is here, its partners, and a form that invites one."""
    await must_be_organiser(request)
    return await _invite(request)


async def _invite(request: Request, typed: Mapping[str, str] | None = None, problem: Problem | None = None) -> Response:
    charity = await charity_of(request)
    shown: dict[str, Any] = {
        "charity": charity,
        "fund": charity.fund,
        "partners": await Partner.filter(charity=charity).order_by("made_at").prefetch_related("person"),
        "typed": typed or {},
    }
    return page(request, ROOM + "charity.html", **outcome(problem), **shown)


async def send_invite(request: Request) -> Response:
    """Invite a partner: for a charity that came without applying, or whose partners are gone."""
    asker = await must_be_organiser(request)
    charity, typed = await charity_of(request), await typed_in(request)
    try:
        form = understood(InviteForm, typed, inviting.SENTENCES)
        await inviting.invite(pages_of(request).settings, charity.id, asker.id, form.email, form.role)
    except (BadInput, PartnerAlready, TooManyInvitations) as problem:
        return await _invite(request, typed, problem)
    return see_other(f"{PATH}?said=invited")


def make_routes() -> list[BaseRoute]:
    """The addresses of the desk."""
    return [
        Route(PATH, show_charities, methods=["GET"], name="organiser_charities"),
        Route(PATH + "/applications/{id:uuid}", show_application, methods=["GET"], name="organiser_application"),
        Route(PATH + "/applications/{id:uuid}", decide, methods=["POST"], name="decide_application"),
        Route(PATH + "/{slug}", show_invite, methods=["GET"], name="organiser_charity"),
        Route(PATH + "/{slug}", send_invite, methods=["POST"], name="organiser_invites"),
    ]
