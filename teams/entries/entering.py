"""The verb of the room: people enter races together, in one payment. Places first, under their locks, then Checkout."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.errors import BadInput, Problem
from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.payments import checkout
from fundraising.payments.checkout import Order
from fundraising.payments.models import Payment, PaymentState, Purpose
from fundraising.payments.stripe import Stripe
from fundraising.people import persons
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.store.queue import enqueue
from fundraising.web.tokens import TOKEN, fingerprint_of
from teams.entries import places
from teams.entries.forms import SENTENCES, PayerForm, Runner
from teams.entries.models import Entry, EntryState, Party
from teams.entries.placing import Placer, give_up, let_lapse, lock_races
from teams.entries.ways import PAID_FOR, WayIn
from teams.entries.who import who_runs
from teams.events.current import find_waiver
from teams.events.models import Event, Price, Race, RaceKind, Waiver
from teams.events.pricing import age_on, find_price
from teams.events.standing import of_event
from teams.events.team_names import must_be_free

HELD = checkout.SESSION_LASTS[Purpose.ENTRY]
SAME_FOR = timedelta(hours=1)  # the same typed again within this time goes on with the same party
STALE = timedelta(minutes=4)  # a payment that Stripe has not heard of by then would leave too little time to pay
TAKE_OFFER = """
update waiting set state = 'taken' where token = $1 and state = 'offered' and race_id = any($2) and offered_until > $3
returning race_id
"""
# What is not needed of a credit stays one.
USE_CREDIT = """
with rest as (
  insert into credit (person_id, of_id, pence, made_at)
  select person_id, of_id, pence - $3, made_at from credit where id = $1 and pence > $3
)
update credit set used_by_id = $2, pence = $3 where id = $1
"""
CREDIT = "select id, pence from credit where person_id = $1 and used_by_id is null order by made_at limit 1 for update"


class NotOpen(Problem):
    """Entries are not open; the page of the event says why."""

    status = 409
    title = "No entries just now"
    sentence = "Entries for this race are not open at the moment. The page of the event says how it stands."


class Full(Problem):
    """Fewer places are left than were asked for.

    Args:
        races: those that are full.
    """

    status = 409
    title = "No place left"

    def __init__(self, races: Sequence[Race]) -> None:
        names = " and ".join(race.name for race in races)
        super().__init__(f"There are not enough places left in {names}. Nothing has been taken; you can wait for one.")
        self.races = races


@dataclass(frozen=True, slots=True)
class Onward:
    """Where to go next: to Checkout, or to the page of the party; and where what is held is found again."""

    to: str
    again: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry form, understood, and the event that it is for.

    Args:
        person: who is signed in, whose credit is used; None: nobody.
        way_in: by which the runner comes into a team that is there already.
    """

    event: Event
    races: Mapping[str, Race]
    charities: Mapping[str, Fund]
    payer: PayerForm
    runners: Sequence[Runner]
    zone: ZoneInfo
    person: int | None = None
    way_in: WayIn | None = None

    def race(self, runner: Runner) -> Race:
        """What a runner runs."""
        return self.races[runner.form.race]

    def day(self, runner: Runner) -> date:
        """The day on which a runner runs, at the place of the event."""
        return self.race(runner).date_in(self.zone)

    def age(self, runner: Runner) -> int:
        """How old a runner is on that day."""
        return age_on(runner.form.born_on, self.day(runner))


async def enter(settings: Settings, stripe: Stripe, placer: Placer, asked: Asked) -> Onward:
    """Take an entry as far as Stripe's page, or place it at once when there is nothing to pay.

    Raises:
        BadInput: with sentences beside the fields; NotOpen; Full; StripeGone: what is held stays held.
    """
    _must_fit(asked)
    async with transaction() as connection:
        party, payment, is_new = await _write_down(connection, settings, asked)
        if is_new and payment is None:
            await placer.place(connection, [party.id])
    again = f"/entries/{party.token}?back=1"
    page = f"{settings.base_url}/entries/{party.token}"
    if payment is None or payment.state in (PaymentState.PAID, PaymentState.PROCESSING):
        return Onward(page, again)
    to = await checkout.open_session(
        stripe,
        payment,
        what=f"Entry: {asked.event.fund.name}",
        email=asked.payer.payer_email,
        success_url=page,
        cancel_url=settings.base_url + again,
    )
    return Onward(to, again)


def _must_fit(asked: Asked) -> None:
    """What the form alone cannot know: the races, their days, the charities."""
    errors: dict[str, str] = {}
    for number, runner in enumerate(asked.runners, 1):
        race, form = asked.races.get(runner.form.race), runner.form
        if race is None:
            errors[f"race-{number}"] = SENTENCES["race"]
            continue
        try:
            form.must_fit(asked.day(runner), race.least_age)
        except BadInput as bad:
            errors |= {f"{name}-{number}": sentence for name, sentence in bad.errors.items()}
        if form.charity and form.charity not in asked.charities:
            errors[f"charity-{number}"] = SENTENCES["charity"]
        if form.wants_page and not form.charity:
            errors[f"charity-{number}"] = "A pledge page raises for a charity: please choose one."
        if race.kind is RaceKind.TEAM and not asked.payer.team_name and not asked.way_in:
            errors["team_name"] = SENTENCES["team_name"]
    members = Counter(runner.form.race for runner in asked.runners)
    for slug, race in asked.races.items():
        if race.kind is RaceKind.TEAM and members[slug] > race.most_in_team:
            errors["team_name"] = f"A team in {race.name} has {race.most_in_team} at the most."
    if errors:
        raise BadInput(errors, {})


async def _write_down(
    connection: asyncpg.Connection, settings: Settings, asked: Asked
) -> tuple[Party, Payment | None, bool]:
    """The rows of a party, or those that the same form, or another tab with the same words, has made already.

    Returns:
        The party, its payment if there is something to pay, and whether it is new.
    """
    fingerprint = _fingerprint(settings, asked)
    for name in (f"enter {asked.payer.attempt}", f"enter {fingerprint}"):
        await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", name)
    since = datetime.now(UTC) - SAME_FOR
    for same in await Party.filter(fingerprint=fingerprint, made_at__gt=since).prefetch_related("payment"):
        if not await _is_over(same):
            return same, same.payment, False
    earlier = await Party.get_or_none(attempt=asked.payer.attempt)
    mine = await _replace(connection, earlier) if earlier else Counter[int]()
    held = await _hold(connection, settings, asked, fingerprint, mine)
    if mine:  # what is not held again goes to who waits
        await places.offer(connection, mine)
    return *held, True


async def _is_over(party: Party) -> bool:
    """Whether what it held is gone, or can no longer be paid in time."""
    if await Entry.filter(party=party, state__in=(EntryState.HELD, EntryState.PLACED)).count() == 0:
        return True
    payment = party.payment
    return bool(payment and payment.state is PaymentState.MADE and payment.created_at < datetime.now(UTC) - STALE)


async def _replace(connection: asyncpg.Connection, party: Party) -> Counter[int]:
    """The same form was sent again with something changed: what was held for the first one is theirs to take again.

    Returns:
        How many places of each race that is.
    """
    await lock_races(connection, [party.id])
    freed = await let_lapse(connection, [party.id], "sent again with something changed")
    await connection.execute("update party set attempt = $2 where id = $1", party.id, new_id())
    if party.payment_id:
        await enqueue(connection, [give_up(party.payment_id)])
    return freed


async def _hold(
    connection: asyncpg.Connection, settings: Settings, asked: Asked, fingerprint: str, mine: Counter[int]
) -> tuple[Party, Payment | None]:
    """Hold the places, at the price of this moment."""
    now = datetime.now(UTC)
    locked = await _take_places(connection, asked, now, mine)
    if asked.payer.team_name and not asked.way_in:  # after the races, as in the transaction that founds it
        await must_be_free(connection, asked.event.fund_id, asked.payer.team_name, field="team_name")
    prices = _prices(asked, locked, now)
    carried = await _carried_over(connection, asked.person, prices)
    fee = sum(price.pence for price in prices) - carried.pence
    party = Party(
        id=new_id(),
        attempt=asked.payer.attempt,
        fingerprint=fingerprint,
        event=asked.event,
        person_id=await persons.get_or_make(connection, asked.payer.payer_email, asked.payer.payer_name),
        token=secrets.token_urlsafe(32),
        fee_pence=fee,
        team_name=asked.payer.team_name,
        offer=asked.payer.offer if TOKEN.fullmatch(asked.payer.offer) else "",
    )
    payment = await _begin_payment(connection, settings, party, asked) if fee else None
    if payment is not None:
        party.payment_id, party.held_until = payment.id, payment.created_at + HELD
    await party.save(force_create=True)
    waiver = await must_have_waiver(asked.event)
    for number, (runner, price) in enumerate(zip(asked.runners, prices, strict=True)):
        entry = await _entry(connection, settings, asked, runner)
        entry.party_id, entry.waiver_id, entry.price_name = party.id, waiver.id, price.name
        entry.price_pence, entry.credit_pence = price.pence, carried.pence if number == carried.to else 0
        await entry.save(force_create=True)
        if entry.credit_pence:
            await connection.execute(USE_CREDIT, carried.id, entry.id, entry.credit_pence)
        if asked.way_in:
            await asked.way_in.sit(connection, entry.id)
    return party, payment


@dataclass(frozen=True, slots=True)
class _Carried:
    """What is taken off from an earlier place.

    Args:
        to: the number of the runner whose price it lowers.
    """

    id: int = 0
    pence: int = 0
    to: int = -1


async def _carried_over(connection: asyncpg.Connection, person: int | None, prices: Sequence[Price]) -> _Carried:
    """The oldest credit of who is signed in, for the first runner who has something to pay."""
    credit = await connection.fetchrow(CREDIT, person) if person else None
    to = next((number for number, price in enumerate(prices) if price.pence), None)
    if credit is None or to is None:
        return _Carried()
    return _Carried(credit["id"], min(credit["pence"], prices[to].pence), to)


async def _take_places(
    connection: asyncpg.Connection, asked: Asked, now: datetime, mine: Counter[int]
) -> places.Places:
    """Lock the races and see that there is room; a place that was offered counts for who holds the offer.

    Raises:
        NotOpen, Full
    """
    wanted = Counter(asked.race(runner).id for runner in asked.runners)
    locked = await places.lock(connection, wanted)
    event = await Event.get(id=asked.event.id)
    by_id = {race.id: race for race in await Race.filter(id__in=list(wanted))}
    if not of_event(event, now).is_open or not all(race.is_open for race in by_id.values()):
        raise NotOpen
    if asked.way_in:
        mine = mine + await asked.way_in.claim(connection)
        locked = await places.lock(connection, wanted)  # what was kept for this runner is free now
    offer = asked.payer.offer
    if offer and (offered := await connection.fetchval(TAKE_OFFER, offer, list(wanted), now)):
        mine = mine + Counter([offered])
        locked = await places.lock(connection, wanted)  # their place is free now, for them
    if full := locked.too_few(wanted, mine):
        raise Full([by_id[race] for race in full])
    return locked


def _prices(asked: Asked, locked: places.Places, now: datetime) -> list[Price]:
    """For each runner the lowest price that fits.

    Raises:
        NotOpen: when there is none.
    """
    prices: list[Price] = []
    taken = {race.id: 0 for race in asked.races.values()}
    for runner in asked.runners:
        race = asked.race(runner)
        if asked.way_in and asked.way_in.is_paid:
            prices.append(PAID_FOR)
            continue
        before = locked.taken(race.id) + taken[race.id]
        in_team = race.kind is RaceKind.TEAM or asked.way_in is not None
        found = find_price(list(race.prices), now=now, taken=before, in_team=in_team, age=asked.age(runner))
        if found is None:
            raise NotOpen(f"There is no price for {race.name} at the moment, so that it cannot be entered.")
        taken[race.id] += 1
        prices.append(found)
    return prices


async def _begin_payment(connection: asyncpg.Connection, settings: Settings, party: Party, asked: Asked) -> Payment:
    """The payment of a party, to the organiser's own account: never in any raised total, never with Gift Aid."""
    order = Order(
        purpose=Purpose.ENTRY,
        amount_pence=party.fee_pence,
        currency=asked.event.fund.currency,
        fund_id=None,
        charity_id=None,
        event_id=asked.event.fund_id,
        gift_aid=False,
        attempt=party.id,
        fingerprint=f"{party.id.hex}{party.id.hex}",  # the party is what is made once, not its payment
    )
    begun = await checkout.begin(order, livemode=settings.livemode)
    await enqueue(connection, [give_up(begun.payment.id, HELD)])
    return begun.payment


async def _entry(connection: asyncpg.Connection, settings: Settings, asked: Asked, runner: Runner) -> Entry:
    """The row of one runner."""
    form, payer = runner.form, str(asked.payer.payer_email)
    who = who_runs(settings, form, asked.day(runner), own=str(form.email or payer), typed_by=payer)
    return Entry(
        id=new_id(),
        race_id=asked.race(runner).id,
        person_id=await persons.get_or_make(connection, str(who["email"])),
        state=EntryState.HELD,
        charity=asked.charities.get(form.charity),
        team_id=asked.way_in.team_id if asked.way_in else None,
        wants_page=form.wants_page,
        answers=dict(runner.answers),
        **who,
    )


def _fingerprint(settings: Settings, asked: Asked) -> str:
    runners = [[runner.form.model_dump(mode="json"), dict(runner.answers)] for runner in asked.runners]
    payer, way_in = asked.payer.model_dump(mode="json", exclude={"attempt"}), asked.way_in
    return fingerprint_of(settings, [asked.event.id, payer, runners, *([way_in.key] if way_in else [])])


async def charities_to_choose() -> dict[str, Fund]:
    """The charities that a runner may raise for, by slug."""
    found = await Fund.filter(kind=FundKind.CHARITY, state=FundState.OPEN).order_by("name")
    return {charity.slug: charity for charity in found}


async def must_have_waiver(event: Event) -> Waiver:
    """What runners agree to.

    Raises:
        NotOpen: when the organiser has not written it yet.
    """
    waiver = await find_waiver(event.id)
    if waiver is None:
        raise NotOpen("The organiser has not written the rules yet that every runner agrees to.")
    return waiver
