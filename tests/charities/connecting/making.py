"""Things for tests: a payment by the organiser's bank, as the desk records it."""

from datetime import UTC, date, datetime

from charities.connecting.models import BankPayout
from charities.models import Charity
from fundraising.payments import ledger
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind
from fundraising.people.models import Person
from fundraising.store.database import transaction


async def make_bank_payout(charity: Charity, made_by: Person, reference: str, pence: int = 5) -> BankPayout:
    """A payout with its transfer."""
    async with transaction() as writing:
        made = await BankPayout.create(
            charity=charity, pence=pence, reference=reference, paid_on=date(2026, 11, 1), made_by=made_by
        )
        fund, bank = ledger.fund_account(charity.fund_id), ledger.bank_account(charity.fund_id)
        paid = Movement(Kind.PAYOUT, f"bank:{made.id}", fund, bank, pence, "gbp", None, datetime.now(UTC))
        await ledger.write(writing, await ledger.lock(writing), [paid])
    return made
