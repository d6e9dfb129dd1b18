"""What the account page shows of charities: the desks that are open to me."""

from collections.abc import Mapping
from typing import Any

from fundraising.people.asking import Asker
from fundraising.store.database import connection

DESKS = """
select f.slug, f.name, f.raised_pence, f.currency, p.role from partner p join charity c on c.id = p.charity_id
join fund f on f.id = c.fund_id where p.person_id = $1 order by f.name
"""


async def panel(asker: Asker) -> tuple[str, Mapping[str, Any]]:
    """Charities whose desk I may see."""
    async with connection() as reading:
        desks = [dict(row) for row in await reading.fetch(DESKS, asker.id)]
    return "charities/partners/_mine.html", {"charity_desks": desks}
