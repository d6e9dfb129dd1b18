"""What happens when a charity changes what it says of itself: kept, shown at once, and the organiser told of what they
had approved.

Changes of one charity come one after the other, and each is compared with what its partner had seen: whoever saves
second is told, and overwrites nothing unawares.
"""

from collections.abc import Mapping
from typing import Annotated

import asyncpg
from pydantic import BeforeValidator, EmailStr

from charities.applying import forms
from charities.applying.deciding import ORGANISERS, must_be_new
from charities.applying.forms import COLOURS, NumbersForm, SaidForm
from charities.applying.numbers import NAMES, register_of
from charities.desk.asking import Desk
from fundraising.funds.counting import announce
from fundraising.funds.pictures import put_up
from fundraising.mail.letters import NewLetter, write
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id
from fundraising.web.saving import is_as_typed, must_be_as_seen

LETTER = "charity_changed"
SAID = ("name", "website", "summary", "about", "what_ten_does", "colour", "contact_name", "contact_email")
NUMBERS = ("register", "number", "hmrc_reference")
# What the organiser has approved, by what the letter calls it.
APPROVED = {"name": "Name", "number": "Number", "hmrc_reference": "HMRC’s reference"}
SENTENCES = forms.SENTENCES | {"contact_email": "Please enter an address such as sam@example.org."}
STANDS = """
select f.name, f.summary, f.colour, c.website, c.about, c.what_ten_does, c.contact_name, c.contact_email, c.number,
       c.register as register_words, c.hmrc_reference
from charity c join fund f on f.id = c.fund_id where c.id = $1
"""
# As everybody at the desk does: first the charity's row, then its fund.
LOCK = "select id from charity where id = $1 for no key update"
LOCK_FUND = "select id from fund where id = $1 for no key update"
CHANGE_FUND = "update fund set name = $2, summary = $3, colour = $4, version = version + 1 where id = $1"
CHANGE_SAID = """
update charity set website = $2, about = $3, what_ten_does = $4, contact_name = $5, contact_email = $6 where id = $1
"""
CHANGE_NUMBERS = "update charity set number = $2, register = $3, hmrc_reference = $4 where id = $1"


class DetailsForm(SaidForm):
    """What a charity says of itself, and whom the organiser may ask."""

    contact_email: Annotated[EmailStr, BeforeValidator(lambda typed: str(typed).strip().lower())]


async def find_details(desk: Desk) -> dict[str, str]:
    """How a charity stands, as somebody would have typed it; and, as `register_words`, what its page says."""
    async with connection() as reading:
        return await _stands(reading, desk)


async def _stands(reading: asyncpg.Connection, desk: Desk) -> dict[str, str]:
    row = await reading.fetchrow(STANDS, desk.charity_id)
    return dict(row) | {"colour": COLOURS[row["colour"]], "register": str(register_of(row["number"]))}


def part(stands: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """What one form is about, of all that stands."""
    return {name: stands[name] for name in names}


async def change_said(desk: Desk, form: DetailsForm, seen: str) -> None:
    """Change what a charity says of itself. Its address stays, since it stands on posters by then.

    Args:
        seen: the version that the partner had before them.

    Raises:
        Overtaken
    """
    async with transaction() as writing:
        stands = await _locked(writing, desk)
        if is_as_typed(form, part(stands, SAID)):
            return  # the button was pressed twice
        must_be_as_seen(part(stands, SAID), seen)
        await writing.execute(CHANGE_FUND, desk.fund.id, form.name, form.summary, form.colour)
        said = (form.website, form.about, form.what_ten_does, form.contact_name, form.contact_email)
        await writing.execute(CHANGE_SAID, desk.charity_id, *said)
        await _tell(writing, desk, stands)


async def change_numbers(desk: Desk, form: NumbersForm, seen: str) -> None:
    """Change under which numbers a charity is known: its claims hang on them.

    Args:
        seen: the version that the partner had before them.

    Raises:
        Overtaken; KnownAlready: when another charity has the number.
    """
    async with transaction() as writing:
        stands = await _locked(writing, desk)
        if is_as_typed(form, part(stands, NUMBERS)):
            return
        must_be_as_seen(part(stands, NUMBERS), seen)
        if form.number != stands["number"]:
            await must_be_new(writing, form.number)
        register = NAMES[form.registered_with] if form.number != stands["number"] else stands["register_words"]
        await writing.execute(CHANGE_NUMBERS, desk.charity_id, form.number, register, form.hmrc_reference)
        await _tell(writing, desk, stands)


async def change_logo(desk: Desk, picture_id: str | None) -> None:
    """Show another logo, or none."""
    async with transaction() as writing:
        await writing.execute(LOCK, desk.charity_id)
        await put_up(writing, desk.fund.id, picture_id)


async def _locked(writing: asyncpg.Connection, desk: Desk) -> dict[str, str]:
    await writing.execute(LOCK, desk.charity_id)
    await writing.execute(LOCK_FUND, desk.fund.id)
    return await _stands(writing, desk)


async def _tell(writing: asyncpg.Connection, desk: Desk, before: Mapping[str, str]) -> None:
    """Let every page that shows it be read again; and organisers know when it is not what they approved any more."""
    await announce(writing, [desk.fund.id])
    now = await _stands(writing, desk)
    changed = [
        {"what": called, "before": before[name], "now": now[name]}
        for name, called in APPROVED.items()
        if before[name] != now[name]
    ]
    if changed:
        facts = {"charity": before["name"], "slug": desk.fund.slug, "changed": changed}
        rows, once = await writing.fetch(ORGANISERS), new_id().hex
        letters = [NewLetter(row["email"], LETTER, facts, f"{LETTER} {once} {at}") for at, row in enumerate(rows)]
        await write(writing, letters)
