"""Whose page is it: the runner's fund of an address, for the person whose page it is, and for nobody else.

The pledge page has a room of its own above; every room that gives a runner something to do with it asks here.
"""

from dataclasses import dataclass

from starlette.requests import Request

from fundraising.errors import Forbidden, NotFound
from fundraising.funds.addresses import Seen, fund_of
from fundraising.funds.models import FundState
from fundraising.people.asking import Asker, must_be_signed_in
from fundraising.store.database import connection

PAGE = "select id, person_id, is_child from pledge_page where fund_id = $1"


@dataclass(frozen=True, slots=True)
class Own:
    """A runner's page, and the person who looks after it: the runner, or the parent or guardian of a child.

    Args:
        page_id: of its row.
        is_child: its runner is under 18.
    """

    asker: Asker
    fund: Seen
    page_id: int
    is_child: bool


async def must_own(request: Request) -> Own:
    """The page of the address, for whoever looks after it.

    Raises:
        SignInNeeded; NotFound: also of a hidden page, for everybody else; Forbidden: of any other.
    """
    asker = await must_be_signed_in(request)
    fund = await fund_of(request, hidden=True)
    async with connection() as reading:
        page = await reading.fetchrow(PAGE, fund.id)
    if page is None or (page["person_id"] != asker.id and fund.state == FundState.HIDDEN):
        raise NotFound
    if page["person_id"] != asker.id:
        raise Forbidden("Only the runner whose page this is can do that.")
    return Own(asker, fund, page["id"], page["is_child"])
