"""Places are never oversold, and a paid one is never lost: whatever happens, in whatever order, however many at once."""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tortoise.transactions import in_transaction

from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment, PaymentState, Purpose
from fundraising.people.models import Person
from fundraising.rooms import MODELS, TELLERS
from fundraising.sandbox.wire import Refused
from fundraising.store import database as store
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id
from teams.entries import changing, places, placing
from teams.entries.models import Entry, EntryState, Party, Waiting
from teams.entries.waiting import look_after_offers
from teams.events.models import Event, EventDay, Race, Waiver
from tests.conftest import Site, copy_of, drop
from tests.makers import arrival, make_payment, refund_of, session_of, tag
from tests.teams.entries.making import entry_form, make_open_event, race_of, runner

HOLDING = (EntryState.HELD, EntryState.PLACED)


async def hold(event: Event, race: Race, count: int = 1) -> Party | None:
    """Hold places as the form does, or None when there is no room."""
    waiver = await Waiver.get(event=event)
    person = await Person.create(email=f"{tag()}@example.org", name="Ada")
    async with transaction() as writing:
        locked = await places.lock(writing, [race.id])
        if locked.too_few({race.id: count}):
            return None
        payment = await make_payment(None, None, 1300 * count, purpose=Purpose.ENTRY, account=None)
        party = await Party.create(
            id=new_id(), attempt=new_id(), fingerprint=tag(), event=event, person=person, payment=payment,
            token=tag() * 5, fee_pence=1300 * count,
        )  # fmt: skip
        for _ in range(count):
            await Entry.create(
                id=new_id(), party=party, race=race, person=person, state=EntryState.HELD, first_name="A",
                last_name="B", email=person.email, category="open", waiver=waiver, price_pence=1300,
            )  # fmt: skip
    return party


async def must_be_counted(event: Event) -> None:
    """Taken is what is held, placed and offered; never more than there is room for."""
    for race in await Race.filter(event=event):
        taken = await Entry.filter(race=race, state__in=HOLDING).count()
        taken += await Waiting.filter(race=race, state="offered").count()
        assert race.taken == taken <= race.capacity
    day = await EventDay.get(event=event)
    assert day.taken == sum(race.taken for race in await Race.filter(event=event)) <= day.capacity


VERBS = st.tuples(
    st.sampled_from(["hold", "pay", "expire", "refund", "withdraw", "defer", "wait", "leave", "clock", "more room"]),
    st.integers(0, 20),
    st.integers(1, 3),
)


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


async def walk(steps: list[tuple[str, int, int]]) -> None:
    """Do the steps, and look after each of them."""
    event = await make_open_event(capacity=4, day_capacity=6)
    race = await race_of(event)
    parties: list[Party] = []
    paid: set[Any] = set()
    gone: set[Any] = set()
    for verb, which, count in steps:
        party = parties[which % len(parties)] if parties else None
        payment = await Payment.get(id=party.payment_id) if party else None
        if verb == "hold" and (made := await hold(event, race, count)):
            parties.append(made)
        elif verb == "pay" and payment and payment.state is not PaymentState.PAID:
            given_ = {"account": None}
            await take_in([arrival("checkout.session.completed", session_of(payment), **given_)] * count, TELLERS)
            paid.add(party.id)  # type: ignore[union-attr]
        elif verb == "expire" and payment:
            session = session_of(payment, payment_status="unpaid", status="expired", payment_intent=None)
            await take_in([arrival("checkout.session.expired", session, account=None)], TELLERS)
        elif verb == "refund" and payment and payment.state is PaymentState.PAID and payment.standing_pence:
            refund = refund_of(payment, payment.standing_pence)
            await take_in([arrival("refund.created", refund, account=None)], TELLERS)
            gone.add(party.id)  # type: ignore[union-attr]
        elif verb in ("withdraw", "defer") and party:
            entry = await Entry.filter(party=party, state=EntryState.PLACED).first()
            if entry:
                await (changing.withdraw if verb == "withdraw" else changing.defer)(entry, event)
                gone.add(entry.id)
        elif verb == "wait":
            async with connection() as writing:
                await writing.execute(
                    "insert into waiting (id, race_id, state, name, email, token, joined_at)"
                    " values ($1, $2, 'waiting', 'W', $3, $4, clock_timestamp())",
                    new_id(), race.id, f"{tag()}@example.org", tag() * 5,
                )  # fmt: skip
        elif verb == "leave":
            await Waiting.filter(state="offered").update(state="lapsed")
        elif verb == "clock":
            await look_after_offers()
        elif verb == "more room" and which % 4 == 0:
            await Race.filter(id=race.id).update(capacity=(await race_of(event)).capacity + 1)
        await must_be_counted(event)
        await must_not_be_lost(paid, gone)


async def must_not_be_lost(paid: set[Any], gone: set[Any]) -> None:
    """Who has paid has the place, unless it was given back, or the money is on its way back."""
    for party in paid - gone:
        states = [entry.state for entry in await Entry.filter(party_id=party) if entry.id not in gone]
        if all(state is EntryState.PLACED for state in states):
            continue
        async with connection() as reading:
            key = f"%too late {party}%"
            assert await reading.fetchval(
                "select count(*) from pgqueuer where convert_from(payload, 'utf8') like $1", key
            )


def test_any_mix_of_events_neither_oversells_nor_loses_a_place(template_url: str, server_url: str) -> None:
    """Holds, payments, expiries, refunds, withdrawals, offers; each delivered once or more."""
    with asyncio.Runner() as own_loop:
        context = contextvars.copy_context()
        url = own_loop.run(copy_of(template_url, server_url))
        opening = store.opened(store.tortoise_config(url, MODELS))
        own_loop.run(opening.__aenter__(), context=context)

        async def example(steps: list[tuple[str, int, int]]) -> None:
            async with undone():
                await walk(steps)

        @settings(max_examples=30, deadline=None, database=None, phases=[Phase.explicit, Phase.generate])
        @given(steps=st.lists(VERBS, min_size=6, max_size=16))
        def stories(steps: list[tuple[str, int, int]]) -> None:
            own_loop.run(example(steps), context=context)

        try:
            stories()
        finally:
            own_loop.run(opening.__aexit__(None, None, None), context=context)
            own_loop.run(drop(url, server_url))


@pytest.mark.parametrize("more", ["race", "event_day"])
async def test_the_database_itself_refuses_one_too_many(database: None, more: str) -> None:
    """Even to who asks nobody."""
    event = await make_open_event(capacity=1 if more == "race" else 9, day_capacity=1 if more == "event_day" else 9)
    race = await race_of(event)
    assert await hold(event, race)
    waiver, party = await Waiver.get(event=event), await Party.get(event=event)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        async with transaction() as writing:
            await writing.execute(
                "insert into entry select (jsonb_populate_record(e, jsonb_build_object('id', $1::text))).* from entry e",
                str(new_id()),
            )
    assert refused.value.constraint_name == f"{more}_capacity"
    assert waiver.version == 1
    assert party.fee_pence


async def test_fifty_race_for_the_last_five_places_and_nobody_pays_in_vain(committed_site: Site) -> None:
    """Exactly five get one; the others are told, and are not asked for money."""
    site = committed_site
    event = await make_open_event(capacity=5)

    async def enter(number: int) -> httpx.Response:
        typed = entry_form(runner(first_name=f"R{number}"), payer_email=f"r{number}@example.org")
        return await site.browser.post(f"/events/{event.fund.slug}/enter", data=typed)

    answers = await asyncio.gather(*(enter(number) for number in range(50)))
    in_, out = ([a for a in answers if a.status_code == code] for code in (303, 409))
    assert (len(in_), len(out)) == (5, 45)
    assert (await race_of(event)).taken == 5
    for answer in in_:
        session = answer.headers["location"].partition("/c/pay/")[2].partition("?")[0].partition("#")[0]
        await site.sandbox.pay(session, "card")
    await site.deliver()
    assert await Entry.filter(state=EntryState.PLACED).count() == 5
    assert await Payment.all().count() == 5
    await must_be_counted(event)


async def test_who_pays_at_the_last_moment_is_never_both_charged_and_left_out(committed_site: Site) -> None:
    """The end of the hold and the payment race: either the place is given, or nothing can be paid."""
    site = committed_site
    event = await make_open_event(capacity=8)
    sessions = []
    for number in range(8):
        typed = entry_form(runner(first_name=f"R{number}"), payer_email=f"r{number}@example.org")
        answer = await site.browser.post(f"/events/{event.fund.slug}/enter", data=typed)
        sessions.append(answer.headers["location"].partition("/c/pay/")[2].partition("?")[0].partition("#")[0])

    async def pay(session: str) -> bool:
        try:
            await site.sandbox.pay(session, "card")
        except Refused:
            return False
        return True

    async def give_up(party: Party) -> None:
        await site.house.jobs.queued[placing.GIVE_UP]({"payment": str(party.payment_id)})

    parties = await Party.filter(event=event).order_by("made_at")
    paid, _ = await asyncio.gather(
        asyncio.gather(*(pay(session) for session in sessions)), asyncio.gather(*(give_up(one) for one in parties))
    )
    await site.deliver()
    states = [str((await Entry.get(party=party)).state) for party in parties]
    assert states == ["placed" if has_paid else "lapsed" for has_paid in paid]
    await must_be_counted(event)


async def test_a_payment_after_the_hold_gets_the_place_or_the_money_back(database: None) -> None:
    """Stripe ends sessions in time; should one slip through all the same, nobody pays in vain."""
    event = await make_open_event(capacity=1)
    race = await race_of(event)
    late = await hold(event, race)
    assert late
    async with transaction() as writing:
        await placing.lapse(writing, [late.id], "not paid in time")
    payment = await Payment.get(id=late.payment_id)
    await take_in([arrival("checkout.session.completed", session_of(payment), account=None)], TELLERS)
    assert (await Entry.get(party=late)).state is EntryState.PLACED
    other = await hold(event, await race_of(event))
    assert other is None
    await changing.withdraw(await Entry.get(party=late), event)
    taken = await hold(event, race)
    assert taken
    async with transaction() as writing:
        await placing.lapse(writing, [taken.id], "not paid in time")
    slow = await hold(event, race)
    assert slow
    payment = await Payment.get(id=taken.payment_id)
    await take_in([arrival("checkout.session.completed", session_of(payment), account=None)], TELLERS)
    assert (await Entry.get(party=taken)).state is EntryState.LAPSED
    await must_not_be_lost({taken.id}, set())
    await must_be_counted(event)
