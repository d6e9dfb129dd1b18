"""Partners come and go: invited by letter, given a role, removed. A charity with partners keeps one for finance."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from pydantic import EmailStr

from charities.desk.asking import Desk
from charities.models import Charity, Partner, PartnerInvitation, Role
from fundraising.errors import Forbidden, NotFound, Problem
from fundraising.mail.letters import NewLetter, write
from fundraising.people.asking import Asker
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.web.forms import Form
from fundraising.web.tokens import TOKEN, hashed, make_nonce, token_from

LASTS = timedelta(days=14)
PURPOSE = "partner"
MOST_A_DAY = 20  # invitations of one charity
LETTER = "partner_invited"
SENTENCES = {
    "email": "Please enter an e-mail address such as sam@example.org.",
    "role": "Please choose what they may do.",
}
# One charity's partners are counted and changed by one at a time.
LOCK = "select id from charity where id = $1 for no key update"
OPEN = "used_at is null and revoked_at is null and expires_at > now()"


class InviteForm(Form):
    """Whom to invite, and for what."""

    email: EmailStr
    role: Role


class RoleForm(Form):
    """What a partner may do."""

    role: Role


class PartnerAlready(Problem):
    """Somebody who is a partner is invited once more."""

    status = 409
    title = "Already a partner"
    sentence = "This address belongs to one of your partners. You can change what they may do below."


class TooManyInvitations(Problem):
    """More than a charity needs in a day."""

    status = 429
    title = "No more letters today"
    sentence = "So many invitations were sent today. Please come back tomorrow."


class LastForFinance(Problem):
    """Nobody would be left who may see money and donors."""

    status = 409
    title = "The last one for finance"
    sentence = "Make somebody else a finance partner first: one has to be left."


class InvitationOver(Problem):
    """A link that was used, taken back or has expired."""

    status = 410
    title = "This invitation is over"
    sentence = "It was used, taken back, or is older than fourteen days. Please ask for a new one."


async def invite(settings: Settings, charity_id: int, by: int, email: str, role: Role) -> None:
    """Invite somebody to a charity's desk by letter; an earlier invitation to the same address is taken back.

    Args:
        by: the person who invites: a finance partner, or an organiser.

    Raises:
        PartnerAlready; TooManyInvitations
    """
    email, nonce = email.lower(), make_nonce()
    async with transaction() as writing:
        await writing.execute(LOCK, charity_id)
        if await Partner.exists(charity_id=charity_id, person__email=email):
            raise PartnerAlready
        since = datetime.now(UTC) - timedelta(days=1)
        if await PartnerInvitation.filter(charity_id=charity_id, made_at__gt=since).count() >= MOST_A_DAY:
            raise TooManyInvitations
        await writing.execute(
            f"update partner_invitation set revoked_at = now() where charity_id = $1 and email = $2 and {OPEN}",  # noqa: S608
            charity_id,
            email,
        )
        made = await PartnerInvitation.create(
            id=new_id(),
            charity_id=charity_id,
            email=email,
            role=role,
            nonce=nonce,
            token_hash=hashed(token_from(settings, PURPOSE, nonce)),
            made_by_id=by,
            expires_at=datetime.now(UTC) + LASTS,
        )
        await write(writing, [NewLetter(email, LETTER, {"invitation": str(made.id)}, f"{LETTER} {made.id}")])


async def revoke(desk: Desk, invitation: UUID) -> None:
    """Take an invitation back.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        changed = await writing.execute(
            f"update partner_invitation set revoked_at = now() where id = $1 and charity_id = $2 and {OPEN}",  # noqa: S608
            invitation,
            desk.charity_id,
        )
    if changed == "UPDATE 0":
        raise NotFound


async def find_invitation(token: str) -> PartnerInvitation:
    """The invitation of a link, while it is good.

    Raises:
        NotFound; InvitationOver
    """
    found = None
    if TOKEN.fullmatch(token):
        found = await PartnerInvitation.get_or_none(token_hash=hashed(token)).prefetch_related("charity__fund")
    if found is None:
        raise NotFound
    if found.used_at or found.revoked_at or found.expires_at < datetime.now(UTC):
        raise InvitationOver
    return found


async def accept(asker: Asker, token: str) -> Charity:
    """Become a partner.

    Raises:
        NotFound; InvitationOver; Forbidden: for whoever has another address than the one that was invited.
    """
    async with transaction() as writing:
        found = await find_invitation(token)
        await writing.execute(LOCK, found.charity_id)
        if asker.email != found.email:
            raise Forbidden("This invitation was sent to another address. Sign in with that one to take it.")
        taken = await writing.execute(
            f"update partner_invitation set used_at = now() where id = $1 and {OPEN}",  # noqa: S608
            found.id,
        )
        if taken == "UPDATE 0":
            raise InvitationOver
        await _make_partner(writing, found.charity_id, asker.id, found.role)
    return found.charity


async def _make_partner(writing: asyncpg.Connection, charity: int, person: int, role: Role) -> None:
    await writing.execute(
        "insert into partner (charity_id, person_id, role, made_at) values ($1, $2, $3, now())"
        " on conflict (charity_id, person_id) do update set role = excluded.role",
        charity,
        person,
        str(role),
    )


async def change_role(desk: Desk, partner: int, role: Role) -> None:
    """Give a partner another role.

    Raises:
        NotFound; LastForFinance
    """
    async with transaction() as writing:
        await writing.execute(LOCK, desk.charity_id)
        found = await _get_partner(desk, partner)
        if found.role is Role.FINANCE and role is not Role.FINANCE:
            await _must_leave_one(desk, found)
        await Partner.filter(id=found.id).update(role=role)


async def remove(desk: Desk, partner: int) -> None:
    """End a partnership, one's own too.

    Raises:
        NotFound; LastForFinance
    """
    async with transaction() as writing:
        await writing.execute(LOCK, desk.charity_id)
        found = await _get_partner(desk, partner)
        if found.role is Role.FINANCE:
            await _must_leave_one(desk, found)
        await Partner.filter(id=found.id).delete()


async def _get_partner(desk: Desk, partner: int) -> Partner:
    found = await Partner.get_or_none(id=partner, charity_id=desk.charity_id)
    if found is None:
        raise NotFound
    return found


async def _must_leave_one(desk: Desk, leaving: Partner) -> None:
    others = Partner.filter(charity_id=desk.charity_id, role=Role.FINANCE, id__not=leaving.id)
    if not await others.exists():
        raise LastForFinance
