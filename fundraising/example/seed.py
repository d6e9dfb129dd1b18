"""Sows the example event into an empty database, its days reckoned from today, its money through the real ledger."""

import asyncio
import math
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from charities.models import Charity
from fundraising.donations import wording
from fundraising.donations.fees import card_fee, costs
from fundraising.donations.models import Declaration, Donation
from fundraising.example import portraits, sow_supporter
from fundraising.example.runners import RUNNERS
from fundraising.example.shapes import ExampleCharity
from fundraising.example.sow_entries import sow_entries
from fundraising.example.sow_kinds_of_gift import CHARITY_FUNDED, give_several, say_more
from fundraising.example.sow_owed import sow_owed
from fundraising.example.sow_pages import sow_pages
from fundraising.example.sow_payouts import pay_out
from fundraising.example.sow_people import sow_people
from fundraising.example.sow_pots import sow_pots
from fundraising.example.sow_promises import sow_promises
from fundraising.example.sow_results import sow_results
from fundraising.example.sow_rules import sow_rules
from fundraising.example.sow_training import sow_training
from fundraising.example.supporters import Deck, Gift
from fundraising.example.teams import TEAMS
from fundraising.example.words import CHARITIES, EVENT
from fundraising.funds.models import Fund, FundKind, Picture
from fundraising.funds.pictures import add_picture
from fundraising.pages.code import CODE_VERSION
from fundraising.pages.models import PledgePage
from fundraising.payments import ledger
from fundraising.payments.books import rebuild
from fundraising.payments.ledger import Movement
from fundraising.payments.models import ConnectedAccount, Kind, Payment, PaymentState, Purpose
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from teams.events.models import Event, Race
from teams.roster.models import Team

DAYS_OF_GIVING = 56
WEEKS_AHEAD = 10
MOST_GIFTS = 34  # to the most famous runner
SEED = "uk-backward-run"


@dataclass(frozen=True, slots=True)
class Connected:
    """A charity of the example with a Stripe account of its own."""

    slug: str
    name: str
    statement_name: str
    account: str


def _connected(charity: ExampleCharity) -> Connected:
    account = f"acct_example{charity.slug.replace('-', '')}"
    return Connected(charity.slug, charity.name, charity.statement_name, account)


CONNECTED = tuple(_connected(charity) for charity in CHARITIES if charity.connected)


async def is_empty() -> bool:
    """Whether there is no event, nor anything else that money is raised for."""
    return not await Fund.exists()


async def sow(settings: Settings, *, connected: bool = True) -> None:
    """Install the example event.

    Args:
        connected: two of its charities have a Stripe account; not so at Stripe itself, which knows none of them.
    """
    pictures = await _draw()
    async with transaction():
        sown = _Sown(ZoneInfo(settings.time_zone), pictures)
        await sown.sow_event()
        await sow_training(sown.funds[EVENT.slug].id)
        await sow_rules(sown.funds[EVENT.slug].id, sown.zone)
        await sown.sow_charities(connected)
        await sown.sow_teams()
        await sown.sow_runners()
        await sow_people()
        await sow_entries(sown.funds[EVENT.slug].id)
        await sow_results(sown.zone, pictures, await Event.get(fund__slug=EVENT.slug).prefetch_related("fund"))
        await _give(sown)
        await sow_owed(sown.zone)
        await sow_pages(pictures)
        await sow_promises()
        await sow_pots(sown.funds[EVENT.slug], sown.funds[RUNNERS[-1].slug])
        await rebuild()


async def _draw() -> dict[str, Picture]:
    """Every picture, drawn and encoded in threads; by the slug of what it shows."""
    jobs: dict[str, tuple[Callable[[], bytes], str]] = {EVENT.slug: (portraits.draw_event, portraits.describe_event())}
    for charity in CHARITIES:
        draw = partial(portraits.draw_charity, charity.slug, colour=charity.colour)
        jobs[charity.slug] = (draw, portraits.describe_charity(charity.slug))
    for team in TEAMS:
        draw = partial(portraits.draw_team, team.slug, colour=team.colour)
        jobs[team.slug] = (draw, portraits.describe_team(team.slug))
    for runner in RUNNERS:
        draw = partial(portraits.draw_runner, runner.slug, colour=runner.colour)
        jobs[runner.slug] = (draw, portraits.describe_runner(runner.slug))

    async def one(draw: Callable[[], bytes], about: str) -> Picture:
        return await add_picture(await asyncio.to_thread(draw), about)

    return dict(zip(jobs, await asyncio.gather(*(one(*job) for job in jobs.values())), strict=True))


class _Sown:
    """What has been sown so far, by slug."""

    def __init__(self, zone: ZoneInfo, pictures: dict[str, Picture]) -> None:
        self.zone = zone
        self.pictures = pictures
        self.funds: dict[str, Fund] = {}
        self.races: dict[str, Race] = {}
        self.accounts: dict[int, ConnectedAccount] = {}

    async def fund(self, kind: FundKind, slug: str, name: str, summary: str, target: int | None, **given: Any) -> Fund:
        """A fund with its picture."""
        made = await Fund.create(
            kind=kind,
            slug=slug,
            name=name,
            summary=summary,
            target_pence=target * 100 if target else None,
            picture=self.pictures[slug],
            **given,
        )
        self.funds[slug] = made
        return made

    async def sow_event(self) -> None:
        """The event on the Sunday about ten weeks from today, half past ten in the morning."""
        today = datetime.now(self.zone).date() + timedelta(weeks=WEEKS_AHEAD)
        sunday = today + timedelta(days=6 - today.weekday())
        starts_at = datetime.combine(sunday, time(10, 30), self.zone).astimezone(UTC)
        fund = await self.fund(
            FundKind.EVENT, EVENT.slug, EVENT.name, EVENT.summary, EVENT.target_pounds, colour=EVENT.colour
        )
        event = await Event.create(
            fund=fund,
            strapline=EVENT.strapline,
            venue=EVENT.venue,
            starts_at=starts_at,
            about=EVENT.about,
            course=EVENT.course,
            organiser=EVENT.organiser,
            organiser_email=EVENT.organiser_email,
            community_url=EVENT.community_url,
        )
        for position, race in enumerate(EVENT.races):
            self.races[race.slug] = await Race.create(
                event=event,
                slug=race.slug,
                name=race.name,
                kind=race.kind,
                summary=race.summary,
                ranked_by=race.ranked_by,
                distance_metres=race.distance_metres,
                starts_at=starts_at + timedelta(minutes=race.starts_after),
                position=position,
            )

    async def sow_charities(self, connected: bool) -> None:
        """The charities, and the accounts of those that have one."""
        for charity in CHARITIES:
            fund = await self.fund(
                FundKind.CHARITY,
                charity.slug,
                charity.name,
                charity.summary,
                charity.target_pounds,
                colour=charity.colour,
            )
            await Charity.create(
                fund=fund,
                number=charity.number,
                hmrc_reference=f"ZZ{charity.number[-5:]}",  # HMRC gives out none that begins so
                register=charity.register,
                website=charity.website,
                about=charity.about,
                what_ten_does=charity.what_ten_does,
            )
        for own in CONNECTED if connected else ():
            fund = self.funds[own.slug]
            self.accounts[fund.id] = await ConnectedAccount.create(
                charity=fund,
                stripe_id=own.account,
                charges_enabled=True,
                payouts_enabled=True,
                details_submitted=True,
                statement_name=own.statement_name,
            )

    async def sow_teams(self) -> None:
        """The teams, without their members yet."""
        event = self.funds[EVENT.slug]
        for team in TEAMS:
            fund = await self.fund(
                FundKind.TEAM,
                team.slug,
                team.name,
                team.summary,
                team.target_pounds,
                colour=team.colour,
                event=event,
                charity=self.funds[team.charity],
            )
            await Team.create(fund=fund, race=self.races[team.race], motto=team.motto, about=team.about)

    async def sow_runners(self) -> None:
        """The runners with their pages."""
        team_of = {slug: team for team in TEAMS for slug in team.members}
        for runner in RUNNERS:
            team = team_of.get(runner.slug)
            fund = await self.fund(
                FundKind.RUNNER,
                runner.slug,
                runner.name,
                runner.why,
                runner.target_pounds,
                colour=team.colour if team else runner.colour,
                event=self.funds[EVENT.slug],
                charity=self.funds[runner.charity],
                team=self.funds[team.slug] if team else None,
                is_ranked=not runner.in_memory_of,
            )
            await PledgePage.create(
                fund=fund,
                **{name: getattr(runner, name) for name in ("title", "story", "video", "in_memory_of")},
                challenge=self.races[runner.race].name,
                code_version=CODE_VERSION,
                code_agreed_at=datetime.now(UTC),
                charity_funded=runner.slug == CHARITY_FUNDED,
            )


@dataclass(slots=True)
class _Given:
    """A gift of the example, about to be booked."""

    at: datetime
    fund: Fund
    charity: Fund
    gift: Gift
    payment_id: UUID


async def _give(sown: _Sown) -> None:
    """Gifts over the last eight weeks, more of them lately and in the evening; a few go back."""
    dice = random.Random(SEED)  # noqa: S311 - the example is the same wherever it is sown
    given = sorted(_gifts(sown, dice), key=lambda one: one.at)
    sow_supporter.give(given)
    payments = [_payment(sown, one) for one in given]
    donations = [_donation(one, payment) for one, payment in zip(given, payments, strict=True)]
    back = dict.fromkeys(dice.sample(range(len(given)), 3), Kind.REFUND)
    back[dice.choice([i for i in range(len(given)) if i not in back])] = Kind.DISPUTE
    for index, kind in back.items():
        pence = payments[index].amount_pence // (2 if kind is Kind.REFUND and index % 2 else 1)
        setattr(payments[index], "refunded_pence" if kind is Kind.REFUND else "disputed_pence", pence)
        payments[index].dispute_state = "lost" if kind is Kind.DISPUTE else None
    say_more(donations)
    several = give_several(sown.funds, sown.accounts)
    payouts = await pay_out([*payments, *several.parts])
    several.paid_out_with_parts()
    await Payment.bulk_create([several.whole, *payments, *several.parts])
    await Donation.bulk_create([*donations, *several.donations])
    await Declaration.bulk_create([_declaration(one, d) for one, d in zip(given, donations, strict=True) if d.gift_aid])
    await sow_supporter.ask_back()
    async with transaction() as connection:
        head = await ledger.lock(connection)
        rows = payouts + several.movements + _movements(payments, back)
        await ledger.write(connection, head, sorted(rows, key=lambda movement: movement.happened_at))


def _gifts(sown: _Sown, dice: random.Random) -> list[_Given]:
    deck = Deck(dice)
    to: list[tuple[Fund, Fund]] = []
    for runner in RUNNERS:
        fund, charity = sown.funds[runner.slug], sown.funds[runner.charity]
        to += [(fund, charity)] * math.ceil(runner.fame**1.3 * MOST_GIFTS)
    for team in TEAMS:
        to += [(sown.funds[team.slug], sown.funds[team.charity])] * dice.randint(1, 4)
    for slug in [charity.slug for charity in CHARITIES]:
        to += [(sown.funds[slug], sown.funds[slug])] * dice.randint(1, 3)
        to += [(sown.funds[EVENT.slug], sown.funds[slug])] * dice.randint(0, 2)
    return [_Given(_moment(dice), fund, charity, deck.gift(charity.slug), new_id()) for fund, charity in to]


def _moment(dice: random.Random) -> datetime:
    """Some time in the last eight weeks: more of it lately, hardly at night."""
    now = datetime.now(UTC)
    day = now - timedelta(days=DAYS_OF_GIVING * dice.betavariate(1.1, 2.0))
    hour = min(23.5, max(6.5, dice.gauss(18.5, 3.5)))
    at = day.replace(hour=int(hour), minute=dice.randrange(60), second=dice.randrange(60))
    return at if at < now else at - timedelta(days=1)


def _payment(sown: _Sown, one: _Given) -> Payment:
    reckoned = costs(one.gift.pence, cover_fee=one.gift.cover_fee)
    fee = card_fee().of(reckoned.charged_pence)
    account = sown.accounts.get(one.charity.id)
    name = one.payment_id.hex[-16:]
    return Payment(
        id=one.payment_id,
        purpose=Purpose.DONATION,
        fund_id=one.fund.id,
        charity_id=one.charity.id,
        event_id=one.fund.id if one.fund.kind is FundKind.EVENT else one.fund.event_id,
        amount_pence=reckoned.charged_pence,
        gift_aid=one.gift.gift_aid,
        account=account.stripe_id if account else None,
        livemode=False,
        state=PaymentState.PAID,
        attempt=uuid4(),
        fingerprint=name,
        idempotency_key=f"checkout-{one.payment_id}",
        session_id=f"cs_test_example{name}",
        intent_id=f"pi_example{name}",
        charge_id=f"ch_example{name}",
        fee_pence=fee,
        net_pence=reckoned.charged_pence - fee,
        statement_name=account.statement_name if account else None,
        created_at=one.at,
        paid_at=one.at,
        available_at=one.at + timedelta(days=7),
    )


def _donation(one: _Given, payment: Payment) -> Donation:
    gift = one.gift
    return Donation(
        id=new_id(),
        payment_id=payment.id,
        token=secrets.token_urlsafe(24),
        name=gift.supporter.name,
        email=sow_supporter.email_of(gift, f"supporter-{payment.id.hex[-6:]}@example.org"),
        message=gift.message,
        hide_name=gift.hide_name,
        hide_amount=gift.hide_amount,
        gift_pence=gift.pence,
        cover_pence=payment.amount_pence - gift.pence,
        gift_aid=gift.gift_aid,
        is_connected=False if gift.gift_aid and one.fund.slug == CHARITY_FUNDED else None,
        contact_ok=payment.amount_pence % 3 == 0,
        contact_wording=wording.CONTACT_VERSION,
        created_at=one.at,
    )


def _declaration(one: _Given, donation: Donation) -> Declaration:
    gift = one.gift
    return Declaration(
        id=new_id(),
        donation_id=donation.id,
        charity_name=one.charity.name,
        wording_version=wording.GIFT_AID_VERSION,
        wording=wording.GIFT_AID.format(charity=one.charity.name),
        first_name=gift.supporter.first_name,
        last_name=gift.supporter.last_name,
        house=gift.house,
        postcode=gift.postcode,
        made_at=one.at,
    )


def _movements(payments: list[Payment], back: dict[int, Kind]) -> list[Movement]:
    """The ledger of the example's gifts."""
    rows = list[Movement]()
    for index, payment in enumerate(payments):
        fund, at = ledger.fund_account(payment.fund_id or 0), payment.paid_at or payment.created_at
        name = payment.id.hex[-16:]

        row = partial(Movement, currency=payment.currency, payment_id=payment.id)
        given, kept = payment.intent_id or name, payment.fee_pence or 0
        rows += [
            row(Kind.DONATION, given, ledger.SUPPORTERS, fund, payment.amount_pence, happened_at=at),
            row(Kind.FEE, f"txn_example{name}", fund, ledger.STRIPE_FEES, kept, happened_at=at),
        ]
        if kind := back.get(index):
            pence = payment.refunded_pence + payment.disputed_pence
            later = min(at + timedelta(days=3), datetime.now(UTC))
            rows.append(row(kind, f"{kind}_example{name}", fund, ledger.SUPPORTERS, pence, happened_at=later))
    return rows
