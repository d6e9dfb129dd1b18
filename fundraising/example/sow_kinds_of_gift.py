"""Gifts of the example that are more than one to one page: in honour of somebody, from a company, several in one go."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from fundraising.donations import wording
from fundraising.donations.fees import card_fee
from fundraising.donations.models import Donation
from fundraising.example.teams import TEAMS
from fundraising.funds.models import Fund
from fundraising.payments import ledger
from fundraising.payments.booking import part_source
from fundraising.payments.ledger import Movement
from fundraising.payments.models import ConnectedAccount, Kind, Payment, PaymentState, Purpose
from fundraising.payments.together import shares
from fundraising.store.ids import new_id

CHARITY_FUNDED = "wilf-ormesher"  # the charity pays for his place
HONOURED = ("Grandad Joe", "Our Maureen", "Mr Ollerton, who taught us all", "Auntie Lil", "Bernard, always")
COMPANIES = ("Hollins & Daughters, ironmongers", "The Night Bakery Ltd", "Tib Lane Bicycles", "Ancoats Type Foundry")
EVERY_HONOUR, EVERY_COMPANY = 17, 29
SEVERAL_PENCE, SEVERAL = 50_00, 3  # £16.67 and twice £16.66
SEVERAL_GIVER, SEVERAL_WORDS = "Marjorie Hollins-Penn", "I could not choose between you, so there is some for each."


def say_more(donations: Sequence[Donation]) -> None:
    """Now and then somebody is honoured, or a company gives: never with Gift Aid."""
    for number, donation in enumerate(donations):
        if number % EVERY_HONOUR == 3:
            donation.in_honour_of = HONOURED[number // EVERY_HONOUR % len(HONOURED)]
        if number % EVERY_COMPANY == 5 and not donation.gift_aid:
            donation.company = COMPANIES[number // EVERY_COMPANY % len(COMPANIES)]


@dataclass(frozen=True, slots=True)
class Several:
    """Several gifts that were paid in one go, and what the ledger has of them."""

    whole: Payment
    parts: list[Payment]
    donations: list[Donation]
    movements: list[Movement]

    def paid_out_with_parts(self) -> None:
        """The whole went to the bank with its parts."""
        self.whole.payout_id, self.whole.paid_out_at = self.parts[0].payout_id, self.parts[0].paid_out_at


def give_several(funds: Mapping[str, Fund], accounts: Mapping[int, ConnectedAccount]) -> Several:
    """One amount for two runners of the first team and for the team itself, two days ago."""
    team = TEAMS[0]
    to = [funds[slug] for slug in (*team.members[: SEVERAL - 1], team.slug)]
    charity, account = funds[team.charity], accounts.get(funds[team.charity].id)
    at, fee = datetime.now(UTC) - timedelta(days=2, hours=3), card_fee().of(SEVERAL_PENCE)
    whole_id, *ids = sorted(new_id() for _ in range(1 + len(to)))
    name = whole_id.hex[-16:]

    def payment(**given: object) -> Payment:
        about = {"account": account.stripe_id if account else None, "livemode": False, "state": PaymentState.PAID}
        when = {"created_at": at, "paid_at": at, "available_at": at + timedelta(days=7)}
        made = Payment(attempt=uuid4(), charity_id=charity.id, **about, **when, **given)
        made.net_pence = made.amount_pence - (made.fee_pence or 0)
        return made

    whole = payment(
        id=whole_id, purpose=Purpose.TOGETHER, amount_pence=SEVERAL_PENCE, fee_pence=fee, fingerprint=name,
        idempotency_key=f"checkout-{whole_id}", session_id=f"cs_test_example{name}", intent_id=f"pi_example{name}",
        charge_id=f"ch_example{name}", statement_name=account.statement_name if account else None,
    )  # fmt: skip
    amounts = shares(SEVERAL_PENCE, [1] * len(to))
    parts = [
        payment(
            id=id_, purpose=Purpose.DONATION, together_id=whole_id, fund_id=fund.id, event_id=fund.event_id,
            amount_pence=pence, fee_pence=kept, fingerprint="", idempotency_key=f"part-{id_}",
        )
        for id_, fund, pence, kept in zip(ids, to, amounts, shares(fee, amounts), strict=True)
    ]  # fmt: skip
    return Several(whole, parts, [_donation(part) for part in parts], _movements(whole, parts))


def _donation(part: Payment) -> Donation:
    return Donation(
        id=new_id(), payment_id=part.id, token=secrets.token_urlsafe(24), name=SEVERAL_GIVER, message=SEVERAL_WORDS,
        email="marjorie@example.org", gift_pence=part.amount_pence, contact_wording=wording.CONTACT_VERSION,
        created_at=part.created_at,
    )  # fmt: skip


def _movements(whole: Payment, parts: Sequence[Payment]) -> list[Movement]:
    rows = []
    for number, part in enumerate(parts, 1):
        fund, at = ledger.fund_account(part.fund_id or 0), part.created_at
        paid, kept = part_source(whole.intent_id or "", number), part_source(f"txn_example{whole.id.hex[-16:]}", number)
        rows += [
            Movement(Kind.DONATION, paid, ledger.SUPPORTERS, fund, part.amount_pence, part.currency, part.id, at),
            Movement(Kind.FEE, kept, fund, ledger.STRIPE_FEES, part.fee_pence or 0, part.currency, part.id, at),
        ]
    return rows
