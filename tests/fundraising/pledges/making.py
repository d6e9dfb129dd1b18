"""Things for tests of promises: lines of a paper form, and the verbs in one word each."""

from datetime import date
from uuid import UUID

from fundraising.pledges import cash
from fundraising.pledges.forms import BankingForm, line
from fundraising.pledges.models import Banking, CashGift
from fundraising.store.ids import new_id


async def type_in(fund: int, person: int, *pence: int, collected: bool = True, attempt: UUID | None = None, **typed: str) -> list[int]:  # fmt: skip
    """Lines of a paper form.

    Returns:
        Their ids.
    """
    given = {"collected": "on"} if collected else {}
    forms = [(n, line({"name": f"Ada {n}", "amount": f"{p / 100:.2f}"} | given | typed)) for n, p in enumerate(pence)]
    known = set(await CashGift.all().values_list("id", flat=True))
    await cash.add(fund, person, attempt or new_id(), forms)
    return sorted(set(await CashGift.all().values_list("id", flat=True)) - known)


async def pay_in(fund: int, person: int, lines: list[int], reference: str = "500001") -> Banking:
    """A paying-in slip for these lines."""
    form = BankingForm(reference=reference, banked_on=date.today().isoformat())  # type: ignore[arg-type]
    await cash.pay_in(fund, person, form, lines)
    return await Banking.all().order_by("-id").first()  # type: ignore[return-value]
