"""Sows the places of the example's runners, their fees through the real ledger: teams in one payment, others alone."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fundraising.donations.fees import card_fee
from fundraising.example.people import PEOPLE
from fundraising.example.runners import RUNNERS
from fundraising.example.shapes import ExampleRunner, ExampleTeam
from fundraising.example.teams import TEAMS
from fundraising.funds.models import Fund, FundKind
from fundraising.pages.models import PledgePage
from fundraising.payments import ledger
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, Payment, PaymentState, Purpose
from fundraising.people.models import Person
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from teams.entries.entering import must_have_waiver
from teams.entries.models import Category, Entry, EntryState, Party
from teams.entries.placing import public_name
from teams.events.models import Event, Race, Waiver
from teams.events.pricing import find_price
from teams.roster.models import FactKind, Seat, SeatState, Team, TeamFact

SHIRTS = ("S", "M", "M", "L", "L", "XL")
ENTERED_DAYS_AGO = (56, 59)  # before anybody gave


async def sow_entries(event_fund: int) -> None:
    """A place for everybody who has a page, and one for a child."""
    event = await Event.get(fund_id=event_fund).prefetch_related("races__prices")
    sown = _Sown(event, await must_have_waiver(event))
    in_teams = {slug for team in TEAMS for slug in team.members}
    by_slug = {runner.slug: runner for runner in RUNNERS}
    for team in TEAMS:
        await sown.enter([by_slug[slug] for slug in team.members])
        await sow_seats(team)
    for runner in RUNNERS:
        if runner.slug not in in_teams:
            await sown.enter([runner])
    await sown.enter_child()
    await sown.book()


async def sow_seats(example: ExampleTeam) -> None:
    """A seat for each member, and a captain."""
    team = await Team.get(fund__slug=example.slug, fund__kind=FundKind.TEAM)
    facts = [TeamFact(team=team, kind=FactKind.FOUNDED)]
    entries = await Entry.filter(team_id=team.fund_id).order_by("made_at", "id")
    for entry in entries:
        await Seat.create(team=team, state=SeatState.JOINED, entry=entry)
        name = public_name(entry.first_name, entry.last_name, is_child=False)
        facts.append(TeamFact(team=team, kind=FactKind.JOINED, name=name))
    await TeamFact.bulk_create(facts)
    await TeamFact.filter(team=team).update(at=entries[0].made_at)
    if len(example.members) < 8:
        await Seat.create(team=team, state=SeatState.EMPTY)  # one is to be had
    page = await PledgePage.get(fund__slug=example.captain, fund__kind=FundKind.RUNNER)
    team.captain_id = page.person_id
    await team.save(update_fields=["captain_id"])


class _Sown:
    """What has been entered so far."""

    def __init__(self, event: Event, waiver: Waiver) -> None:
        self.event = event
        self.waiver = waiver
        self.races = {race.slug: race for race in event.races}
        self.dice = random.Random(event.venue)  # noqa: S311 - the example is the same wherever it is sown
        self.movements: list[Movement] = []

    async def enter(self, runners: Sequence[ExampleRunner]) -> None:
        """Some runners in one party; the first of them pays."""
        at = datetime.now(UTC) - timedelta(days=self.dice.uniform(*ENTERED_DAYS_AGO))
        prices = [self._price(self.races[runner.race], at, in_team=len(runners) > 1) for runner in runners]
        persons = [await self._person(runner) for runner in runners]
        party = await self._party(persons[0], sum(pence for _, pence in prices), at)
        for runner, person, (name, pence) in zip(runners, persons, prices, strict=True):
            fund = await Fund.get(kind=FundKind.RUNNER, slug=runner.slug)
            await self._entry(
                party, person, self.races[runner.race], at,
                first_name=runner.name.split(" ")[0], last_name=runner.name.partition(" ")[2] or "Example",
                born_on=date(self.dice.randint(1958, 2004), self.dice.randint(1, 12), self.dice.randint(1, 28)),
                fund=fund, charity_id=fund.charity_id, team_id=fund.team_id, wants_page=True,
                price_name=name, price_pence=pence,
            )  # fmt: skip

    async def enter_child(self) -> None:
        """A child in the race that is free, looked after by a parent."""
        parent = await Person.get(email=next(one.email for one in PEOPLE if one.who == "parent"))
        race = min(self.races.values(), key=lambda one: min((price.pence for price in one.prices), default=0))
        at = datetime.now(UTC) - timedelta(days=20)
        party = await self._party(parent, 0, at)
        await self._entry(
            party, parent, race, at, first_name="Mabel", last_name=parent.name.split(" ")[-1],
            born_on=(self.event.starts_at - timedelta(days=12.5 * 365)).date(), price_name="", price_pence=0,
            guardian_name=parent.name, guardian_email=parent.email, guardian_agreed_at=at,
        )  # fmt: skip

    def _price(self, race: Race, at: datetime, *, in_team: bool) -> tuple[str, int]:
        found = find_price(list(race.prices), now=at, taken=0, in_team=in_team, age=None)
        return (found.name, found.pence) if found else ("", 0)

    async def _person(self, runner: ExampleRunner) -> Person:
        """Whose page it is already, or somebody new."""
        page = await PledgePage.get(fund__slug=runner.slug, fund__kind=FundKind.RUNNER).prefetch_related("person")
        if page.person is None:
            page.person = await Person.create(email=f"{runner.slug}@example.org", name=runner.name)
            await page.save(update_fields=["person_id"])
        return page.person

    async def _party(self, payer: Person, pence: int, at: datetime) -> Party:
        id_ = new_id()
        payment = await self._payment(pence, at) if pence else None
        party = await Party.create(
            id=id_, attempt=new_id(), fingerprint=id_.hex, event=self.event, person=payer, payment=payment,
            token=secrets.token_urlsafe(32), fee_pence=pence,
        )  # fmt: skip
        await Party.filter(id=id_).update(made_at=at)
        return party

    async def _payment(self, pence: int, at: datetime) -> Payment:
        id_, fee = new_id(), card_fee().of(pence)
        name = id_.hex[-16:]
        row: dict[str, Any] = {"currency": "gbp", "payment_id": id_, "happened_at": at}
        self.movements += [
            Movement(Kind.ENTRY_FEE, f"pi_example{name}", ledger.SUPPORTERS, ledger.ORGANISER, pence, **row),
            Movement(Kind.FEE, f"txn_example{name}", ledger.ORGANISER, ledger.STRIPE_FEES, fee, **row),
        ]
        return await Payment.create(
            id=id_, purpose=Purpose.ENTRY, event_id=self.event.fund_id, amount_pence=pence, livemode=False,
            state=PaymentState.PAID, attempt=new_id(), fingerprint=id_.hex, idempotency_key=f"checkout-{id_}",
            session_id=f"cs_test_example{name}", intent_id=f"pi_example{name}", charge_id=f"ch_example{name}",
            fee_pence=fee, net_pence=pence - fee, paid_at=at, available_at=at + timedelta(days=7),
        )  # fmt: skip

    async def _entry(self, party: Party, person: Person, race: Race, at: datetime, **given: Any) -> None:
        entry = await Entry.create(
            id=new_id(), party=party, race=race, person=person, state=EntryState.PLACED, email=person.email,
            category=Category.OPEN, emergency_name="Somebody at home",
            emergency_phone="0161 496 0000", brings_guide=self.dice.random() < 0.2, shirt=self.dice.choice(SHIRTS),
            photo_ok=self.dice.random() < 0.8, estimate_seconds=self.dice.randint(480, 1100), waiver=self.waiver,
            waived_at=at, placed_at=at, **given,
        )  # fmt: skip
        await Entry.filter(id=entry.id).update(made_at=at)

    async def book(self) -> None:
        """The fees, in the order in which they were paid."""
        async with transaction() as connection:
            head = await ledger.lock(connection)
            await ledger.write(connection, head, sorted(self.movements, key=lambda one: one.happened_at))
