"""The pages that a supporter and a charity see: paying, a receipt, and Stripe's questions to a new account."""

from collections.abc import Callable, Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fundraising.sandbox import accounts, paying, sessions
from fundraising.sandbox.pages import Pages
from fundraising.sandbox.paying import How
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Invalid, Refused
from fundraising.sandbox.world import Kind, World

MOST_BYTES = 20_000
ANSWERS: Mapping[str, Callable[[World, str], Thing]] = {"submit": accounts.onboard, "submit_later": accounts.submit}


async def show_payment(pages: Pages, world: World, request: Request) -> Response:
    """The hosted page of a session, whatever has become of it."""
    session = world.need(Kind.SESSION, request.path_params["session"])
    if sessions.is_overdue(world, session):
        with world.together():
            sessions.expire(world, session)
    return _payment(pages, world, session)


async def pay(pages: Pages, world: World, request: Request) -> Response:
    """The supporter has pressed a button. Pressing it again changes nothing."""
    form = await pages.form(request)
    session = world.need(Kind.SESSION, request.path_params["session"])
    try:
        how = How(form.get("how", ""))
    except ValueError:
        raise Refused("The form did not say how to pay.") from None
    email = form.get("email", "").strip()
    try:
        with world.together():
            session = paying.pay(world, session.id, how, email or None)
    except Invalid as invalid:
        return _payment(pages, world, session, 422, typed=email, wrong=str(invalid))
    if session.body["status"] == "complete":
        return pages.away(success_address(session))
    return pages.away(f"{pages.root}/c/pay/{session.id}")


def success_address(session: Thing) -> str:
    """Where a supporter goes after paying."""
    return str(session.body["success_url"]).replace("{CHECKOUT_SESSION_ID}", session.id)


def _payment(
    pages: Pages, world: World, session: Thing, status: int = 200, *, typed: str = "", wrong: str = ""
) -> Response:
    body = session.body
    charge = paying.charge_of(world, session)
    return pages.html(
        "pay",
        status,
        leads_to=[body["success_url"]],
        session=body,
        items=session.hidden["items"],
        payee=accounts.name_of(world.need(Kind.ACCOUNT, session.account)),
        success_url=success_address(session),
        charge=charge.body if charge else None,
        declined=paying.has_just_failed(world, session),
        typed=typed,
        wrong=wrong,
    )


async def show_receipt(pages: Pages, world: World, request: Request) -> Response:
    """What `receipt_url` leads to."""
    charge = world.need(Kind.CHARGE, request.path_params["charge"])
    account = world.need(Kind.ACCOUNT, charge.account)
    return pages.html("receipt", charge=charge.body, payee=accounts.name_of(account))


async def show_onboarding(pages: Pages, world: World, request: Request) -> Response:
    """What Stripe asks a charity; a link that is used or too old leads to where a new one is made."""
    link = _link(world, request, request.query_params.get("link", ""))
    if _is_spent(world, link):
        return pages.away(link.hidden["refresh_url"])
    account = accounts.usable(world, link.account)
    return pages.html(
        "onboarding",
        leads_to=[link.hidden["return_url"]],
        account=account.body,
        name=accounts.name_of(account),
        link=link.id,
    )


async def onboard(pages: Pages, world: World, request: Request) -> Response:
    """All is told, or the charity leaves; either way it goes back to where it came from."""
    form = await pages.form(request)
    link = _link(world, request, form.get("link", ""))
    if _is_spent(world, link):
        return pages.away(link.hidden["refresh_url"])
    with world.together():
        if (answer := ANSWERS.get(form.get("do", ""))) is not None:
            answer(world, link.account)
        link.hidden["used"] = True
        world.shelf.save(link)
    return pages.away(link.hidden["return_url"])


def _link(world: World, request: Request, id_: str) -> Thing:
    return world.need(Kind.LINK, id_, request.path_params["account"])


def _is_spent(world: World, link: Thing) -> bool:
    return bool(link.hidden["used"] or link.body["expires_at"] <= world.now())


def bound(pages: Pages, world: Callable[[], World], view: Callable[..., object]) -> Callable[[Request], object]:
    """A view with its workshop; a refusal becomes a page."""

    async def answer(request: Request) -> Response:
        try:
            return await view(pages, world(), request)  # type: ignore[misc, no-any-return]
        except Refused as refused:
            return pages.refusal(refused)

    return answer


def make_routes(pages: Pages, world: Callable[[], World]) -> list[Route]:
    """The addresses of these pages."""
    of = partial(bound, pages, world)

    async def style(request: Request) -> Response:
        return pages.file("style.css")

    async def icon(request: Request) -> Response:
        return pages.file("icon.svg")

    return [
        Route("/c/pay/{session}", of(show_payment)),
        Route("/c/pay/{session}", of(pay), methods=["POST"], max_body_size=MOST_BYTES),
        Route("/receipts/{charge}", of(show_receipt)),
        Route("/connect/onboarding/{account}", of(show_onboarding)),
        Route("/connect/onboarding/{account}", of(onboard), methods=["POST"], max_body_size=MOST_BYTES),
        Route("/style.css", style),
        Route("/icon.svg", icon),
    ]
