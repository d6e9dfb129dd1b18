"""Inviting: a single-use way into a seat, by letter or by link; sent again, renewed, revoked, declined."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
from pydantic import AfterValidator, BeforeValidator, EmailStr, Field

from fundraising.errors import Problem
from fundraising.mail.letters import NewLetter, write
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.web.forms import Form, OneLine
from fundraising.web.tokens import TOKEN, hashed, make_nonce, token_from
from teams.entries.forms import LEADS_AWAY, Name
from teams.roster.models import Invitation, Seat, SeatState, Team
from teams.roster.seats import REVOKE, SeatGone

LASTS = timedelta(days=14)
SAME_TAP = timedelta(seconds=20)
PURPOSE = "invitation"
SERIES = "invitations"  # whoever wants none is written none, in one click; the captain does not learn of it
LETTERS_OF_ONE = 3  # of one invitation
LETTERS_A_DAY = 20  # of one team, and to one address of all teams a quarter of it
# Locks in one order everywhere: the team, its seats, their invitations. One team's letters are counted one at a time.
LOCK = "select id from team where id = $1 for no key update"
INVITE = """
update seat set state = 'invited', name = $3 where id = $1 and team_id = $2 and state in ('empty', 'invited')
returning id
"""
SENT_BY_TEAM = """
select coalesce(sum(i.sends), 0) from invitation i join seat s on s.id = i.seat_id
where s.team_id = $1 and i.sent_at > now() - interval '1 day'
"""
SENT_TO = """
select coalesce(sum(sends), 0) from invitation where lower(email) = lower($1) and sent_at > now() - interval '1 day'
"""
SEND = "update invitation set sends = sends + 1, sent_at = now() where id = $1 and sends < $2 returning sends"
# Closed for the moment of this transaction, so that what it held is free for the entry that follows.
CLAIM = """
with was as (select id, seat_holds_place(seat) as held from seat where id = $1 and state = 'invited' for update),
     freed as (update seat set reserved_until = null, state = 'closed' from was where seat.id = was.id)
select held from was
"""
STILL_OPEN = """
select true from invitation
where id = $1 and used_at is null and revoked_at is null and declined_at is null and expires_at > now() for update
"""
SENTENCES = {
    "name": "Please write the name of whom you invite: it stands in the invitation.",
    "email": "Please enter an e-mail address such as sam@example.org, or leave it empty and pass on the link yourself.",
    "note": "A few words, at most 300 characters.",
}
NO_LINKS = "A note has no web address in it, and neither / nor @. Please write it without."


class InvitationOver(Problem):
    """A link that was used, taken back or has expired; or that never was, which we do not tell apart from expired.

    Args:
        sentence: which of these.
    """

    status = 410
    title = "This invitation is over"
    sentence = "It may be older than fourteen days. Please ask your captain for a new one; it takes them a moment."


class TooManyLetters(Problem):
    """More invitations by letter than anybody needs for a team."""

    status = 429
    title = "No more letters just now"
    sentence = "So many letters were sent already today. The link, the QR code and your phone's share sheet still work."


def _is_inert(value: str) -> str:
    """What a captain writes reaches people who did not ask for it: nothing in it may lead anywhere."""
    if LEADS_AWAY.search(value):
        raise ValueError(NO_LINKS)
    return value


class InviteForm(Form):
    """Whom a seat is for."""

    name: Annotated[Name, Field(min_length=1, max_length=60)]
    email: Annotated[EmailStr | None, BeforeValidator(lambda typed: typed if str(typed).strip() else None)] = None
    note: Annotated[str, OneLine, AfterValidator(_is_inert), Field(max_length=300)] = ""


def link_of(settings: Settings, invitation: Invitation) -> str:
    """The address that invites: made anew from the nonce, since nobody keeps the token."""
    return f"{settings.base_url}/join/{token_from(settings, PURPOSE, invitation.nonce)}"


async def invite(settings: Settings, team: Team, seat: int, form: InviteForm) -> Invitation:
    """Invite somebody to a seat; whoever was invited to it before is not any more.

    Raises:
        SeatGone; TooManyLetters
    """
    nonce, now = make_nonce(), datetime.now(UTC)
    async with transaction() as writing:
        await writing.execute(LOCK, team.id)
        if again := await _just_made(seat, form, now):
            return again
        if await writing.fetchval(INVITE, seat, team.id, form.name) is None:
            raise SeatGone
        await writing.execute(REVOKE, seat)
        made = await Invitation.create(
            id=new_id(),
            seat_id=seat,
            nonce=nonce,
            token_hash=hashed(token_from(settings, PURPOSE, nonce)),
            email=form.email or "",
            note=form.note,
            expires_at=now + LASTS,
        )
        if made.email:
            await _send(writing, team, made)
    return made


async def _just_made(seat: int, form: InviteForm, now: datetime) -> Invitation | None:
    """The invitation that the same form has made a moment ago: pressed twice, it is one letter, whose link is good."""
    return await Invitation.get_or_none(
        seat_id=seat,
        seat__name=form.name,
        email=form.email or "",
        note=form.note,
        used_at=None,
        revoked_at=None,
        declined_at=None,
        made_at__gt=now - SAME_TAP,
    )


async def send_again(team: Team, invitation: Invitation) -> None:
    """The same letter once more.

    Raises:
        TooManyLetters
    """
    async with transaction() as writing:
        await writing.execute(LOCK, team.id)
        await _send(writing, team, invitation)


async def _send(writing: asyncpg.Connection, team: Team, invitation: Invitation) -> None:
    """Raises: TooManyLetters."""
    of_team = await writing.fetchval(SENT_BY_TEAM, team.id)
    to_them = await writing.fetchval(SENT_TO, invitation.email)
    if of_team >= LETTERS_A_DAY or to_them >= LETTERS_A_DAY // 4:
        raise TooManyLetters
    nth = await writing.fetchval(SEND, invitation.id, LETTERS_OF_ONE)
    if nth is None:
        raise TooManyLetters("This invitation was sent three times already. Pass on the link yourself, or call them.")
    facts = {"invitation": str(invitation.id)}
    await write(
        writing, [NewLetter(invitation.email, "invitation", facts, f"invitation {invitation.id} {nth}", SERIES)]
    )


async def revoke(team: Team, seat: int) -> None:
    """Take an invitation back; the seat is empty again.

    Raises:
        SeatGone
    """
    async with transaction() as writing:
        freed = "update seat set state = 'empty', name = '' where id = $1 and team_id = $2 and state = 'invited'"
        if await writing.execute(freed, seat, team.id) != "UPDATE 1":
            if await Seat.exists(id=seat, team_id=team.id, state=SeatState.EMPTY):
                return  # it is taken back already
            raise SeatGone
        await writing.execute(REVOKE, seat)


async def find(token: str) -> Invitation:
    """The invitation of a link that still leads into a seat.

    Raises:
        InvitationOver: which says kindly why not.
    """
    found = None
    if TOKEN.fullmatch(token):
        of = "seat__team__race__event__fund", "seat__team__fund__charity", "seat__order"
        found = await Invitation.get_or_none(token_hash=hashed(token)).prefetch_related(*of)
    if found is None:
        raise InvitationOver
    if because := _over(found):
        raise InvitationOver(because)
    return found


def _over(invitation: Invitation) -> str:
    team = invitation.seat.team
    if invitation.revoked_at:
        return f"The captain of {team.fund.name} has taken it back, perhaps for a newer one. Do ask."
    if invitation.declined_at:
        return "It was declined. If that was a slip of the finger, ask the captain for a new one."
    if invitation.used_at or invitation.seat.state is SeatState.JOINED:
        return "It has been used: each is good for one. Was it you? Your account has your place. Else ask the captain."
    if team.ended_at:
        return f"{team.fund.name} does not run as a team any more."
    return "" if invitation.expires_at > datetime.now(UTC) else InvitationOver.sentence


async def decline(invitation: Invitation) -> None:
    """No, thank you: the captain sees an empty seat, and nobody else sees who said so."""
    async with transaction() as writing:
        await writing.execute("select id from seat where id = $1 for update", invitation.seat_id)
        ended = await writing.execute(
            "update invitation set declined_at = now()"
            " where id = $1 and used_at is null and revoked_at is null and declined_at is null",
            invitation.id,
        )
        if ended == "UPDATE 1":
            freed = "update seat set state = 'empty', reserved_until = null where id = $1 and state = 'invited'"
            await writing.execute(freed, invitation.seat_id)


@dataclass(frozen=True, slots=True)
class ByInvitation:
    """The way into a race that an invitation is (`teams.entries.ways.WayIn`)."""

    invitation: Invitation

    @property
    def key(self) -> str:
        """The invitation."""
        return str(self.invitation.id)

    @property
    def team_id(self) -> int:
        """The team's fund."""
        return self.invitation.seat.team.fund_id

    @property
    def is_paid(self) -> bool:
        """The captain has paid for the seat."""
        return self.invitation.seat.order_id is not None

    async def claim(self, connection: asyncpg.Connection) -> Counter[int]:
        """The seat is this runner's, if nobody was faster.

        Raises:
            InvitationOver
        """
        seat = await connection.fetchrow(CLAIM, self.invitation.seat_id)
        if seat is None:
            raise InvitationOver("Somebody else has just taken this seat, and is paying. Nothing has been taken.")
        if not await connection.fetchval(STILL_OPEN, self.invitation.id):
            raise InvitationOver("It was used or taken back while you filled in the form. Nothing has been taken.")
        return Counter({self.invitation.seat.team.race_id: 1} if seat["held"] else {})

    async def sit(self, connection: asyncpg.Connection, entry: UUID) -> None:
        """The seat is taken; it is joined once the entry is placed, or free again when it lapses."""
        taken = "update seat set entry_id = $2, state = 'taken' where id = $1"
        await connection.execute(taken, self.invitation.seat_id, entry)
