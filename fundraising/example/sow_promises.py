"""Sows what is promised in the example: cash on its way from the paper to the bank, and sponsors by result."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from fundraising.example.people import CAPTAIN, OTHER_RUNNER, RUNNER
from fundraising.funds.models import Fund, FundKind
from fundraising.pages.models import PledgePage
from fundraising.people.models import Person
from fundraising.pledges import cash, confirming
from fundraising.pledges.forms import BankingForm, line
from fundraising.pledges.models import CashGift, CashState, ResultPledge, Rule
from fundraising.store.ids import new_id

# Page; name, pounds and how far it has come: promised, collected, paid in, confirmed.
CASH = {
    RUNNER: (
        ("Chair three, Tuesday morning", "12.50", "confirmed"), ("Mr Ambrose, nine hairs", "20", "confirmed"),
        ("Beard trims in March", "46", "banked"), ("Winston next door", "10", "banked"),
        ("The jar by the till", "18.40", "collected"), ("Auntie Pearl", "20", "collected"),
        ("Gloria at the bakery", "10", "promised"), ("The Thursday dominoes table", "25", "promised"),
    ),
    OTHER_RUNNER: (("Night shift, ward 4", "35", "collected"), ("Security desk", "5", "promised")),
    CAPTAIN: (("Bowls club raffle nobody won", "31", "confirmed"), ("Harriers' tea tin", "8.75", "collected")),
}  # fmt: skip
# Page; name, rule, pounds for each, minutes, at most; hidden.
SPONSORS = {
    RUNNER: (
        ("Marcia Pennington-Blake", Rule.MINUTES_UNDER, 2, 14, 20, False),
        ("Clippers Wholesale", Rule.FINISH, 25, None, 25, False),
        ("Dennis Okafor", Rule.MINUTES_UNDER, 1, 15, 10, True),
    ),
    OTHER_RUNNER: (("Sister Aoife Brannigan", Rule.MINUTES_UNDER, 5, 12, 25, False),),
    CAPTAIN: (("Tail End Harriers' physio", Rule.FINISH, 10, None, 10, False),),
}  # fmt: skip


async def sow_promises() -> None:
    """Cash and sponsors, beside the gifts that are sown already; what counts is confirmed by the organiser."""
    organiser = await Person.get(email="organiser@example.org")
    for slug, lines in CASH.items():
        fund = await Fund.get(kind=FundKind.RUNNER, slug=slug)
        page = await PledgePage.get(fund=fund)
        await _sow_cash(fund.id, page.person_id or 0, organiser.id, lines)
    for slug, sponsors in SPONSORS.items():
        fund = await Fund.get(kind=FundKind.RUNNER, slug=slug)
        await ResultPledge.bulk_create([_pledge(fund, sponsor) for sponsor in sponsors])


async def _sow_cash(fund: int, runner: int, organiser: int, lines: tuple[tuple[str, str, str], ...]) -> None:
    typed = [
        (n, line({"name": name, "amount": pounds} | ({} if state == "promised" else {"collected": "on"})))
        for n, (name, pounds, state) in enumerate(lines)
    ]
    await cash.add(fund, runner, new_id(), typed)
    ids = await CashGift.filter(fund_id=fund, state=CashState.COLLECTED).order_by("id").values_list("id", "name")
    far = {name: state for name, _, state in lines}
    for number, state in enumerate(("confirmed", "banked")):
        mine = [int(id_) for id_, name in ids if far[str(name)] == state]
        if not mine:
            continue
        day = datetime.now(UTC).date() - timedelta(days=9 - 7 * number)
        form = BankingForm(reference=f"50004{fund % 10}-{number + 1}", banked_on=day)
        banking = await cash.pay_in(fund, runner, form, mine)
        if state == "confirmed":
            await confirming.confirm(banking, organiser, livemode=False)


def _pledge(fund: Fund, sponsor: tuple[str, Rule, int, int | None, int, bool]) -> ResultPledge:
    id_ = new_id()
    name, rule, rate, minutes, cap, hidden = sponsor
    return ResultPledge(
        id=id_, fund=fund, token=secrets.token_urlsafe(24), name=name, email=f"sponsor-{id_.hex[-6:]}@example.org",
        hide_name=hidden, rule=rule, rate_pence=rate * 100, minutes=minutes, cap_pence=cap * 100,
        confirmed_at=datetime.now(UTC) - timedelta(days=6),
    )  # fmt: skip
