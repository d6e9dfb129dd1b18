"""The OpenAPI document, made from the shapes that are sent, so that it cannot say anything else."""

from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import models_json_schema

from charities.api.asking import MOST, USUAL
from charities.api.shapes import CharityTotals, Donations, Error, Message, Pages, Shape, Teams

VERSION = "1.0.0"
TEMPLATE = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Path:
    """An address of the API.

    Args:
        name: last part of it; what: in a sentence; after: type of the id that a list goes on from, if it is one.
    """

    name: str
    what: str
    shape: type[Shape]
    after: dict[str, object] | None = None
    more: str = ""


NUMBER = {"type": "integer", "format": "int64", "minimum": 0}
PATHS = (
    Path("charity", "What was raised for the charity in all.", CharityTotals),
    Path("pages", "Runners’ pages, oldest first.", Pages, NUMBER),
    Path("teams", "Teams that run for it, oldest first.", Teams, NUMBER),
    Path(
        "donations",
        "Every paid donation, oldest first.",
        Donations,
        {"type": "string", "format": "uuid"},
        "Only for keys that see donations. Never an e-mail address.",
    ),
)
EVENTS = {
    "donation.paid": "A gift has come: online, cash that was confirmed, or added by a sponsor’s pot.",
    "donation.refunded": "Some or all of a gift has gone back, or the supporter’s bank has taken it back.",
    "donation.restored": "What had gone back stands again: a refund failed, or a dispute was won.",
    "ping": "Sent from the desk to try an address.",
}
ERRORS = {
    "401": "No key, or one that is not known or was ended.",
    "403": "The key does not see this.",
    "404": "Nothing lives at this address.",
    "422": "A parameter cannot be used; `fields` names it.",
    "429": "Too fast: 60 requests at once, then two in a second. `Retry-After` says how long to wait.",
    "503": "We cannot answer just now; come back in a moment.",
}


def document(base: str) -> dict[str, Any]:
    """The whole document.

    Args:
        base: of the site's addresses.
    """
    shapes = [(shape, "serialization") for shape in (*(path.shape for path in PATHS), Message, Error)]
    _, made = models_json_schema(shapes, ref_template=TEMPLATE)  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Backward Run: a charity’s own figures",
            "version": VERSION,
            "summary": "Totals, pages, teams and donations of one charity, read-only.",
            "description": f"A person’s guide to it is {base}/api. Amounts are whole pence. Keys are made at the desk.",
        },
        "servers": [{"url": base}],
        "security": [{"key": []}],
        "paths": {f"/api/v1/{path.name}": {"get": _operation(path)} for path in PATHS},
        "webhooks": {name: {"post": _webhook(name, what)} for name, what in EVENTS.items()},
        "components": {
            "schemas": made["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key such as rbr_…"}},
            "responses": {status: _error(what) for status, what in ERRORS.items()},
        },
    }


def _operation(path: Path) -> dict[str, Any]:
    errors = [status for status in ERRORS if status not in _impossible(path)]
    return {
        "operationId": f"read_{path.name}",
        "summary": path.what,
        "description": path.more or path.what,
        "parameters": [
            *_parameters(path),
            _header("If-None-Match", "The ETag of what you have; 304 when it still is."),
        ],
        "responses": {
            "200": {"description": path.what, "headers": _headers(), "content": _json(path.shape)},
            "304": {"description": "It still is as you have it.", "headers": _headers()},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in errors},
        },
    }


def _impossible(path: Path) -> set[str]:
    """Errors that an address never answers."""
    return {"404", *(() if path.name == "donations" else ("403",)), *(() if path.after else ("422",))}


def _parameters(path: Path) -> list[dict[str, Any]]:
    if path.after is None:
        return []
    whole = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    when = "paid" if path.name == "donations" else "made"
    return [
        _query("since", f"Only those {when} at this instant or later.", {"type": "string", "format": "date-time"}),
        _query("after", "Only those after the one with this id; `next` has it filled in.", path.after),
        _query("limit", "How many at most.", whole),
    ]


def _query(name: str, what: str, schema: dict[str, object]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": what, "schema": schema}


def _header(name: str, what: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": what, "schema": {"type": "string"}}


def _headers() -> dict[str, Any]:
    return {"ETag": {"description": "Changes whenever the answer does.", "schema": {"type": "string"}}}


def _json(shape: type[Shape]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": TEMPLATE.format(model=shape.__name__)}}}


def _error(what: str) -> dict[str, Any]:
    return {"description": what, "content": _json(Error)}


def _webhook(name: str, what: str) -> dict[str, Any]:
    return {
        "operationId": f"told_{name.replace('.', '_')}",
        "summary": what,
        "description": "Signed in the header Webhook-Signature: t=<seconds>,v1=<HMAC-SHA256 of “t.body”, hexadecimal>.",
        "security": [],
        "parameters": [_header("Webhook-Signature", "Proves that it comes from here.")],
        "requestBody": {"required": True, "content": _json(Message)},
        "responses": {
            "2XX": {"description": "You have it. Anything else is tried again for three days."},
            "410": {"description": "You want no more; the address is ended at once."},
        },
    }
