"""What this room keeps of a person: who they are, where they are signed in, and by what."""

import asyncpg

from fundraising.people.records import Kept, Record, Rows, Whom, rows_of

TABLES = {
    "you": "Your name, your address, and since when we have known you.",
    "sessions": "Where you are signed in.",
    "sign_in_links": "Links that were asked for with your address, in the last days.",
    "passkeys": "Your passkeys, by the names that you gave them. The secret of a passkey never leaves your device.",
    "code_apps": "Whether you use an app that shows codes.",
}
YOU = "select name, email, is_organiser, sign_ins, made_at from person where id = $1"
SESSIONS = "select device, way, made_at, seen_at, expires_at from session where person_id = $1 order by made_at"
LINKS = """
select email, purpose, made_at, expires_at, used_at from sign_in_link
where email = $2 and (person_id = $1 or person_id is null) order by made_at
"""
PASSKEYS = "select name, made_at, used_at from passkey where person_id = $1 order by made_at"
CODE_APPS = "select made_at, confirmed_at from code_app where person_id = $1"
FORGET = (
    "delete from session where person_id = $1",
    "delete from passkey where person_id = $1",
    "delete from code_app where person_id = $1",
    "delete from challenge where person_id = $1",
    """
    update person set email = null, name = '', is_organiser = false, sign_ins = 0, erased_at = now()
    where id = $1 and erased_at is null
    """,
)
# The last: the word to an earlier address of theirs, which says where letters go now.
FORGET_ADDRESS = (
    "delete from sign_in_link where email = $1",
    "delete from letter where template = 'email_changed' and facts ->> 'new' = $1",
)


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {
        "you": await rows_of(reading, YOU, whom.person),
        "sessions": await rows_of(reading, SESSIONS, whom.person),
        "sign_in_links": await rows_of(reading, LINKS, whom.person, whom.email),
        "passkeys": await rows_of(reading, PASSKEYS, whom.person),
        "code_apps": await rows_of(reading, CODE_APPS, whom.person),
    }


async def _erase(writing: asyncpg.Connection, whom: Whom) -> Kept | None:
    for statement in FORGET_ADDRESS:
        await writing.execute(statement, whom.email)
    if whom.person is not None:
        await writing.execute("delete from sign_in_link where person_id = $1", whom.person)
        for statement in FORGET:
            await writing.execute(statement, whom.person)
    return None


RECORD = Record(TABLES, _export, _erase)
