"""Sponsorship by result: promised by who proves their address, withdrawn until the run, paid after it or let go.

A promise is nothing before its letter was answered, and is never in a total before it is paid.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from fundraising.errors import NotFound, Problem
from fundraising.funds.addresses import Seen
from fundraising.mail.letters import NewLetter, write
from fundraising.pledges.cash import announce_page
from fundraising.pledges.models import ResultPledge, Rule
from fundraising.pledges.sponsor_forms import SponsorForm
from fundraising.store.database import connection, transaction

LASTS = timedelta(days=7)  # until when the letter may be answered
MOST_AT_ONCE = 3  # unanswered letters to one address; whoever has three needs no fourth, and cannot be flooded
MOST_OF_ONE = 5  # promises of one address to one page
TOKEN = re.compile(r"[\w-]{32}", re.ASCII)
MOST_SHOWN = 50
UNANSWERED = """
select count(*) filter (where confirmed_at is null and made_at > $2) as open,
       count(*) filter (where confirmed_at is not null and fund_id = $3 and withdrawn_at is null) as held
from result_pledge where email = $1
"""
ADD = """
insert into result_pledge (id, fund_id, token, name, email, hide_name, rule, rate_pence, minutes, cap_pence, made_at,
                           reminders)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now(), 0) on conflict (id) do nothing returning id
"""
PROVE = """
update result_pledge set confirmed_at = now()
where token = $1 and confirmed_at is null and withdrawn_at is null and made_at > $2 returning fund_id
"""
WITHDRAW = """
update result_pledge set withdrawn_at = now()
where token = $1 and confirmed_at is not null and withdrawn_at is null and paid_at is null returning fund_id
"""
# On pages where strangers' words wait, their names do too: nobody looks at them here, so that they are not shown.
SHOWN = """
select r.*, f.currency, case when r.hide_name or f.messages_wait or coalesce(e.messages_wait, false) then ''
                             else r.name end as shown_name
from result_pledge r join fund f on f.id = r.fund_id left join fund e on e.id = f.event_id
where r.fund_id = $1 and r.confirmed_at is not null and r.withdrawn_at is null
order by r.confirmed_at desc, r.id limit $2
"""
HIDE = "update result_pledge set hide_name = true where id = $1 and fund_id = $2 returning id"
TIDY = "delete from result_pledge where confirmed_at is null and made_at < $1"


@dataclass(frozen=True, slots=True)
class Course:
    """What a page's runner has entered, as far as a sponsor cares; the roof hands in who knows.

    Args:
        is_timed: minutes can be counted; counts_laps: laps can.
        is_off: it is cancelled, or rests.
    """

    name: str
    starts_at: datetime
    is_timed: bool
    counts_laps: bool
    is_off: bool

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What a promise may depend on."""
        minutes, laps = (Rule.MINUTES_UNDER,) if self.is_timed else (), (Rule.LAPS,) if self.counts_laps else ()
        return (*minutes, *laps, Rule.FINISH)

    @property
    def is_ahead(self) -> bool:
        """Whether anybody may still promise: nobody knows yet how it goes."""
        return not self.is_off and datetime.now(UTC) < self.starts_at


CourseOf = Callable[[int], Awaitable[Course | None]]  # by the page's fund; None: its runner has no place


class TooLateToPromise(Problem):
    """The run has begun, or there is none."""

    status = 409
    title = "It is too late to promise"
    sentence = "The run has begun, or there is none, so nothing can be promised on it any more. You can still give."


class PromiseSpent(Problem):
    """A letter that was not answered in time, or a promise that is over."""

    status = 410
    title = "This promise is over"
    sentence = "It was withdrawn, or its letter was not answered within seven days. You are welcome to make another."


def must_be_ahead(course: Course | None) -> Course:
    """The course, if it can still be promised on.

    Raises:
        TooLateToPromise
    """
    if course is None or not course.is_ahead:
        raise TooLateToPromise
    return course


async def promise(fund: Seen, form: SponsorForm) -> None:
    """Keep a promise that holds once its letter is answered; sent twice, it is one.

    Who has letters waiting gets no more, and the answer is the same: nobody learns what an address has promised.
    """
    email, promised = form.email.lower(), form.promised
    async with transaction() as writing:
        await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 4))", email)
        known = await writing.fetchrow(UNANSWERED, email, datetime.now(UTC) - LASTS, fund.id)
        if known["open"] >= MOST_AT_ONCE or known["held"] >= MOST_OF_ONE:
            return
        of = (form.name, email, form.hide_name, str(promised.rule), promised.rate_pence, promised.minutes)
        added = await writing.fetchval(ADD, form.attempt, fund.id, secrets.token_urlsafe(24), *of, promised.cap_pence)
        if added:
            facts = {"pledge": str(form.attempt)}
            await write(writing, [NewLetter(email, "pledge_confirm", facts, f"pledge confirm {form.attempt}")])


async def get_pledge(token: str) -> ResultPledge:
    """The promise of an address, with its fund.

    Raises:
        NotFound: also of what does not look like one, which is not even asked for.
    """
    found = await ResultPledge.get_or_none(token=token).prefetch_related("fund") if TOKEN.fullmatch(token) else None
    if found is None:
        raise NotFound
    return found


async def prove(token: str) -> None:
    """The letter was answered: the promise holds.

    Raises:
        PromiseSpent: when it is too old, or was answered before.
    """
    await _do(PROVE, token, datetime.now(UTC) - LASTS)


async def withdraw(token: str) -> None:
    """The sponsor would rather not, before the run or after it; nobody asks why.

    Raises:
        PromiseSpent: when it is paid, or was withdrawn before.
    """
    await _do(WITHDRAW, token)


async def _do(statement: str, token: str, *given: object) -> None:
    async with transaction() as writing:
        fund = await writing.fetchval(statement, token, *given)
        if fund is None:
            raise PromiseSpent
        await announce_page(writing, fund)


async def see_promises(fund_id: int) -> Sequence[asyncpg.Record]:
    """The promises to a page that hold, the newest first; what the public may know of a name is `shown_name`."""
    async with connection() as reading:
        rows: Sequence[asyncpg.Record] = await reading.fetch(SHOWN, fund_id, MOST_SHOWN)
    return rows


async def hide_name(fund_id: int, pledge: UUID) -> None:
    """The runner would rather not have this name on the page.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        if await writing.fetchval(HIDE, pledge, fund_id) is None:
            raise NotFound


async def tidy() -> None:
    """By the clock: promises whose letter nobody answered are forgotten."""
    async with transaction() as writing:
        await writing.execute(TIDY, datetime.now(UTC) - LASTS)
