"""Showing things: as they stand now, with what was asked to be expanded, one by one or in pages.

Sources: https://docs.stripe.com/api/expanding_objects, https://docs.stripe.com/api/pagination.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from fundraising.sandbox import money
from fundraising.sandbox.shelf import DeliveryState, Page, Thing
from fundraising.sandbox.wire import Body, Invalid
from fundraising.sandbox.world import Kind, World

DEEPEST = 4
MOST, USUAL = 100, 10
EVENTS_LAST_SECONDS = 30 * 86_400
ANY = ""  # of whatever kind its id names
LINKS: Mapping[str, Mapping[str, str]] = {  # what may be expanded; "-" is null in all that the sandbox makes
    Kind.SESSION: {
        "customer": "-",
        "invoice": "-",
        "line_items": "list",
        "payment_intent": Kind.INTENT,
        "payment_link": "-",
        "setup_intent": "-",
        "subscription": "-",
    },
    Kind.INTENT: {
        "application": "-",
        "customer": "-",
        "latest_charge": Kind.CHARGE,
        "on_behalf_of": "-",
        "review": "-",
    },
    Kind.CHARGE: {
        "application": "-",
        "application_fee": "-",
        "balance_transaction": Kind.TRANSACTION,
        "customer": "-",
        "failure_balance_transaction": "-",
        "on_behalf_of": "-",
        "payment_intent": Kind.INTENT,
        "refunds": "list",
        "review": "-",
        "source_transfer": "-",
    },
    Kind.REFUND: {
        "balance_transaction": Kind.TRANSACTION,
        "charge": Kind.CHARGE,
        "customer": "-",
        "failure_balance_transaction": Kind.TRANSACTION,
        "payment_intent": Kind.INTENT,
        "source_transfer_reversal": "-",
        "transfer_reversal": "-",
    },
    Kind.DISPUTE: {"charge": Kind.CHARGE, "payment_intent": Kind.INTENT},
    Kind.TRANSACTION: {"source": ANY},
    Kind.PAYOUT: {
        "balance_transaction": Kind.TRANSACTION,
        "failure_balance_transaction": Kind.TRANSACTION,
        "original_payout": "-",
        "reversed_by": "-",
    },
}


def must_expand(kind: str, paths: Sequence[str], before: str = "") -> None:
    """Only what is there can be expanded.

    Args:
        kind: of the thing that is answered with.
        before: what stands before the path in a list: `data.`

    Raises:
        Invalid: in Stripe's words.
    """
    for path in paths:
        steps = path.removeprefix(before).split(".")
        if not path.startswith(before) or not _leads_somewhere(kind, steps):
            raise Invalid(f"This property cannot be expanded ({path}).", param="expand")
        if len(steps) > DEEPEST:
            raise Invalid(f"You cannot expand more than {DEEPEST} levels of a property.", param="expand")


def _leads_somewhere(kind: str, steps: Sequence[str]) -> bool:
    for step in steps:
        if kind == ANY:
            return True
        target = LINKS.get(kind, {}).get(step)
        if target is None:
            return False
        kind = target
    return True


def show(world: World, thing: Thing, expand: Sequence[str] = ()) -> Body:
    """A thing as the API answers with it.

    Args:
        expand: paths below it, such as `payment_intent.latest_charge`.
    """
    body = dict(thing.body)
    if thing.kind == Kind.TRANSACTION:
        body = money.standing(body, world.now())
    if thing.kind == Kind.EVENT:
        body["pending_webhooks"] = pending(world, thing.id)
    for name in {path.split(".")[0] for path in expand}:
        deeper = [path.partition(".")[2] for path in expand if path.startswith(f"{name}.")]
        body[name] = _expanded(world, thing, name, deeper)
    return body


def _expanded(world: World, thing: Thing, name: str, deeper: Sequence[str]) -> object:
    if name == "line_items":
        return _short_list(thing.hidden["items"], f"/v1/checkout/sessions/{thing.id}/line_items")
    if name == "refunds":
        refunds = world.shelf.listed(Kind.REFUND, thing.account, Page(limit=USUAL, equal={"charge": thing.id}))
        return _short_list([show(world, refund) for refund in refunds], f"/v1/charges/{thing.id}/refunds")
    value = thing.body.get(name)
    linked = world.shelf.find(value) if isinstance(value, str) else None
    return show(world, linked, deeper) if linked else value


def _short_list(rows: Sequence[Body], url: str) -> Body:
    return {"object": "list", "data": list(rows[:USUAL]), "has_more": len(rows) > USUAL, "url": url}


def pending(world: World, event_id: str) -> int:
    """How many endpoints have not taken an event yet."""
    by_url: dict[str, bool] = {}
    for url, state in world.shelf.deliveries(event_id):
        by_url[url] = by_url.get(url, False) or state is DeliveryState.DONE
    return sum(not taken for taken in by_url.values())


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that may be asked for.

    Args:
        address: of the list.
        fields: parameters that are the value of a field of the same name.
        named: parameters that must be the id of a thing.
        hidden: what is listed at all, by what is not shown.
    """

    kind: Kind
    address: str
    fields: Sequence[str] = ()
    named: Mapping[str, Kind] = field(default_factory=dict)
    hidden: Mapping[str, object] = field(default_factory=dict)


def listed(world: World, listing: Listing, account: str, params: Body) -> Body:
    """A page of a list, the newest first.

    Raises:
        Invalid: for a limit or a starting point that is none.
        Refused: 404 for a filter by a thing that is not there.
    """
    limit = params.get("limit", USUAL)
    if not 1 <= limit <= MOST:
        edge = f"less than or equal to {MOST}" if limit > MOST else "greater than or equal to 1"
        raise Invalid(f"This value must be {edge}.", code="parameter_invalid_integer", param="limit")
    if "starting_after" in params and "ending_before" in params:
        raise Invalid("You cannot use both `starting_after` and `ending_before`.", code="parameters_exclusive")
    for name, kind in listing.named.items():
        if name in params:
            world.need(kind, params[name], account, name)
    page = Page(
        limit=limit,
        after=_place(world, listing, account, params, "starting_after"),
        before=_place(world, listing, account, params, "ending_before"),
        equal={name: params[name] for name in listing.fields if name in params},
        hidden={**listing.hidden, **{name: params[name] for name in ("payout",) if name in params}},
        created=_bounds(params.get("created", {})),
    )
    is_of_events = listing.kind is Kind.EVENT
    if is_of_events:
        page = replace(page, created={**page.created, "gte": max(page.created.get("gte", 0), oldest_event(world))})
    found = _events(world, account, page, params) if is_of_events else world.shelf.listed(listing.kind, account, page)
    rows = list(reversed(found[:limit])) if page.before is not None else found[:limit]
    deeper = [path.removeprefix("data.") for path in params.get("expand", ())]
    return {
        "object": "list",
        "data": [show(world, row, deeper) for row in rows],
        "has_more": len(found) > limit,
        "url": listing.address,
    }


def oldest_event(world: World) -> int:
    """Stripe keeps events for thirty days."""
    return world.now() - EVENTS_LAST_SECONDS


def _events(world: World, account: str, page: Page, params: Body) -> list[Thing]:
    """Events can be asked for by patterns of types, and by whether they were delivered."""
    patterns = [*params.get("types", ()), *([params["type"]] if "type" in params else ())]
    wanted = params.get("delivery_success")
    if not patterns and wanted is None:
        return world.shelf.listed(Kind.EVENT, account, page)
    everything = Page(1_000_000, page.after, page.before, created=page.created)
    found = (
        event
        for event in world.shelf.listed(Kind.EVENT, account, everything)
        if (not patterns or any(fnmatchcase(event.body["type"], pattern) for pattern in patterns))
        and (wanted is None or (pending(world, event.id) == 0) is wanted)
    )
    return [event for event, _ in zip(found, range(page.limit + 1), strict=False)]


def _place(world: World, listing: Listing, account: str, params: Body, name: str) -> int | None:
    if name not in params:
        return None
    thing = world.shelf.find(params[name], listing.kind, account)
    if thing is None:
        raise Invalid(f"No such {listing.kind}: '{params[name]}'", code="resource_missing", param=name)
    return thing.position


def _bounds(created: int | Mapping[str, int]) -> Mapping[str, int]:
    return {"gte": created, "lte": created} if isinstance(created, int) else created
