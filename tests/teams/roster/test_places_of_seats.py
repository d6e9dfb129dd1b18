"""Seats and places under any mix of verbs: never oversold, never more than the team may have; and one seat, one friend."""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import Phase, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from tortoise.transactions import in_transaction

from fundraising.errors import Problem
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment, PaymentState, Purpose
from fundraising.rooms import MODELS, TELLERS
from fundraising.settings import Settings
from fundraising.store import database as store
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from teams.entries import changing, places
from teams.entries.models import Entry, EntryState, Party, Waiting
from teams.events.models import Event, EventDay, Race, Waiver
from teams.roster import going, inviting, seats
from teams.roster.founding import NewTeam, found
from teams.roster.inviting import ByInvitation, InviteForm
from teams.roster.models import FactKind, Invitation, OrderKind, Seat, SeatOrder, SeatState, Team
from tests.conftest import Site, copy_of, drop
from tests.makers import arrival, make_payment, make_person, refund_of, session_of, tag
from tests.teams.entries.making import make_open_event, race_of
from tests.teams.roster.making import friend, make_crew

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
VERBS = st.tuples(
    st.sampled_from(
        ["buy", "pay", "expire", "refund", "open", "invite", "take", "clock", "join", "pay fee", "let lapse", "withdraw",
         "leave", "close", "revoke", "dissolve"]
    ),
    st.integers(0, 20),
)  # fmt: skip


@pytest.fixture
def settings_of_teams(settings: Settings) -> Settings:
    """Hypothesis has a word of the same name."""
    return settings


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """A transaction that is rolled back."""

    class Undo(Exception):
        pass

    try:
        async with in_transaction():
            yield
            raise Undo
    except Undo:
        pass


async def must_be_counted(event: Event) -> None:
    """What is taken is what is entered, offered, or held by a seat; a team is never larger than its race allows."""
    for race in await Race.filter(event=event):
        taken = await Entry.filter(race=race, state__in=(EntryState.HELD, EntryState.PLACED)).count()
        taken += await Waiting.filter(race=race, state="offered").count()
        for seat in await Seat.filter(team__race=race):
            open_ = seat.state in (SeatState.EMPTY, SeatState.INVITED)
            taken += seat.state is SeatState.HELD or (open_ and bool(seat.order_id or seat.reserved_until))
        assert race.taken == taken <= race.capacity
    day = await EventDay.get(event=event)
    assert day.taken == sum(race.taken for race in await Race.filter(event=event)) <= day.capacity
    for team in await Team.filter(race__event=event).prefetch_related("race"):
        count = await Seat.filter(team=team).exclude(state__in=("withdrawn", "closed")).count()
        assert count <= team.race.most_in_team
    for seat in await Seat.filter(state="joined").prefetch_related("entry", "team"):
        assert seat.entry is not None
        assert (seat.entry.state, seat.entry.team_id) == (EntryState.PLACED, seat.team.fund_id)


async def buy(team: Team, count: int) -> None:
    """Hold seats as the desk does, if there is room."""
    race = await Race.get(id=team.race_id)
    async with transaction() as writing:
        if (await places.lock(writing, [race.id])).left(race.id) < count:
            return
        payment = await make_payment(None, None, 1300 * count, purpose=Purpose.SEATS, account=None)
        order = await SeatOrder.create(id=new_id(), kind=OrderKind.SEATS, team=team, payment=payment, each_pence=1300)
        await seats.open_seats(writing, team.id, count, state="held", order=order.id)


async def join_by(invitation: Invitation, event: Event) -> None:
    """A friend sends the form: as entering does it."""
    way, waiver = ByInvitation(invitation), await Waiver.get(event=event)
    team = invitation.seat.team
    async with transaction() as writing:
        mine = await way.claim(writing)
        if (await places.lock(writing, [team.race_id])).too_few({team.race_id: 1}, mine):
            raise Problem("full")
        person = await make_person(f"{tag()}@example.org")
        pence = 0 if way.is_paid else 1300
        payment = await make_payment(None, None, 1300, purpose=Purpose.ENTRY, account=None) if pence else None
        party = await Party.create(
            id=new_id(), attempt=new_id(), fingerprint=tag(), event=event, person=person, payment=payment,
            token=tag() * 5, fee_pence=pence,
        )  # fmt: skip
        entry = await Entry.create(
            id=new_id(), party=party, race_id=team.race_id, person=person, state=EntryState.HELD, first_name="A",
            last_name="B", email=person.email, category="open", waiver=waiver, price_pence=pence, team_id=team.fund_id,
        )  # fmt: skip
        await way.sit(writing, entry.id)
        if not pence:
            await writing.execute("update entry set state = 'placed', placed_at = now() where id = $1", entry.id)


async def deliver(payment: Payment, verb: str) -> None:
    """What Stripe says of a payment."""
    session = session_of(payment)
    if verb in ("expire", "let lapse"):
        session |= {"payment_status": "unpaid", "status": "expired", "payment_intent": None}
        await take_in([arrival("checkout.session.expired", session, account=None)], TELLERS)
    elif verb == "refund" and payment.state is PaymentState.PAID and payment.standing_pence:
        refund = refund_of(payment, payment.standing_pence)
        await take_in([arrival("refund.created", refund, account=None)], TELLERS)
    elif verb in ("pay", "pay fee") and payment.state is not PaymentState.PAID:
        await take_in([arrival("checkout.session.completed", session, account=None)] * 2, TELLERS)


MONEY = ("pay", "expire", "refund", "pay fee", "let lapse")


async def step(settings_: Settings, team: Team, event: Event, verb: str, which: int) -> None:
    """One verb, on one of the things that are there."""
    standing = await Seat.filter(team=team).order_by("id")
    seat = standing[which % len(standing)] if standing else None
    if verb in MONEY:
        await pay_or_not(verb, which)
    elif verb == "buy":
        await buy(team, 1 + which % 2)
    elif verb == "open":
        async with transaction() as writing:
            await seats.open_seats(writing, team.id, 1)
    elif verb == "clock":
        await Seat.filter(team=team, reserved_until__not_isnull=True).update(reserved_until=LONG_AGO)
        await seats.free_overdue()
    elif verb == "dissolve" and which == 7:
        await going.dissolve(team)
    elif verb in ("take", "join"):
        await come(team, event, verb, which)
    elif verb in ("withdraw", "leave"):
        await go(team, verb, which)
    elif seat and verb == "invite":
        await inviting.invite(settings_, team, seat.id, InviteForm(name="Fran"))
    elif seat and verb in ("close", "revoke"):
        await (seats.close(team, event, seat.id) if verb == "close" else inviting.revoke(team, seat.id))


async def pay_or_not(verb: str, which: int) -> None:
    """Something happens to a payment for seats, or for a fee."""
    purpose = Purpose.SEATS if verb in ("pay", "expire", "refund") else Purpose.ENTRY
    payments = await Payment.filter(purpose=purpose).order_by("created_at", "id")
    if payments:
        await deliver(payments[which % len(payments)], verb)


async def come(team: Team, event: Event, verb: str, which: int) -> None:
    """A friend opens the form, or sends it."""
    open_ = Invitation.filter(seat__state="invited", used_at=None, revoked_at=None, declined_at=None)
    found_ = await open_.order_by("made_at").prefetch_related("seat__team")
    if found_ and verb == "take":
        await seats.reserve(team.race_id, found_[which % len(found_)].seat_id)
    elif found_:
        await join_by(found_[which % len(found_)], event)


async def go(team: Team, verb: str, which: int) -> None:
    """A member runs no more, or not with this team."""
    entries = await Entry.filter(team_id=team.fund_id, state=EntryState.PLACED).order_by("made_at", "id")
    if not entries:
        return
    entry = await Entry.get(id=entries[which % len(entries)].id).prefetch_related("race__event", "fund")
    if verb == "leave":
        await going.leave(team, entry, FactKind.LEFT)
    else:
        await changing.withdraw(entry, entry.race.event)


async def walk(settings_: Settings, steps: list[tuple[str, int]]) -> None:
    """Do the steps, and look after each of them; what is refused changes nothing."""
    event = await make_open_event(capacity=4, day_capacity=6)
    race = await race_of(event, "team")
    await Race.filter(id=race.id).update(most_in_team=5)
    async with transaction() as writing:
        fund = await found(writing, NewTeam(f"Team {tag()}", race.id, event.fund_id, None, None))
    team = await Team.get(fund_id=fund).prefetch_related("fund", "race__event")
    for verb, which in steps:
        try:
            async with transaction():
                await step(settings_, team, event, verb, which)
        except Problem:
            pass
        await must_be_counted(event)


def test_any_mix_of_verbs_neither_oversells_a_race_nor_overfills_a_team(
    template_url: str, server_url: str, settings_of_teams: Settings
) -> None:
    """Bought, paid, expired, refunded, invited, taken, joined, withdrawn, left, closed, dissolved."""
    with asyncio.Runner() as own_loop:
        context = contextvars.copy_context()
        url = own_loop.run(copy_of(template_url, server_url))
        opening = store.opened(store.tortoise_config(url, MODELS))
        own_loop.run(opening.__aenter__(), context=context)

        async def example(steps: list[tuple[str, int]]) -> None:
            async with undone():
                await walk(settings_of_teams, steps)

        @trying(max_examples=15, deadline=None, database=None, phases=[Phase.explicit, Phase.generate])
        @given(steps=st.lists(VERBS, min_size=8, max_size=24))
        def stories(steps: list[tuple[str, int]]) -> None:
            own_loop.run(example(steps), context=context)

        try:
            stories()
        finally:
            own_loop.run(opening.__aexit__(None, None, None), context=context)
            own_loop.run(drop(url, server_url))


async def test_of_many_who_have_the_same_link_one_gets_the_seat(committed_site: Site) -> None:
    """A forwarded invitation works once; the others are told, and pay nothing."""
    site = committed_site
    crew = await make_crew(site)
    link = await crew.invite()
    assert (await site.browser.post(f"{link}/take")).status_code == 303

    async def one(number: int) -> httpx.Response:
        return await site.browser.post(f"{link}/form", data=friend(**{"first_name-1": f"R{number}"}))

    answers = await asyncio.gather(*(one(number) for number in range(12)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303] + [410] * 11
    assert await Entry.filter(race__event=crew.event, state=EntryState.HELD).count() == 1
    assert (await race_of(crew.event, "team")).taken == 1
