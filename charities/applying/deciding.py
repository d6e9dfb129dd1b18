"""What happens to an application: sent, confirmed, asked back, approved, declined. Each with its letter."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from charities.applying.forms import ApplyForm, CharityForm
from charities.applying.models import Application, Register, Step
from charities.applying.numbers import NAMES
from charities.models import Charity, Partner, Role
from fundraising.errors import NotFound, Problem
from fundraising.funds.models import Fund, FundKind
from fundraising.funds.opening import NewFund, open_fund
from fundraising.mail.letters import NewLetter, write
from fundraising.people import persons
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.web.tokens import TOKEN, hashed, make_nonce, token_from

PURPOSE = "application"
MOST_A_DAY = 3  # to one address: it may be somebody else's
ORGANISERS = "select email from person where is_organiser and email is not null order by id"
LETTERS = (
    "application_confirm", "application_here", "application_asked", "application_approved", "application_declined",
)  # fmt: skip


class TooManyApplications(Problem):
    """More letters to one address than anybody wants."""

    status = 429
    title = "That address has letters from us already"
    sentence = "Please look into its letters: the link in each of them opens the application. Or come back tomorrow."


class NotNow(Problem):
    """An application in another step than the verb is for; somebody else was quicker."""

    status = 409
    title = "Somebody was quicker"
    sentence = "This application has changed since you opened it. Please look at it again."


class KnownAlready(Problem):
    """A charity of that number is here."""

    status = 409
    title = "This charity is here already"
    sentence = "A charity with this number is on the site. Its partners can invite you to its desk."


async def apply(settings: Settings, form: ApplyForm) -> None:
    """Keep an application, and write to its address; the organiser hears of it once that has been confirmed.

    Raises:
        KnownAlready; TooManyApplications
    """
    email, nonce, now = form.email.lower(), make_nonce(), datetime.now(UTC)
    async with transaction() as writing:
        await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 7))", email)
        await must_be_new(writing, form.number)
        if await Application.filter(email=email, made_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
            raise TooManyApplications
        made = await Application.create(
            id=new_id(),
            nonce=nonce,
            token_hash=hashed(token_from(settings, PURPOSE, nonce)),
            **form.model_dump(exclude={"email"}, by_alias=True),
            email=email,
        )
        await _write(writing, email, "application_confirm", made.id, 0)


async def must_be_new(writing: asyncpg.Connection, number: str) -> None:
    """No charity here has a number, nor gets it before the caller's transaction is over.

    Raises:
        KnownAlready
    """
    if number:
        await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 8))", number)
        if await Charity.exists(number=number):
            raise KnownAlready


async def find_application(token: str) -> Application:
    """The application that a link opens.

    Raises:
        NotFound
    """
    found = await Application.get_or_none(token_hash=hashed(token)) if TOKEN.fullmatch(token) else None
    if found is None:
        raise NotFound
    return found


async def send(application: Application, form: CharityForm | None) -> None:
    """Confirm the address, or answer what was asked back: now it is the organiser's turn.

    Args:
        form: as it reads now; None: as it was.

    Raises:
        NotNow; KnownAlready
    """
    async with transaction() as writing:
        now = await _locked(application.id, Step.UNCONFIRMED, Step.ASKED_BACK)
        if form is not None:
            await must_be_new(writing, form.number)
        sent_at = datetime.now(UTC)
        changed: dict[str, Any] = form.model_dump(by_alias=True) if form else {}
        changed |= {"step": Step.WAITING, "sent_at": sent_at, "version": now.version + 1}
        changed |= {} if now.confirmed_at else {"confirmed_at": sent_at}
        await Application.filter(id=now.id).update(**changed)
        for row in await writing.fetch(ORGANISERS):
            await _write(writing, row["email"], "application_here", now.id, now.version)


async def ask_back(application: UUID, version: int, words: str) -> None:
    """Ask the charity for more.

    Raises:
        NotFound; NotNow
    """
    async with transaction() as writing:
        now = await _locked(application, Step.WAITING, version=version)
        await Application.filter(id=now.id).update(step=Step.ASKED_BACK, words=words, version=now.version + 1)
        await _write(writing, now.email, "application_asked", now.id, now.version)


async def decline(application: UUID, version: int, by: int, words: str) -> None:
    """Decline, with a reason.

    Raises:
        NotFound; NotNow
    """
    async with transaction() as writing:
        now = await _locked(application, Step.WAITING, version=version)
        await Application.filter(id=now.id).update(
            step=Step.DECLINED, words=words, version=now.version + 1, decided_at=datetime.now(UTC), decided_by_id=by
        )
        await _write(writing, now.email, "application_declined", now.id, now.version)


async def approve(application: UUID, version: int, by: int) -> Fund:
    """Let a charity in: its page is public from now on, and whoever applied is its first finance partner.

    Raises:
        NotFound; NotNow; KnownAlready
    """
    async with transaction() as writing:
        now = await _locked(application, Step.WAITING, version=version)
        await must_be_new(writing, now.number)
        charity = await _open(writing, now)
        person = await persons.get_or_make(writing, now.email, now.contact_name)
        await Partner.create(charity=charity, person_id=person, role=Role.FINANCE)
        await Application.filter(id=now.id).update(
            step=Step.APPROVED,
            version=now.version + 1,
            decided_at=datetime.now(UTC),
            decided_by_id=by,
            charity=charity,
        )
        await _write(writing, now.email, "application_approved", now.id, now.version)
    return charity.fund


async def _open(writing: asyncpg.Connection, application: Application) -> Charity:
    new = NewFund(FundKind.CHARITY, application.name, None, summary=application.summary, colour=application.colour)
    fund = await open_fund(writing, new)
    if application.picture_id:
        await Fund.filter(id=fund).update(picture_id=application.picture_id)
    return await Charity.create(
        fund=await Fund.get(id=fund),
        number=application.number,
        register=NAMES[Register(application.register)],
        **{name: getattr(application, name) for name in ("hmrc_reference", "website", "about", "what_ten_does")},
        contact_name=application.contact_name,
        contact_email=application.email,
    )


async def _locked(application: UUID, *steps: Step, version: int | None = None) -> Application:
    found = await Application.filter(id=application).select_for_update().first()
    if found is None:
        raise NotFound
    if found.step not in steps or (version is not None and found.version != version):
        raise NotNow
    return found


async def _write(writing: asyncpg.Connection, to: str, template: str, application: UUID, version: int) -> None:
    once = f"{template} {application} {version} {hashed(to)[:16]}"
    await write(writing, [NewLetter(to, template, {"application": str(application)}, once)])
