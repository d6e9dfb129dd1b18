"""What was reported of pages in aid of a charity, and what waits there: partners keep, hide and show it."""

from starlette.requests import Request

from charities.desk.asking import must_be_partner
from charities.desk.showing import PLACES
from fundraising.funds.models import Hider
from fundraising.moderation.desk import Looker
from fundraising.moderation.hiding import By


async def partner(request: Request) -> Looker:
    """A partner, who decides about gifts for the charity, and about pages in aid of it."""
    desk = await must_be_partner(request)
    framed = {"desk": desk, "fund": desk.fund, "desk_places": PLACES}
    by = By(Hider.PARTNER, desk.asker.id, charity_id=desk.fund.id)
    return Looker(by, f"{desk.path}/words", "charities/desk/frame.html", framed)
