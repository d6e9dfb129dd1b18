"""The desk's page of partners, with the log of who looked at donors; and the page behind an invitation."""

from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.desk.asking import Desk, must_be_finance, must_step_up
from charities.desk.showing import desk_page
from charities.models import DonorLook, Partner, PartnerInvitation
from charities.partners import inviting
from charities.partners.inviting import (
    SENTENCES,
    InviteForm,
    LastForFinance,
    PartnerAlready,
    RoleForm,
    TooManyInvitations,
)
from fundraising.errors import BadInput, Problem
from fundraising.people.asking import find_asker, must_be_signed_in
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import PRIVATE, outcome, page, pages_of, see_other

SAID = {
    "invited": "The letter is on its way. Their invitation is good for fourteen days.",
    "revoked": "The invitation is taken back.",
    "changed": "They may do that from now on.",
    "removed": "They are no partner any more.",
}
LOOKS = 50  # the newest that the page shows
Refused = (BadInput, PartnerAlready, TooManyInvitations, LastForFinance)


async def show_partners(request: Request) -> Response:
    """Who may see the desk, who is invited, and who has looked at donors."""
    return await _partners(request, await must_be_finance(request))


async def _partners(
    request: Request, desk: Desk, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    open_ones = PartnerInvitation.filter(
        charity_id=desk.charity_id, used_at=None, revoked_at=None, expires_at__gt=datetime.now(UTC)
    )
    return desk_page(
        request,
        desk,
        "partners/partners.html",
        **outcome(problem),
        partners=await Partner.filter(charity_id=desk.charity_id).order_by("made_at").prefetch_related("person"),
        invitations=await open_ones.order_by("-made_at"),
        looks=await DonorLook.filter(charity_id=desk.charity_id)
        .order_by("-at")
        .limit(LOOKS)
        .prefetch_related("person"),
        typed=typed or {},
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def send_invitation(request: Request) -> Response:
    """Invite somebody by letter."""
    desk, typed = await must_step_up(request), await typed_in(request)
    try:
        form = understood(InviteForm, typed, SENTENCES)
        await inviting.invite(pages_of(request).settings, desk.charity_id, desk.asker.id, form.email, form.role)
    except Refused as problem:
        return await _partners(request, desk, typed, problem)
    return _back(desk, "invited")


async def revoke_invitation(request: Request) -> Response:
    """Take an invitation back."""
    desk = await must_step_up(request)
    await inviting.revoke(desk, request.path_params["invitation"])
    return _back(desk, "revoked")


async def change_role(request: Request) -> Response:
    """Give a partner another role."""
    desk, typed = await must_step_up(request), await typed_in(request)
    try:
        form = understood(RoleForm, typed, SENTENCES)
        await inviting.change_role(desk, request.path_params["partner"], form.role)
    except Refused as problem:
        return await _partners(request, desk, typed, problem)
    return _back(desk, "changed")


async def remove_partner(request: Request) -> Response:
    """End a partnership."""
    desk = await must_step_up(request)
    try:
        await inviting.remove(desk, request.path_params["partner"])
    except LastForFinance as problem:
        return await _partners(request, desk, problem=problem)
    return _back(desk, "removed")


def _back(desk: Desk, said: str) -> Response:
    return see_other(f"{desk.path}/partners?said={said}")


async def show_invitation(request: Request) -> Response:
    """What an invitation is for; a link in a letter is opened by scanners, so that only the button takes it."""
    found = await inviting.find_invitation(request.path_params["token"])
    asker = await find_asker(request)
    return page(
        request,
        "charities/partners/invitation.html",
        headers=PRIVATE,
        invitation=found,
        token=request.path_params["token"],
        fund=found.charity.fund,
        asker=asker,
        is_theirs=asker is not None and asker.email == found.email,
    )


async def take_invitation(request: Request) -> Response:
    """Become a partner, and on to the desk."""
    await inviting.find_invitation(request.path_params["token"])  # of a wrong one nobody need sign in
    asker = await must_be_signed_in(request)
    charity = await inviting.accept(asker, request.path_params["token"])
    return see_other(f"/charities/{charity.fund.slug}/desk")


def make_routes() -> list[BaseRoute]:
    """The addresses of the room."""
    home = "/charities/{slug}/desk/partners"
    return [
        Route(home, show_partners, methods=["GET"], name="partners"),
        Route(home, send_invitation, methods=["POST"], name="invite_partner"),
        Route(
            home + "/invitations/{invitation:uuid}/revoke", revoke_invitation, methods=["POST"], name="revoke_partner"
        ),
        Route(home + "/{partner:int}", change_role, methods=["POST"], name="change_partner"),
        Route(home + "/{partner:int}/remove", remove_partner, methods=["POST"], name="remove_partner"),
        Route("/partner/{token}", show_invitation, methods=["GET"], name="partner_invitation"),
        Route("/partner/{token}", take_invitation, methods=["POST"], name="take_partner_invitation"),
    ]
