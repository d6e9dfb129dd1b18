"""My gifts: what a person sees of them on the account, who has proved the address by signing in."""

from collections.abc import Mapping
from typing import Any

from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.payments.models import standing
from fundraising.people.asking import Asker
from fundraising.store.database import connection

MOST = 12
GIFTS = """
select d.token, d.gift_aid, p.state, p.amount_pence, p.refunded_pence, p.disputed_pence, p.currency,
       coalesce(p.paid_at, p.created_at) as at, f.kind, f.slug, f.state as fund_state, c.name as charity,
       case when f.state <> 'hidden' then f.name else 'A private ' || replace(f.kind, 'runner', 'page') end as name
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id join fund c on c.id = p.charity_id
where lower(d.email) = lower($1) and p.state in ('paid', 'processing') order by at desc, d.id desc limit $2
"""


async def panel(asker: Asker) -> tuple[str, Mapping[str, Any]]:
    """The latest gifts of an address, each with its receipt."""
    async with connection() as reading:
        rows = await reading.fetch(GIFTS, asker.email, MOST)
    gifts = [
        dict(row)
        | {
            "path": path_of(FundKind(row["kind"]), row["slug"]),
            "pence": standing(row["state"], row["amount_pence"], row["refunded_pence"], row["disputed_pence"]),
        }
        for row in rows
    ]
    return "fundraising/donations/_mine.html", {"gifts": gifts}
