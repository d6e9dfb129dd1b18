"""My places: what a person sees of them on the account, and what may be changed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import EmailStr, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.pages.fate import NoTeam, PageFate
from fundraising.payments.models import PaymentState
from fundraising.people.asking import Asker, must_be_signed_in
from fundraising.store.database import connection
from fundraising.web.forms import Form, typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other
from fundraising.web.sealing import SealBroken
from teams.entries import changing
from teams.entries.changing import terms_of
from teams.entries.forms import SENTENCES, SHIRTS, DetailsForm
from teams.entries.medical import opened_note
from teams.entries.models import Category, Credit, Entry, EntryState, Handover, Party
from teams.entries.views import calendar_of
from teams.events.models import Stage

ROOM = "teams/entries/"
PAGES = """
select f.slug, f.name, f.raised_pence, f.target_pence, f.currency, f.donations, f.state, f.picture_id,
       f.hidden_at is not null as is_hidden, g.seen_by, g.waits_for_guardian, g.stopped_because,
       g.code_version <> '' as has_agreed, g.story <> '' as has_story, t.slug as team,
       t.name as team_name, t.state as team_state, c.name as charity
from pledge_page g join fund f on f.id = g.fund_id left join fund t on t.id = f.team_id
     left join fund c on c.id = f.charity_id
where g.person_id = $1 order by f.id
"""
SAID = {
    "details": "Your details are changed.",
    "offered": "We have written to your friend. The place is yours until it is taken.",
    "called-back": "The offer is called back: the place stays yours.",
    "withdrawn": "You have withdrawn. A letter says what comes back.",
    "moved": "Your place is in the team now, with your page and what it raised.",
    "moving": "If you have just paid: your place moves as soon as Stripe has told us, in a moment.",
    "left": "You have left the team. Your page and what it raised are yours.",
    "deferred": "Your place is carried over to the next event.",
}


class FriendForm(Form):
    """Whom a place is offered to."""

    friend: Annotated[EmailStr, Field(max_length=254)]


class WithdrawForm(Form):
    """What becomes of the page of who withdraws."""

    fate: PageFate = PageFate.PAUSED


async def panel(asker: Asker) -> tuple[str, Mapping[str, Any]]:
    """My places, held and had, my pages and teams, and what is carried over."""
    entries = (
        await Entry.filter(person_id=asker.id)
        .exclude(state=EntryState.LAPSED)
        .order_by("-made_at")
        .prefetch_related("race__event__fund", "fund", "team", "party")
    )
    paid_by_me = (
        await Entry.filter(party__person_id=asker.id)
        .exclude(state=EntryState.LAPSED)
        .order_by("-made_at")
        .prefetch_related("race__event__fund", "party")
    )
    async with connection() as reading:
        pages = [dict(row) for row in await reading.fetch(PAGES, asker.id)]
    credits_ = await Credit.filter(person_id=asker.id, used_by_id=None)
    shown: dict[str, Any] = {
        "entries": entries,
        "of_others": [entry for entry in paid_by_me if entry.person_id != asker.id],
        "held": await _held(asker),
        "fundraising": pages,
        "credits": credits_,
    }
    return ROOM + "_mine.html", shown


async def _held(asker: Asker) -> list[Party]:
    """What somebody holds and has not paid, or the bank is still paying."""
    parties = (
        await Party.filter(person_id=asker.id, entries__state=EntryState.HELD)
        .exclude(event__stage=Stage.CANCELLED)
        .distinct()
        .prefetch_related("event__fund", "payment")
    )
    now = datetime.now(UTC)
    return [party for party in parties if _is_at_bank(party) or (party.held_until and party.held_until > now)]


def _is_at_bank(party: Party) -> bool:
    return party.payment is not None and party.payment.state is PaymentState.PROCESSING


async def _get(request: Request) -> tuple[Asker, Entry]:
    """One of my own entries; somebody else's is not there."""
    asker = await must_be_signed_in(request)
    entry = await Entry.get_or_none(id=request.path_params["entry"], person_id=asker.id).prefetch_related(
        "race__event__fund", "fund__team", "party", "charity", "team"
    )
    if entry is None:
        raise NotFound
    return asker, entry


async def show_entry(request: Request) -> Response:
    """One of my places, and what may be done with it."""
    _, entry = await _get(request)
    return await _show(request, entry)


async def _show(
    request: Request, entry: Entry, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    offered = await Handover.filter(entry=entry, taken_at=None, ended_at=None, expires_at__gt=datetime.now(UTC)).first()
    shown: dict[str, Any] = {
        "entry": entry,
        "race": entry.race,
        "event": entry.race.event,
        "fund": entry.race.event.fund,
        "terms": terms_of(entry, entry.race.event, datetime.now(UTC)),
        "offered": offered,
        "typed": typed if typed is not None else _typed(request, entry),
        "shirts": SHIRTS,
        "categories": list(Category),
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return page(request, ROOM + "entry.html", **outcome(problem), **shown)


def _typed(request: Request, entry: Entry) -> dict[str, str]:
    """The details as a form shows them; the note is opened for whom it is about."""
    names = ("category", "emergency_name", "emergency_phone", "club", "shirt")
    typed = {name: str(getattr(entry, name)) for name in names}
    typed |= {name: "on" for name in ("brings_guide", "photo_ok") if getattr(entry, name)}
    if entry.estimate_seconds:
        typed["estimate"] = f"{entry.estimate_seconds // 60}:{entry.estimate_seconds % 60:02}"
    if entry.medical:
        try:
            note = opened_note(pages_of(request).settings, entry.medical)
        except SealBroken:
            note = ""
        typed |= {"medical": note, "medical_ok": "on"}
    return typed


async def change(request: Request) -> Response:
    """Other details."""
    _, entry = await _get(request)
    typed = await typed_in(request)
    try:
        form = understood(DetailsForm, typed, SENTENCES)
    except BadInput as bad:
        return await _show(request, entry, typed, bad)
    settings = pages_of(request).settings
    await changing.change_details(settings, entry, form, entry.race.date_in(ZoneInfo(settings.time_zone)))
    return _back(entry, "details")


async def withdraw(request: Request) -> Response:
    """I do not run."""
    _, entry = await _get(request)
    typed = await typed_in(request)
    try:
        form = understood(WithdrawForm, typed, {"fate": "Please choose what becomes of the page."})
        await changing.withdraw(entry, entry.race.event, fate=form.fate)
    except (BadInput, changing.NotHeld, NoTeam) as problem:
        return await _show(request, entry, _typed(request, entry) | dict(typed), problem)
    return _back(entry, "withdrawn")


async def defer(request: Request) -> Response:
    """I run next time."""
    _, entry = await _get(request)
    try:
        await changing.defer(entry, entry.race.event)
    except (changing.NotHeld, changing.TooLate) as problem:
        return await _show(request, entry, problem=problem)
    return _back(entry, "deferred")


async def offer(request: Request) -> Response:
    """A friend runs in my place."""
    _, entry = await _get(request)
    typed = await typed_in(request)
    try:
        form = understood(FriendForm, typed, {"friend": "Please enter your friend's e-mail address."})
        if entry.state is not EntryState.PLACED:
            raise changing.NotHeld
        await changing.offer_to_friend(pages_of(request).settings, entry, entry.race.event, form.friend)
    except (BadInput, changing.NotHeld, changing.TooLate) as problem:
        return await _show(request, entry, _typed(request, entry) | dict(typed), problem)
    return _back(entry, "offered")


async def call_back(request: Request) -> Response:
    """I run after all."""
    _, entry = await _get(request)
    await changing.call_back(entry)
    return _back(entry, "called-back")


async def show_calendar(request: Request) -> Response:
    """My race, for my calendar; nobody else of the party is in it."""
    _, entry = await _get(request)
    return calendar_of(request, entry.race.event, [entry], str(entry.id))


def _back(entry: Entry, said: str) -> Response:
    return see_other(f"/account/entries/{entry.id}?said={said}")


def make_routes() -> list[BaseRoute]:
    """The addresses of one's own places."""
    below = "/account/entries/{entry:uuid}"
    return [
        Route(below, show_entry, methods=["GET"], name="my_entry"),
        Route(f"{below}/details", change, methods=["POST"], name="change_entry"),
        Route(f"{below}/withdraw", withdraw, methods=["POST"], name="withdraw_entry"),
        Route(f"{below}/defer", defer, methods=["POST"], name="defer_entry"),
        Route(f"{below}/offer", offer, methods=["POST"], name="offer_entry"),
        Route(f"{below}/call-back", call_back, methods=["POST"], name="call_back_entry"),
        Route(f"{below}/calendar.ics", show_calendar, methods=["GET"], name="my_calendar"),
    ]
