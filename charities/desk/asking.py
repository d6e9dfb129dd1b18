"""Who may see a charity's desk: its partners; and what touches donors' data or money its finance partners alone."""

from dataclasses import dataclass

from starlette.requests import Request

from charities.models import Charity, Role
from fundraising.errors import Forbidden, NotFound
from fundraising.funds.addresses import Seen, fund_of
from fundraising.funds.models import FundKind, FundState
from fundraising.people.asking import Asker, StepNeeded, is_fresh, must_be_signed_in
from fundraising.store.database import connection

PARTNER = """
select c.id, p.role from charity c left join partner p on p.charity_id = c.id and p.person_id = $2 where c.fund_id = $1
"""


class FinanceStep(StepNeeded):
    """A finance partner has to show a passkey or a code first."""

    sentence = "What touches money or donors’ data needs a passkey or a code app. It takes a minute."


class StepUp(FinanceStep):
    """It has been shown too long ago."""

    sentence = "Please show your passkey or code once more: this hands out or moves what is not ours. Nothing was done."
    again = True


@dataclass(frozen=True, slots=True)
class Desk:
    """A charity's desk, and the partner who is asking.

    Args:
        charity_id: of the charity's own row; everything of this wing hangs on it.
        fund: of the charity; its payments, payouts and totals hang on that.
    """

    asker: Asker
    charity_id: int
    fund: Seen
    role: Role

    @property
    def path(self) -> str:
        """Its address below the site."""
        return f"{self.fund.path}/desk"

    @property
    def is_finance(self) -> bool:
        """Whether this partner may see donors and move money."""
        return self.role is Role.FINANCE

    async def charity(self) -> Charity:
        """The charity's row."""
        return await Charity.get(id=self.charity_id)


async def charity_of(request: Request) -> Charity:
    """The charity of an address of the organiser's desk, unpublished ones too, with its fund.

    Raises:
        NotFound
    """
    slug = request.path_params["slug"]
    charity = await Charity.get_or_none(fund__kind=FundKind.CHARITY, fund__slug=slug).prefetch_related("fund")
    if charity is None:
        raise NotFound
    return charity


async def must_be_partner(request: Request) -> Desk:
    """The desk of the address, for a partner of that charity.

    Raises:
        SignInNeeded; NotFound: of an unpublished charity also for everybody else; Forbidden: of any other.
    """
    asker = await must_be_signed_in(request)
    fund = await fund_of(request, hidden=True)
    async with connection() as reading:
        row = await reading.fetchrow(PARTNER, fund.id, asker.id)
    if row is None or (row["role"] is None and fund.state == FundState.HIDDEN):
        raise NotFound
    if row["role"] is None:
        raise Forbidden("This desk is for the charity’s own people.")
    return Desk(asker, row["id"], fund, Role(row["role"]))


async def must_be_finance(request: Request) -> Desk:
    """The same, for a finance partner who has shown a passkey or a code in this session.

    Raises:
        Forbidden: for a partner who may only view; FinanceStep.
    """
    desk = await must_be_partner(request)
    if not desk.is_finance:
        raise Forbidden("This is for the charity’s finance people. One of them can give you that role.")
    if desk.asker.strong_at is None:
        raise FinanceStep
    return desk


async def must_step_up(request: Request) -> Desk:
    """The same, for who has shown it within the last quarter of an hour: before anything that moves money or data.

    Raises:
        StepUp
    """
    desk = await must_be_finance(request)
    if not is_fresh(desk.asker):
        raise StepUp
    return desk
