"""Joining: what an invitation says, the seat kept while the form is filled in, and the form itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Problem, StripeGone, TooMany
from fundraising.funds.models import Fund
from fundraising.people.asking import find_asker
from fundraising.store.ids import new_id
from fundraising.web.forms import typed_in
from fundraising.web.pages import NO_STORE, PRIVATE, is_fragment_wanted, outcome, page, pages_of, see_other
from teams.entries.entering import Asked, Full, NotOpen, charities_to_choose, enter, must_have_waiver
from teams.entries.forms import SHIRTS, understand
from teams.entries.models import Category, Entry, EntryState
from teams.entries.views import ALLOWANCE, MOST_FIELDS, Desk, TooManyEntries, questions_of
from teams.events.models import Price
from teams.events.pricing import find_price
from teams.events.standing import of_event
from teams.roster import inviting, linking
from teams.roster.captains import find_captains
from teams.roster.inviting import ByInvitation, InvitationOver
from teams.roster.models import Invitation, SeatState
from teams.roster.seats import reserve

ROOM = "teams/roster/"


async def show(request: Request) -> Response:
    """What an invitation, or a team's general link, says; opening it changes nothing: mail programs do that too."""
    token = request.path_params["token"]
    if link := await linking.find(token):
        return await linking.show(request, link)
    return await _show(request, await inviting.find(token))


async def _show(request: Request, invitation: Invitation, problem: Problem | None = None) -> Response:
    asker = await find_asker(request)
    team = invitation.seat.team
    mine = Entry.filter(
        person_id=asker.id if asker else 0, state=EntryState.PLACED, race__event_id=team.race.event_id
    ).prefetch_related("race", "fund", "team", "party")
    shown: dict[str, Any] = await _about(invitation) | {
        "asker": asker,
        "mine": [entry for entry in await mine if entry.team_id != team.fund_id],
        "onward": request.url.path,
    }
    return page(request, ROOM + "join.html", **outcome(problem, PRIVATE), **shown)


async def _about(invitation: Invitation) -> dict[str, Any]:
    """What every page of an invitation shows."""
    team, seat = invitation.seat.team, invitation.seat
    race, event = team.race, team.race.event
    await event.fetch_related("fund")
    now = datetime.now(UTC)
    price = await price_in_team(race.id, race.taken, now)
    captains = await find_captains(team)
    return {
        "token": "",
        "invitation": invitation,
        "team": team,
        "fund": team.fund,
        "charity": team.fund.charity,
        "race": race,
        "event": event,
        "captain": next((one.name for one in captains), ""),
        "is_paid": seat.order_id is not None,
        "price": price,
        "is_open": of_event(event, now).is_open and race.is_open,
        "at_till": seat.state is SeatState.TAKEN,
        "now": now,
    }


async def price_in_team(race: int, taken: int, now: datetime) -> Price | None:
    """What a grown-up pays now who comes with a team."""
    tiers = await Price.filter(race_id=race)
    return find_price(tiers, now=now, taken=taken, in_team=True, age=None)


async def take(request: Request) -> Response:
    """Yes: the place is kept while the form is filled in."""
    invitation = await inviting.find(request.path_params["token"])
    if invitation.seat.state is not SeatState.INVITED:
        return await _show(request, invitation, InvitationOver("Somebody is paying for this seat at the moment."))
    team = invitation.seat.team
    if not await reserve(team.race_id, invitation.seat_id):
        return await _show(request, invitation, Full([team.race]))
    return see_other(f"{_path(request)}/form")


def _path(request: Request) -> str:
    return f"/join/{request.path_params['token']}"


async def decline(request: Request) -> Response:
    """No, thank you."""
    await inviting.decline(await inviting.find(request.path_params["token"]))
    return see_other("/join/declined")


async def show_declined(request: Request) -> Response:
    """Said kindly."""
    return page(request, ROOM + "declined.html")


async def show_form(request: Request) -> Response:
    """The one form."""
    invitation = await inviting.find(request.path_params["token"])
    asker = await find_asker(request)
    typed = {"attempt": str(new_id()), "first_name-1": invitation.seat.name.partition(" ")[0]}
    typed["last_name-1"] = invitation.seat.name.partition(" ")[2]  # the address stays out: links are passed on
    if asker:
        typed["payer_email"] = asker.email
    return await _form(request, invitation, typed)


async def take_form(request: Request, desk: Desk) -> Response:
    """The form, sent: on to Checkout, or in at once when the captain has paid; or back with sentences."""
    invitation = await inviting.find(request.path_params["token"])
    typed = await typed_in(request, MOST_FIELDS)
    try:
        ALLOWANCE.must_let(request, TooManyEntries)
        asked = await _asked(request, invitation, typed)
        onward = await enter(desk.pages.settings, desk.stripe, desk.placer, asked)
    except (BadInput, NotOpen, Full, StripeGone, TooMany) as problem:  # nothing that was typed is lost
        return await _form(request, invitation, typed, problem)
    if is_fragment_wanted(request):
        return Response(headers={"hx-redirect": onward.to, "hx-again": onward.again, **NO_STORE})
    return see_other(onward.to)


async def _asked(request: Request, invitation: Invitation, typed: Mapping[str, str]) -> Asked:
    team = invitation.seat.team
    race, event = team.race, team.race.event
    await event.fetch_related("fund")
    await race.fetch_related("prices")
    charities = await _charities(team.fund.charity)
    names = (typed.get(f"{part}_name-1", "").strip() for part in ("first", "last"))
    whole = dict(typed) | {"runners": "1", "race-1": race.slug, "payer_name": " ".join(names).strip() or "–"}
    if team.fund.charity:
        whole["charity-1"] = team.fund.charity.slug
    payer, runners = understand(whole, await questions_of(event))
    asker = await find_asker(request)
    return Asked(
        event=event,
        races={race.slug: race},
        charities=charities,
        payer=payer,
        runners=runners,
        zone=ZoneInfo(pages_of(request).settings.time_zone),
        person=asker.id if asker else None,
        way_in=ByInvitation(invitation),
    )


async def _charities(of_team: Fund | None) -> dict[str, Fund]:
    """The team's own, whether or not it takes gifts at this moment; else those to choose from."""
    return {of_team.slug: of_team} if of_team else await charities_to_choose()


async def _form(
    request: Request, invitation: Invitation, typed: Mapping[str, str], problem: Problem | None = None
) -> Response:
    team = invitation.seat.team
    shown = await _about(invitation) | {
        "token": request.path_params["token"],
        "typed": typed,
        "charities": [] if team.fund.charity else list((await charities_to_choose()).values()),
        "questions": await questions_of(team.race.event),
        "waiver": await must_have_waiver(team.race.event),
        "shirts": SHIRTS,
        "categories": list(Category),
    }
    name = "_join_form.html" if is_fragment_wanted(request) else "join_form.html"
    return page(request, ROOM + name, **outcome(problem, PRIVATE), **shown)


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The addresses of an invitation."""

    async def taken(request: Request) -> Response:
        return await take_form(request, desk)

    below = "/join/{token}"
    return [
        *linking.make_routes(),
        Route("/join/declined", show_declined, methods=["GET"], name="join_declined"),
        Route(below, show, methods=["GET"], name="join"),
        Route(f"{below}/take", take, methods=["POST"], name="take_seat"),
        Route(f"{below}/decline", decline, methods=["POST"], name="decline_seat"),
        Route(f"{below}/form", show_form, methods=["GET"], name="join_form"),
        Route(f"{below}/form", taken, methods=["POST"], name="send_join_form"),
    ]
