"""What is true of a gift at this instant: the path of its money, its Gift Aid, and whether it was asked back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from fundraising.donations import declaring, refunding
from fundraising.donations.fees import costs
from fundraising.donations.models import Declaration, Donation
from fundraising.donations.receiving import parts_of
from fundraising.donations.tax_years import day_in_uk, declarable_until
from fundraising.funds.addresses import Seen, see_funds
from fundraising.payments.models import ConnectedAccount, Kind, Payment, PaymentState, Transfer
from fundraising.store.database import connection
from fundraising.web.words import masked

BACK = (
    Kind.REFUND, Kind.REFUND_FAILED, Kind.DISPUTE, Kind.DISPUTE_WON, Kind.CASH_RETURNED, Kind.MATCH_RETURNED,
)  # fmt: skip


@dataclass(frozen=True)
class Receipt:
    """A gift, with all that its receipt tells.

    Args:
        back: what went back, and what came again of that, in its order.
        declarations: newest first; of them one stands at the most.
        parts: the gifts that were paid together with it, itself among them.
        statement_name: as the supporter's bank shows it.
        again: where the form is found as it was sent, for who has not paid yet.
    """

    donation: Donation
    payment: Payment
    fund: Seen
    charity: Seen
    back: Sequence[Transfer]
    declarations: Sequence[Declaration]
    parts: Sequence[Mapping[str, Any]]
    statement_name: str | None
    again: str

    @property
    def is_paid(self) -> bool:
        """Whether it has arrived."""
        return self.payment.state is PaymentState.PAID

    @property
    def declaration(self) -> Declaration | None:
        """The newest, cancelled or not."""
        return self.declarations[0] if self.declarations else None

    @property
    def stands_declared(self) -> bool:
        """Whether a declaration stands now."""
        return self.declaration is not None and self.declaration.cancelled_at is None

    @cached_property
    def no_gift_aid_because(self) -> str:
        """Why Gift Aid cannot be added; empty when it can."""
        was_claimed = any(one.claimed_on for one in self.declarations)
        asked = declaring.eligible(self.donation, self.payment, was_claimed=was_claimed)
        return asked.refusal(day_in_uk(datetime.now(UTC)))

    @property
    def may_declare(self) -> bool:
        """Whether Gift Aid can be added now."""
        return not self.stands_declared and not self.no_gift_aid_because

    @property
    def declaration_for(self) -> str:
        """The sentence of a declaration that is made now."""
        assert self.payment.paid_at is not None
        today = day_in_uk(datetime.now(UTC))
        return declaring.sentence(self.charity.name, day_in_uk(self.payment.paid_at), today)[1]

    @property
    def is_asked_back(self) -> bool:
        """Whether a request waits for its answer."""
        return self.donation.refund_asked_at is not None and self.donation.refund_answered_at is None

    @property
    def cannot_be_asked_back(self) -> str:
        """Why not; empty when it can."""
        return refunding.refusal(self.payment.purpose, self.payment.standing_pence)

    @property
    def shown(self) -> dict[str, Any]:
        """What its page shows that changes."""
        payment, paid_at = self.payment, self.payment.paid_at
        return {
            "receipt": self,
            "donation": self.donation,
            "payment": payment,
            "fund": self.fund,
            "charity": self.charity,
            "costs": costs(payment.amount_pence, with_gift_aid=self.donation.gift_aid),
            "back": self.back,
            "declaration": self.declaration,
            "declarable_until": declarable_until(day_in_uk(paid_at)) if paid_at else None,
            "parts": self.parts,
            "statement_name": self.statement_name,
            "moving": payment.state in (PaymentState.MADE, PaymentState.OPEN),
            "masked": masked(self.donation.email),
        }


async def read(donation: Donation) -> Receipt:
    """The receipt of a donation, whose payment was fetched with it."""
    payment: Payment = donation.payment
    fund_id, charity_id = payment.fund_id or 0, payment.charity_id or 0
    funds = await see_funds([fund_id, charity_id])
    async with connection() as reading:
        parts = await parts_of(reading, payment.together_id)
    return Receipt(
        donation,
        payment,
        funds[fund_id],
        funds[charity_id],
        await Transfer.filter(payment_id=payment.id, kind__in=BACK).order_by("id"),
        await Declaration.filter(donation_id=donation.id).order_by("-made_at", "-id"),
        parts,
        await _statement_name(payment),
        f"{await _form_of(payment, funds[fund_id])}?again={donation.token}",
    )


async def _form_of(payment: Payment, fund: Seen) -> str:
    """The form that a gift was made by: of several gifts together that of the team whose pages they were made to."""
    if payment.together_id is None:
        return f"{fund.path}/donate"
    team_id = fund.team_id or fund.id
    teams = await see_funds([team_id])
    return f"{teams[team_id].path}/donate/several"


async def _statement_name(payment: Payment) -> str | None:
    """What Stripe said of this payment, or of the one it was paid with; else what it says of the charity's account."""
    if payment.together_id:
        payment = await Payment.get(id=payment.together_id)
    if payment.statement_name or payment.account is None:
        return payment.statement_name
    account = await ConnectedAccount.get_or_none(stripe_id=payment.account)
    return account.statement_name if account else None
