"""The desk: every payment with what a bank or a charity may do to it, every account, and how events are delivered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fundraising.sandbox import accounts, disputing, money, paying, paying_out, refunding, sessions
from fundraising.sandbox.manner import Order
from fundraising.sandbox.pages import Pages
from fundraising.sandbox.reading import pending
from fundraising.sandbox.shelf import Page, Thing
from fundraising.sandbox.trouble import How as Wrong
from fundraising.sandbox.trouble import Troubles, trouble_of
from fundraising.sandbox.views import MOST_BYTES, bound
from fundraising.sandbox.wire import Body, Refused
from fundraising.sandbox.world import Kind, World, must, newest

PAYMENTS, EVENTS = 30, 15
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A payment on the desk.

    Args:
        what: the first line of what is paid.
        state: in a word of ours, for its label.
        left_pence: that can be refunded.
    """

    session: Body
    what: str
    payee: str
    charge: Body | None
    dispute: Body | None
    state: str
    left_pence: int
    position: int


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account on the desk."""

    body: Body
    name: str
    is_ours: bool
    balance_pence: int
    available_pence: int


class Desk:
    """The page and its forms.

    Args:
        troubles: that are to come.
        set_manner: called with how events are delivered from now on.
    """

    def __init__(self, pages: Pages, troubles: Troubles, set_manner: Callable[[Body], None]) -> None:
        self._pages = pages
        self._troubles = troubles
        self._set_manner = set_manner

    async def show(self, pages: Pages, world: World, request: Request) -> Response:
        """The desk, the newest payments first."""
        before = request.query_params.get("before", "")
        after = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
        found = world.shelf.listed(Kind.SESSION, None, Page(limit=PAYMENTS, after=after))
        rows = [_row(world, session) for session in found[:PAYMENTS]]
        events = world.shelf.listed(Kind.EVENT, None, Page(limit=EVENTS))[:EVENTS]
        return pages.html(
            "desk",
            rows=rows,
            older=rows[-1].position if len(found) > PAYMENTS else None,
            is_first=after is None,
            accounts=_accounts(world),
            events=[(event.body, pending(world, event.id)) for event in events],
            deliveries=world.shelf.count_deliveries(),
            manner=world.manner,
            orders=list(Order),
            wrongs=list(Wrong),
            troubles=self._troubles.plain(),
        )

    async def act(self, pages: Pages, world: World, request: Request) -> Response:
        """A button of the desk was pressed."""
        form = await pages.form(request)
        do = form.get("do", "")
        if do in ("deliver", "fail_next", "clear"):
            self._steer(do, form)
        else:
            action = ACTIONS.get(do)
            if action is None:
                raise Refused("The form did not say what to do.")
            with world.together():
                action(world, form)
        return pages.away(f"{pages.root}/#{form.get('from', '')}")

    def _steer(self, do: str, form: Form) -> None:
        """How events are delivered, and what goes wrong next."""
        try:
            if do == "deliver":
                self._set_manner({"order": form.get("order", ""), "seconds": _number(form, "seconds")})
            elif do == "fail_next":
                given = {"how": form.get("how", ""), "times": int(_number(form, "times") or 1)}
                given |= {"status": int(_number(form, "status") or 500), "seconds": _number(form, "seconds")}
                self._troubles.add(trouble_of(given))
            else:
                self._troubles.clear()
        except ValueError as error:
            raise Refused(f"{error}.".capitalize()) from None

    def routes(self, world: Callable[[], World]) -> list[Route]:
        """The addresses of the desk."""
        of = partial(bound, self._pages, world)
        return [
            Route("/", of(self.show)),
            Route("/desk", of(self.act), methods=["POST"], max_body_size=MOST_BYTES),
        ]


def _row(world: World, session: Thing) -> Row:
    charge = paying.charge_of(world, session)
    dispute = newest(world, Kind.DISPUTE, session.account, charge=charge.id) if charge else None
    body = charge.body if charge else None
    left = body["amount"] - body["amount_refunded"] if body and body["status"] == "succeeded" else 0
    return Row(
        session=session.body,
        what=session.hidden["items"][0]["description"],
        payee=accounts.name_of(world.need(Kind.ACCOUNT, session.account)),
        charge=body,
        dispute=dispute.body if dispute else None,
        state=_state(session.body, body, dispute.body if dispute else None),
        left_pence=0 if charge and charge.hidden.get("charged_back") else left,
        position=session.position,
    )


def _state(session: Body, charge: Body | None, dispute: Body | None) -> str:
    if dispute and dispute["status"] not in disputing.CLOSED:
        return "asked about" if dispute["status"] in disputing.ASKING else "disputed"
    if dispute and dispute["status"] == "lost":
        return "lost"
    if charge and charge["refunded"]:
        return "refunded"
    if session["status"] != "complete":
        return "declined" if charge and session["status"] == "open" else str(session["status"])
    return {"succeeded": "paid", "pending": "on its way"}.get(charge["status"] if charge else "", "failed")


def _accounts(world: World) -> list[AccountRow]:
    found = [world.need(Kind.ACCOUNT, world.platform)]
    found += world.shelf.listed(Kind.ACCOUNT, world.platform, Page(limit=200, hidden={"connected": True}))
    return [_account(world, account) for account in found]


def _account(world: World, account: Thing) -> AccountRow:
    rows = money.unpaid(world, account.id)
    return AccountRow(
        body=account.body,
        name=accounts.name_of(account),
        is_ours=account.id == world.platform,
        balance_pence=sum(row.body["net"] for row in rows),
        available_pence=sum(row.body["net"] for row in rows if row.body["available_on"] <= world.now()),
    )


def _number(form: Form, name: str) -> float:
    text = form.get(name, "").strip() or "0"
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} must be a number") from None


def _pence(form: Form) -> int | None:
    """Pounds as typed; nothing typed means all of it."""
    text = form.get("pounds", "").strip().removeprefix("£").replace(",", "")
    if not text:
        return None
    try:
        pence = Decimal(text) * 100
        whole = int(pence)
    except (InvalidOperation, OverflowError, ValueError):
        raise Refused("The amount is no sum of money.") from None
    must(pence == whole and whole > 0, "The amount is no sum of money.")
    return whole


def _charge(world: World, form: Form) -> Thing:
    return world.need(Kind.CHARGE, form.get("id", ""))


def _dispute(world: World, form: Form) -> Thing:
    return world.need(Kind.DISPUTE, form.get("id", ""))


def _refund(world: World, form: Form) -> None:
    refunding.refund(world, _charge(world, form), _pence(form), fails_later="fails_later" in form)


def _expire(world: World, form: Form) -> None:
    sessions.expire(world, world.need(Kind.SESSION, form.get("id", "")))


def _pay_out(world: World, form: Form, fails: bool) -> None:
    paying_out.pay_out(world, accounts.usable(world, form.get("id", "")), fails=fails, wait=True)


ACTIONS: Mapping[str, Callable[[World, Form], object]] = {
    "refund": _refund,
    "dispute": lambda world, form: disputing.open_dispute(world, _charge(world, form)),
    "inquiry": lambda world, form: disputing.open_dispute(world, _charge(world, form), inquiry=True),
    "win": lambda world, form: disputing.close(world, _dispute(world, form), won=True),
    "lose": lambda world, form: disputing.close(world, _dispute(world, form), won=False),
    "settle": lambda world, form: paying.settle_bank_debit(world, form.get("id", ""), succeed=True),
    "bounce": lambda world, form: paying.settle_bank_debit(world, form.get("id", ""), succeed=False),
    "expire": _expire,
    "pay_out": lambda world, form: _pay_out(world, form, fails=False),
    "pay_out_fails": lambda world, form: _pay_out(world, form, fails=True),
    "ask": lambda world, form: accounts.ask(world, form.get("id", "")),
    "disable": lambda world, form: accounts.close(world, form.get("id", "")),
    "onboard": lambda world, form: accounts.onboard(world, form.get("id", "")),
    "disconnect": lambda world, form: accounts.deauthorize(world, form.get("id", "")),
    "resend": lambda world, form: world.resend(world.need(Kind.EVENT, form.get("id", ""))),
}
