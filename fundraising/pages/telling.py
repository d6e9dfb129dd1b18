"""The letters to everybody who gave to a page, when its runner does not run after all."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from fundraising.mail.letters import write_from
from fundraising.store.database import connection as connection_

TEMPLATES = ("page_paused", "page_kept", "page_given")
# One for each address, however often somebody gave and however it was written; not for what went back as a whole.
DONORS = """
select d.email, $2::text, jsonb_build_object('donation', d.id, 'team', $4::bigint),
       concat_ws(' ', $2::text, $3::bigint, md5(lower(d.email)))
from (
  select distinct on (lower(d.email)) d.id, d.email from payment p join donation d on d.payment_id = p.id
  where p.fund_id = $3 and p.state = 'paid' and p.refunded_pence + p.disputed_pence < p.amount_pence
  order by lower(d.email), p.paid_at desc, p.id desc
) d
"""
# A page or a team that nobody may see any more is not named to those who gave while they could.
ABOUT = """
select d.name, d.token, case when f.state <> 'hidden' then f.name else '' end as fund,
       case when f.state <> 'hidden' then '/pages/' || f.slug else '' end as path, c.name as charity,
       $2::bigint is not null as had_team, coalesce(t.name, '') as team
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id join fund c on c.id = p.charity_id
     left join fund t on t.id = $2 and t.state <> 'hidden'
where d.id = $1
"""
SAMPLE: Mapping[str, Any] = {
    "name": "Ada Example", "token": "x" * 32, "fund": "Sam Sample", "path": "/pages/sam-sample",
    "charity": "Second Wind", "had_team": True, "team": "Reverse Charge",
}  # fmt: skip
SAMPLES: dict[str, Mapping[str, Any]] = dict.fromkeys(TEMPLATES, SAMPLE)


async def tell_donors(connection: asyncpg.Connection, fund_id: int, template: str, team_id: int | None) -> None:
    """Write to everybody who gave to a page, within the caller's transaction; of one kind each hears once.

    Args:
        team_id: the team's fund that it counted towards until now.
    """
    await write_from(connection, DONORS, template, fund_id, team_id)


async def shown_in_letter(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What such a letter shows, from the facts that were written with it."""
    async with connection_() as reading:
        return dict(await reading.fetchrow(ABOUT, UUID(facts["donation"]), facts["team"]))
