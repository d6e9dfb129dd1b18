"""Funds, payments and gifts in great numbers, written as the application writes them but in bulk."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from uuid import UUID

import asyncpg

from bench.stage import Stage, connect
from fundraising.payments import ledger
from fundraising.payments.books import rebuild
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind
from fundraising.store.database import transaction
from fundraising.store.ids import new_id

FUND = """
insert into fund (kind, slug, name, summary, currency, raised_pence, gift_aid_pence, donations, version, state,
                  closed_because, colour, created_at, team_id, charity_id, event_id, target_pence)
values ($1, $2, $3, 'One line of why.', 'gbp', 0, 0, 0, 0, 'open', '', 0, now(), $4, $5, $6, 200000) returning id
"""
PAYMENTS = """
insert into payment (id, purpose, fund_id, charity_id, event_id, amount_pence, currency, gift_aid, livemode,
                     state, attempt, fingerprint, idempotency_key, refunded_pence, disputed_pence, created_at,
                     paid_at, intent_id)
select id, 'donation', fund_id, $3, $4, 1000, 'gbp', false, false, case when at is null then 'open' else 'paid' end,
       id, id::text, id::text, 0, 0, now(), at, case when at is not null then 'pi_' || id::text end
from unnest($1::uuid[], $2::bigint[], $5::timestamptz[]) as p (id, fund_id, at)
"""
DONATIONS = """
insert into donation (id, payment_id, token, name, email, message, hide_name, hide_amount, gift_pence, cover_pence,
                      gift_aid, contact_ok, contact_wording, created_at)
select id, id, replace(id::text, '-', ''), 'Ada Example', 'ada@example.org', 'Run well, backwards!', false, false, 1000,
       0, false, false, 'v', now()
from unnest($1::uuid[]) as d (id)
"""


@dataclass(frozen=True)
class Family:
    """An event with a charity, a team and runners in it."""

    event: int
    charity: int
    team: int
    runners: list[int]
    slug: str


async def sow_family(stage: Stage, runners: int) -> Family:
    """Funds without any gifts."""
    connection = await connect(stage)
    slug = f"b{token_hex(4)}"
    event = await connection.fetchval(FUND, "event", slug, "Bench Run", None, None, None)
    charity = await connection.fetchval(FUND, "charity", slug, "Bench Charity", None, None, None)
    team = await connection.fetchval(FUND, "team", slug, "Bench Team", None, charity, event)
    ids = [
        await connection.fetchval(FUND, "runner", f"{slug}-{i}", f"Runner {i}", team if i < 6 else None, charity, event)
        for i in range(runners)
    ]
    await connection.execute(
        "insert into event (fund_id, strapline, venue, starts_at, about, course, organiser, organiser_email,"
        " community_url, stage, notice, safety, fee_covers, refund_percent) values ($1, 'Turn round', 'A park',"
        " now() + interval '9 days', 'About it.', 'Flat.', 'We', 'a@example.org', '', 'open', '', '', '', 100)",
        event,
    )
    await connection.execute(
        "insert into pledge_page (fund_id, story, challenge, is_child)"
        " select id, $2, '', false from fund where kind = 'runner' and event_id = $1",
        event,
        "Because it is there, and because going round it forwards has been done. " * 6,
    )
    await connection.close()
    return Family(event, charity, team, ids, slug)


async def sow_payments(stage: Stage, family: Family, count: int) -> list[tuple[UUID, int]]:
    """Payments that wait for their event, spread over the runners."""
    connection = await connect(stage)
    ids = [new_id() for _ in range(count)]
    funds = [family.runners[i % len(family.runners)] for i in range(count)]
    await _write(connection, family, ids, funds, [None] * count)
    await connection.close()
    return [(id_, 1000) for id_ in ids]


async def sow_gifts(stage: Stage, family: Family, count: int) -> None:
    """Gifts of the last weeks, booked in the ledger, their totals kept."""
    connection = await connect(stage)
    now = datetime.now(UTC)
    for start in range(0, count, 20_000):
        size = min(20_000, count - start)
        ids = [new_id() for _ in range(size)]
        funds = [family.runners[i % len(family.runners)] for i in range(size)]
        at: list[datetime | None] = [now - timedelta(seconds=5 * (count - start - i)) for i in range(size)]
        await _write(connection, family, ids, funds, at)
        async with transaction() as writing:
            head = await ledger.lock(writing)
            await ledger.write(
                writing,
                head,
                [
                    Movement(
                        Kind.DONATION, f"pi_{id_}", ledger.SUPPORTERS, ledger.fund_account(fund), 1000, "gbp", id_, when
                    )
                    for id_, fund, when in zip(ids, funds, at, strict=True)
                    if when is not None
                ],
            )
    await connection.execute("analyze")
    await connection.close()
    await rebuild()


async def _write(
    connection: asyncpg.Connection, family: Family, ids: list[UUID], funds: list[int], at: list[datetime | None]
) -> None:
    await connection.execute(PAYMENTS, ids, funds, family.charity, family.event, at)
    await connection.execute(DONATIONS, ids)
