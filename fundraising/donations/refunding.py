"""A gift that is asked back: the request, its letters, and what the organiser answers.

Money moves only by Stripe's own event. What is granted is kept with the key for Stripe before Stripe is asked, and a
job asks again until Stripe has answered: nothing is lost, and nothing goes back twice.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from fundraising.errors import Problem, StripeGone
from fundraising.mail.letters import NewLetter, write
from fundraising.payments import settle
from fundraising.payments.gift_aid import STANDS, lock
from fundraising.payments.models import Purpose, standing
from fundraising.payments.stripe import Stripe, StripeRefused
from fundraising.store.database import as_rows, connection, transaction
from fundraising.store.queue import Job, enqueue
from fundraising.web.words import money

GIVE_BACK = "donations.give_back"  # the job that asks Stripe, when Stripe did not answer whoever granted it
AGAIN_AFTER = timedelta(minutes=1)
OPEN = "refund_asked_at is not null and refund_answered_at is null"
ASK = f"""
update donation set refund_asked_at = clock_timestamp(), refund_reason = $2, refund_answer = '',
       refund_answered_at = null, refund_answered_by_id = null, refund_granted_pence = null, refund_key = ''
where id = $1 and not ({OPEN}) returning refund_asked_at
"""  # noqa: S608 - put together from constants, as below
ORGANISERS = "select email from person where is_organiser and email is not null order by id"
REFUSE = f"""
update donation set refund_answered_at = now(), refund_answer = $3, refund_answered_by_id = $4
where id = $1 and refund_asked_at = $2 and {OPEN} returning email
"""  # noqa: S608
GRANT = f"""
update donation set refund_answered_at = now(), refund_granted_pence = $3, refund_key = $4, refund_answered_by_id = $5
where id = $1 and refund_asked_at = $2 and {OPEN} returning payment_id
"""  # noqa: S608
REOPEN = """
update donation set refund_answered_at = null, refund_granted_pence = null, refund_key = '',
       refund_answered_by_id = null
where refund_key = $1
"""
ANOTHER_KEY = "update donation set refund_key = $2 where refund_key = $1"
GRANTED = "select payment_id, refund_granted_pence from donation where id = $1 and refund_key = $2"
CLOSE = f"""
update donation d set refund_answered_at = now(), refund_granted_pence = m.pence
from json_to_recordset($2::json) as m (payment_id uuid, pence bigint)
where d.payment_id = m.payment_id and d.payment_id = any($1) and {OPEN}
"""  # noqa: S608
WAITING = f"select count(*) from donation where {OPEN}"  # noqa: S608
ABOUT = """
select d.token, d.name, d.email, d.refund_reason, d.refund_answer, d.refund_asked_at, f.name as fund, c.name as charity,
       p.amount_pence, p.amount_pence - p.refunded_pence - p.disputed_pence as standing_pence, p.currency, p.paid_at
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id join fund c on c.id = p.charity_id
where d.id = $1
"""
TEMPLATES = ("refund_asked", "refund_asked_of", "refund_refused")
SAMPLE: Mapping[str, Any] = {
    "token": "x" * 32, "name": "Ada Example", "email": "ada@example.org", "refund_reason": "I meant to give £2.50.",
    "refund_answer": "You asked five months later, and the charity has spent it on blankets.", "fund": "Sam Sample",
    "charity": "Second Wind", "amount_pence": 2500, "standing_pence": 2500, "currency": "gbp",
    "paid_at": datetime.fromisoformat("2026-11-20T12:00:00+00:00"), "contact": "hello@example.org",
}  # fmt: skip
SAMPLES: dict[str, Mapping[str, Any]] = dict.fromkeys(TEMPLATES, SAMPLE)
Finance = Callable[[asyncpg.Connection, int], Awaitable[list[str]]]  # addresses of who does a charity's money


class CannotAsk(Problem):
    """A gift that cannot be asked back here; says why."""

    status = 409
    title = "This cannot be asked back here"


class AnsweredAlready(Problem):
    """Somebody else was quicker, or the supporter has asked anew."""

    status = 409
    title = "This has been answered meanwhile"
    sentence = "Somebody has answered this request, or it was asked anew. Nothing more was done: please look again."


class NotTaken(Problem):
    """Stripe has understood, and refused; the request is open again."""

    status = 409
    title = "Stripe does not give this back"


class AskedAgainLater(StripeGone):
    """Stripe did not answer: what was granted is kept, and asked for by a job."""

    title = "Stripe did not answer"
    sentence = (
        "Your answer is kept, and Stripe is asked again by itself until it has given the money back, once. "
        "There is nothing more for you to do."
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What an organiser answers to.

    Args:
        asked_at: of the request that was seen; of a newer one it is no answer.
        by: the organiser.
    """

    donation_id: UUID
    asked_at: datetime
    by: int


def refusal(purpose: Purpose, stands_pence: int) -> str:
    """Why a gift cannot be asked back here; empty when it can. Pure."""
    if purpose is Purpose.CASH:
        return "This gift was made in cash: please ask whoever collected it, or write to the organiser."
    if purpose is not Purpose.DONATION:
        return "What a sponsor's pot adds goes back by itself with the gift."
    return "" if stands_pence > 0 else "Nothing of this gift stands, so there is nothing to give back."


async def ask(donation_id: UUID, reason: str, finance: Finance, contact: str) -> bool:
    """Ask a gift back: the organisers hear of it, and those who do the charity's money.

    Args:
        contact: who hears of it where nobody is an organiser yet.

    Returns:
        False when it is asked back already: a second press changes nothing.

    Raises:
        CannotAsk
    """
    async with transaction() as writing:
        payment_id = await writing.fetchval("select payment_id from donation where id = $1", donation_id)
        payment = await lock(writing, payment_id)
        if because := refusal(Purpose(payment["purpose"]), standing(*(payment[name] for name in STANDS))):
            raise CannotAsk(because)
        asked_at = await writing.fetchval(ASK, donation_id, reason)
        if asked_at is None:
            return False
        organisers = [row["email"] for row in await writing.fetch(ORGANISERS)] or [contact]
        partners = set(await finance(writing, payment["charity_id"])) - set(organisers)
        told = [("refund_asked", to) for to in organisers] + [("refund_asked_of", to) for to in sorted(partners)]
        facts = {"donation": str(donation_id), "contact": contact}
        once = f"{donation_id} {asked_at:%y%m%d%H%M%S}"
        letters = [NewLetter(to, template, facts, f"{template} {once} {n}") for n, (template, to) in enumerate(told)]
        await write(writing, letters)
        return True


async def refuse(answer: Answer, because: str) -> None:
    """Say why not; the supporter gets a letter.

    Raises:
        AnsweredAlready
    """
    async with transaction() as writing:
        email = await writing.fetchval(REFUSE, answer.donation_id, answer.asked_at, because, answer.by)
        if email is None:
            raise AnsweredAlready
        once = f"refund_refused {answer.donation_id} {answer.asked_at:%y%m%d%H%M%S}"
        await write(writing, [NewLetter(email, "refund_refused", {"donation": str(answer.donation_id)}, once)])


async def grant(stripe: Stripe, answer: Answer, pence: int) -> None:
    """Give some of a gift back, or all of it.

    Raises:
        AnsweredAlready; CannotAsk: when less than that stands; NotTaken: when Stripe refuses;
        AskedAgainLater: when Stripe does not answer.
    """
    key = _new_key(answer.donation_id)
    async with transaction() as writing:
        payment_id = await writing.fetchval("select payment_id from donation where id = $1", answer.donation_id)
        payment = await lock(writing, payment_id)
        stands = standing(*(payment[name] for name in STANDS))
        if pence > stands:
            raise CannotAsk(f"Only {money(stands)} of this gift stands.")
        if await writing.fetchval(GRANT, answer.donation_id, answer.asked_at, pence, key, answer.by) is None:
            raise AnsweredAlready
        await enqueue(writing, [_again(answer.donation_id, key)])
    try:
        is_done = await give_back(stripe, donation_id=answer.donation_id, key=key)
    except StripeRefused as refused:
        raise NotTaken(f"Stripe says: {refused.message} The request is open again.") from None
    except StripeGone:
        is_done = False
    if not is_done:
        raise AskedAgainLater


async def give_back(stripe: Stripe, *, donation_id: UUID, key: str) -> bool:
    """Ask Stripe for what was granted, if need be once more: with the same key it is given once. A job, too.

    Returns:
        False when another job will ask, with another key.

    Raises:
        StripeRefused: then the request is open again; StripeGone: then it is asked for again.
    """
    async with connection() as reading:
        granted = await reading.fetchrow(GRANTED, donation_id, key)
    if granted is None:
        return True  # it was refused, and the request is open again; or another job asks by now
    payment_id, pence = granted["payment_id"], granted["refund_granted_pence"]
    try:
        await settle.refund(stripe, payment_id=payment_id, pence=pence, key=key)
    except StripeRefused as refused:
        if not refused.key_is_spent:
            await _reopen(key)
            raise
        # Stripe stumbled, and would say the same of this key for a day. What it has done is seen by its refunds.
        if not await settle.was_refunded(stripe, payment_id=payment_id, key=key):
            await _with_another_key(donation_id, key)
            return False
    return True


async def _reopen(key: str) -> None:
    async with transaction() as writing:
        await writing.execute(REOPEN, key)


async def _with_another_key(donation_id: UUID, spent: str) -> None:
    key = _new_key(donation_id)
    async with transaction() as writing:
        await writing.execute(ANOTHER_KEY, spent, key)
        await enqueue(writing, [_again(donation_id, key)])


def _new_key(donation_id: UUID) -> str:
    return f"refund-{donation_id}-{uuid4().hex[:12]}"


def _again(donation_id: UUID, key: str) -> Job:
    return Job(GIVE_BACK, {"donation": str(donation_id), "key": key}, once=key, after=AGAIN_AFTER)


async def close(writing: asyncpg.Connection, returned: Sequence[tuple[UUID, int]]) -> None:
    """A gift that has gone back as a whole, from Stripe's own desk perhaps, is asked back no longer.

    Args:
        returned: payments of which nothing stands any more, and the pence that went back last; in the transaction of
            that fact.
    """
    ids = [payment_id for payment_id, _ in returned]
    await writing.execute(CLOSE, ids, as_rows(("payment_id", "pence"), returned))


async def count_waiting() -> int:
    """How many requests wait for an answer."""
    async with connection() as reading:
        return int(await reading.fetchval(WAITING))


async def shown_in_letter(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a letter about a request shows."""
    async with connection() as reading:
        row = await reading.fetchrow(ABOUT, UUID(facts["donation"]))
    return dict(row) | {"contact": facts.get("contact", "")}
