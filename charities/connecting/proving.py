"""Proof that every payment by the organiser's bank stands in the ledger, and nothing else does in its name."""

import asyncpg

WRONG = """
select 'bank:' || b.id as source, b.pence, b.undone_at is not null as undone, t.pence as paid, f.pence as back
from bank_payout b join charity c on c.id = b.charity_id
left join transfer t on t.kind = 'payout' and t.source = 'bank:' || b.id and t.debit_account = 'fund:' || c.fund_id
left join transfer f on f.kind = 'payout_failed' and f.source = 'bank:' || b.id
where t.pence is distinct from b.pence or f.pence is distinct from case when b.undone_at is not null then b.pence end
order by b.id
"""
STRANGE = """
select t.source from transfer t where t.source like 'bank:%'
  and not exists (select from bank_payout b where t.source = 'bank:' || b.id) order by t.id
"""


async def prove(reading: asyncpg.Connection) -> list[str]:
    """A sentence for each that does not fit."""
    wrong = [
        f"{row['source']} is {row['pence']} pence{', undone' if row['undone'] else ''}; the ledger has"
        f" {row['paid']} paid out and {row['back']} sent back"
        for row in await reading.fetch(WRONG)
    ]
    return wrong + [f"the ledger has {row['source']}, which nobody recorded" for row in await reading.fetch(STRANGE)]
