"""What the account page shows of teams: those that I lead."""

from collections.abc import Mapping
from typing import Any

from fundraising.people.asking import Asker
from fundraising.store.database import connection

LED = """
select f.slug, f.name, f.colour, f.picture_id, f.state, t.is_private, t.captain_id = $1 as is_captain, r.name as race,
       r.least_in_team as least, r.most_in_team as most, f.raised_pence, f.currency,
       count(s.id) filter (where s.state = 'joined') as joined,
       count(s.id) filter (where s.state = 'empty') as empty,
       (select count(*) from join_request j where j.team_id = t.id and j.answered_at is null) as asking
from team t join fund f on f.id = t.fund_id join race r on r.id = t.race_id left join seat s on s.team_id = t.id
where (t.captain_id = $1 or t.co_captain_id = $1) and t.ended_at is null
group by f.id, t.id, r.id order by t.founded_at desc
"""


async def panel(asker: Asker) -> tuple[str, Mapping[str, Any]]:
    """Teams that I lead, each with a way to its desk."""
    async with connection() as reading:
        led = [dict(row) for row in await reading.fetch(LED, asker.id)]
    return "teams/roster/_mine.html", {"led": led}
