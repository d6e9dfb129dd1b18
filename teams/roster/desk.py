"""The captain's desk: who sits where and how far they are, seats to open, the general link, who asks to join."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem, StripeGone
from fundraising.funds.counting import announce_above
from fundraising.payments.models import PaymentState
from fundraising.payments.settle import look_up_soon
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.store.queue import enqueue
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other
from fundraising.web.qr import drawn_qr
from teams.entries import views as entry_views
from teams.entries.entering import Full, NotOpen
from teams.entries.placing import give_up
from teams.events.standings import standings_of
from teams.roster import buying, inviting, linking, nudging, seats
from teams.roster.captains import Desk, must_be_captain
from teams.roster.forms import SENTENCES, CountForm, LimitForm
from teams.roster.inviting import InviteForm, TooManyLetters
from teams.roster.joining import price_in_team
from teams.roster.models import Invitation, JoinRequest, Seat, SeatOrder, SeatState, Team
from teams.roster.seating import Sitting, see_seat, see_seats
from teams.roster.seats import SeatGone, TeamFull

ROOM = "teams/roster/desk/"
PUBLISH = "update fund set state = 'open', version = version + 1 where id = $1 and state = 'hidden'"
SAID = {
    "founded": "Your team is founded.",
    "opened": "The seats are open.",
    "closed": "The seat is closed.",
    "invited": "The letter is on its way.",
    "ready": "The invitation is ready. Pass it on.",
    "revoked": "The invitation is taken back; its link says so kindly.",
    "link": "The link is ready.",
    "link-ended": "The link leads nowhere any more.",
    "yes": "An invitation is on its way to them.",
    "no": "They are not told; nothing more happens.",
    "let-go": "The seats are given back. Nothing was taken.",
    "removed": "They are no member any more, and are told by letter.",
    "asked": "Their captain is asked. Nothing moves before they say yes.",
    "merged": "You are one team now.",
    "not-merged": "They stay on their own.",
    "public": "Your team’s page is public.",
    "changed": "Your changes are saved.",
    "handed": "The team is handed over. You are its co-captain now.",
    "named": "You have a co-captain. We have written to them.",
    "co-captain-over": "There is no co-captain any more.",
    "nudged": "The nudge is on its way, unless they want no such letters.",
}
SITTING = (
    SeatState.HELD,
    SeatState.TAKEN,
    SeatState.JOINED,
    SeatState.INVITED,
)  # others make room for a team that merges
Refused = (BadInput, SeatGone, TeamFull, TooManyLetters, NotOpen, Full, StripeGone, nudging.NotNow)


async def show_desk(request: Request) -> Response:
    """The whole desk; its seats look after themselves every few seconds."""
    return await _show(request, await must_be_captain(request))


async def _show(
    request: Request, desk: Desk, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    team, now = desk.team, datetime.now(UTC)
    settings = pages_of(request).settings
    sitting = await see_seats(team)
    await team.race.event.fetch_related("races__prices", "races__day")
    standings = await standings_of([team.race.event], now)
    link = linking.link_of(settings, team)
    shown: dict[str, Any] = {
        **about(desk),
        "seats": sitting,
        "next": next_of(sitting, desk),
        "joined": sum(one.state is SeatState.JOINED for one in sitting),
        "room": team.race.most_in_team - len(sitting),
        "left": standings[team.race_id].left,
        "standing": standings[team.race_id],
        "price": await price_in_team(team.race_id, team.race.taken, now),
        "requests": await JoinRequest.filter(team_id=team.id, answered_at=None).order_by("made_at"),
        "link": link,
        "link_until": team.link_until,
        "qr": drawn_qr(link, "QR code of the team's link") if link else "",
        "newest": max((one.id for one in sitting), default=0),
        "orders": await _unpaid(request, desk),
        "merging": await _merging(desk),
        "room_left": team.race.most_in_team - sum(one.is_paid or one.state in SITTING for one in sitting),
        "typed": {"attempt": str(new_id()), "count": "1", "pays": "friends", "limit": "6"} | dict(typed or {}),
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return page(request, ROOM + "desk.html", **outcome(problem), **shown)


def about(desk: Desk) -> dict[str, Any]:
    """What every page of a desk shows."""
    return {
        "desk": desk.path,
        "team": desk.team,
        "fund": desk.fund,
        "race": desk.team.race,
        "event": desk.team.race.event,
        "is_captain": desk.is_captain,
        "is_nudging_time": nudging.is_time(desk.team),
    }


def next_of(sitting: list[Sitting], desk: Desk) -> str:
    """The one next thing to do."""
    if desk.fund.state == "hidden" and desk.fund.hidden_at is None and not desk.team.is_private:
        return "publish"
    states = [one.state for one in sitting]
    if SeatState.EMPTY in states:
        return "invite"
    if any(one.needs for one in sitting):
        return "nudge"
    if SeatState.INVITED in states:
        return "wait"
    if len(sitting) < desk.team.race.most_in_team:
        return "open"
    return "share"


async def show_refused(request: Request, desk: Desk, problem: Problem) -> Response:
    """The desk, saying why something was not done."""
    return await _show(request, desk, None, problem)


async def _merging(desk: Desk) -> list[dict[str, Any]]:
    """Teams that ask to become part of this one."""
    teams = await Team.filter(merging_into_id=desk.team.id, ended_at=None).prefetch_related("fund")
    counts = [await Seat.filter(team_id=team.id, state=SeatState.JOINED).count() for team in teams]
    return [{"id": team.id, "fund": team.fund, "members": count} for team, count in zip(teams, counts, strict=True)]


async def _unpaid(request: Request, desk: Desk) -> list[SeatOrder]:
    """Seats that are held while they are paid for; who comes back from Checkout has Stripe asked."""
    orders = await SeatOrder.filter(
        team_id=desk.team.id, payment__state__in=(PaymentState.MADE, PaymentState.OPEN, PaymentState.PROCESSING)
    ).prefetch_related("payment", "seats")
    if "paid" in request.query_params:
        for order in orders:
            if order.payment and order.payment.state is PaymentState.OPEN:
                await look_up_soon(order.payment.id)
    return [order for order in orders if any(seat.state is SeatState.HELD for seat in order.seats)]


async def open_seats(request: Request, rooms: entry_views.Desk) -> Response:
    """More seats: friends pay for themselves, or the captain pays for all of these now."""
    desk, typed = await must_be_captain(request), await typed_in(request)
    try:
        form = understood(CountForm, typed, SENTENCES)
        if form.pays == "me":
            settings, stripe = rooms.pages.settings, rooms.stripe
            return see_other(await buying.buy(settings, stripe, desk, form.count, form.attempt))
        await seats.open_for_friends(desk.team.id, form.count, form.newest)
    except Refused as problem:
        return await _show(request, desk, typed, problem)
    return _back(desk, "opened")


async def let_go(request: Request) -> Response:
    """Seats that the captain does not want to pay for after all."""
    desk = await must_be_captain(request)
    order = await SeatOrder.get_or_none(id=request.path_params["order"], team_id=desk.team.id)
    if order is None or order.payment_id is None:
        raise NotFound
    async with transaction() as writing:
        await enqueue(writing, [give_up(order.payment_id)])
    return _back(desk, "let-go")


async def make_link(request: Request) -> Response:
    """A new general link, with a limit."""
    desk, typed = await must_be_captain(request), await typed_in(request)
    try:
        form = understood(LimitForm, typed, SENTENCES)
    except BadInput as problem:
        return await _show(request, desk, typed, problem)
    await linking.make_link(pages_of(request).settings, desk.team, form.limit, public=form.public)
    pages_of(request).cache.forget({desk.fund.id})
    return _back(desk, "link")


async def end_link(request: Request) -> Response:
    """No more of it."""
    desk = await must_be_captain(request)
    await linking.end_link(desk.team)
    pages_of(request).cache.forget({desk.fund.id})
    return _back(desk, "link-ended")


async def answer(request: Request) -> Response:
    """Yes or no to somebody who asks to join."""
    desk, typed = await must_be_captain(request), await typed_in(request)
    settings, yes = pages_of(request).settings, "yes" in typed
    try:
        await linking.answer(settings, desk.team, UUID(str(request.path_params["request"])), yes=yes)
    except Refused as problem:
        return await _show(request, desk, None, problem)
    return _back(desk, "yes" if yes else "no")


async def show_seat(request: Request) -> Response:
    """One seat: to invite to, to pass on, or who sits there."""
    desk = await must_be_captain(request)
    return await _seat(request, desk, {})


async def _seat(request: Request, desk: Desk, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    sitting = await _sitting(request, desk)
    invitation = await Invitation.get_or_none(seat_id=sitting.id, used_at=None, revoked_at=None, declined_at=None)
    link = inviting.link_of(pages_of(request).settings, invitation) if invitation else ""
    shown: dict[str, Any] = {
        **about(desk),
        "seat": sitting,
        "invitation": invitation,
        "link": link,
        "qr": drawn_qr(link, f"QR code of the invitation for {sitting.name}") if link else "",
        "most_sends": inviting.LETTERS_OF_ONE,
        "now": datetime.now(UTC),
        "typed": typed,
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return page(request, ROOM + "seat.html", **outcome(problem), **shown)


async def _sitting(request: Request, desk: Desk) -> Sitting:
    found = await see_seat(desk.team, request.path_params["seat"])
    if found is None:
        raise NotFound
    return found


Verb = Callable[[Request, Desk, int, Mapping[str, str]], Awaitable[str]]


def _at_seat(verb: Verb) -> Callable[[Request], Awaitable[Response]]:
    """A view of something that is done to a seat of one's own team; what is refused is said on its page."""

    async def view(request: Request) -> Response:
        desk, typed = await must_be_captain(request), await typed_in(request)
        seat = request.path_params["seat"]
        if await Seat.exists(id=seat, team_id=desk.team.id, state=SeatState.CLOSED):
            return _back(desk, "closed")  # the button was pressed twice
        await _sitting(request, desk)
        try:
            onward = await verb(request, desk, seat, typed)
        except Refused as problem:
            return await _seat(request, desk, typed, problem)
        return see_other(onward)

    return view


async def _invite(request: Request, desk: Desk, seat: int, typed: Mapping[str, str]) -> str:
    form = understood(InviteForm, typed, inviting.SENTENCES)
    made = await inviting.invite(pages_of(request).settings, desk.team, seat, form)
    return f"{desk.path}/seats/{seat}?said={'invited' if made.email else 'ready'}"


async def _send(_request: Request, desk: Desk, seat: int, _typed: Mapping[str, str]) -> str:
    invitation = await Invitation.get_or_none(seat_id=seat, used_at=None, revoked_at=None, declined_at=None)
    if invitation is None or not invitation.email:
        raise SeatGone
    await inviting.send_again(desk.team, invitation)
    return f"{desk.path}/seats/{seat}?said=invited"


async def _revoke(_request: Request, desk: Desk, seat: int, _typed: Mapping[str, str]) -> str:
    await inviting.revoke(desk.team, seat)
    return f"{desk.path}?said=revoked"


async def _close(_request: Request, desk: Desk, seat: int, _typed: Mapping[str, str]) -> str:
    await seats.close(desk.team, desk.team.race.event, seat)
    return f"{desk.path}?said=closed"


async def _nudge(_request: Request, desk: Desk, seat: int, _typed: Mapping[str, str]) -> str:
    await nudging.nudge(desk.team, seat)
    return f"{desk.path}?said=nudged"


async def publish(request: Request) -> Response:
    """The page of a team that was founded by letter is opened to everybody."""
    desk = await must_be_captain(request)
    async with transaction() as writing:
        await writing.execute("update team set is_private = false where id = $1", desk.team.id)
        await writing.execute(PUBLISH, desk.fund.id)
        await announce_above(writing, desk.fund.id)
    return _back(desk, "public")


def _back(desk: Desk, said: str) -> Response:
    return see_other(f"{desk.path}?said={said}")


def make_routes(rooms: entry_views.Desk) -> list[BaseRoute]:
    """The addresses of the desk."""

    async def opened(request: Request) -> Response:
        return await open_seats(request, rooms)

    desk = "/teams/{slug}/desk"
    seat = f"{desk}/seats/{{seat:int}}"
    return [
        Route(desk, show_desk, methods=["GET"], name="team_desk"),
        Route(f"{desk}/publish", publish, methods=["POST"], name="publish_team"),
        Route(f"{desk}/seats", opened, methods=["POST"], name="open_seats"),
        Route(f"{desk}/orders/{{order:uuid}}/let-go", let_go, methods=["POST"], name="let_seats_go"),
        Route(f"{desk}/link", make_link, methods=["POST"], name="make_team_link"),
        Route(f"{desk}/link/end", end_link, methods=["POST"], name="end_team_link"),
        Route(f"{desk}/requests/{{request:uuid}}", answer, methods=["POST"], name="answer_request"),
        Route(seat, show_seat, methods=["GET"], name="seat"),
        Route(f"{seat}/invite", _at_seat(_invite), methods=["POST"], name="invite"),
        Route(f"{seat}/send", _at_seat(_send), methods=["POST"], name="send_invitation"),
        Route(f"{seat}/revoke", _at_seat(_revoke), methods=["POST"], name="revoke_invitation"),
        Route(f"{seat}/nudge", _at_seat(_nudge), methods=["POST"], name="nudge"),
        Route(f"{seat}/close", _at_seat(_close), methods=["POST"], name="close_seat"),
    ]
