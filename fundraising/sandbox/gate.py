"""The gate to /v1/: who asks, for which account, what exactly, and whether it was asked before; then the answer.

Sources: https://docs.stripe.com/api/authentication, https://docs.stripe.com/api/idempotent_requests.
"""

import asyncio
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import orjson
import stripe
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from fundraising.sandbox import accounts
from fundraising.sandbox.api import Call, Operation, find
from fundraising.sandbox.ids import new_id
from fundraising.sandbox.parameters import checked
from fundraising.sandbox.reading import must_expand, show
from fundraising.sandbox.shelf import Answer, Thing
from fundraising.sandbox.trouble import How, Trouble, Troubles, is_remembered, refusal
from fundraising.sandbox.wire import Body, ErrorType, Invalid, Refused, Tree, decoded
from fundraising.sandbox.world import Cause, World

FORM = "application/x-www-form-urlencoded"
KEY_SECONDS = 86_400
LONGEST_KEY = 255
PROXY_PAGE = b"<!doctype html><html><head><title>502</title></head><body><h1>Bad gateway</h1></body></html>"
UNICORN = b'{"object": "unicorn", "id": 7, "url": null, "data": "none", "status": ["odd"]}'


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, ready for the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that makes sense.

    Args:
        key: for which its answer is remembered; None for what only reads.
        fingerprint: of all that was asked.
    """

    operation: Operation
    call: Call
    key: str | None
    fingerprint: str


class Gate:
    """The ASGI application of every address below /v1/."""

    def __init__(self, world: Callable[[], World], troubles: Troubles) -> None:
        self._world = world
        self._troubles = troubles
        self._running: set[tuple[str, str]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        request_id, trouble = new_id("req_"), None
        path = f"/v1/{request.path_params['rest']}"
        headers = {"request-id": request_id, "stripe-version": stripe.api_version}
        try:
            version = request.headers.get("stripe-version", stripe.api_version)
            if not re.fullmatch(r"\d{4}-\d\d-\d\d(\.\w+)?", version):
                raise Invalid(f"Invalid Stripe API version: {version}")
            headers["stripe-version"] = version
            visit = await self._read(request, path, request_id)
            trouble = self._troubles.take(path)
            reply = await self._carry_out(visit, trouble)
            if visit.key is not None:
                headers["idempotency-key"] = visit.key
        except Refused as refused:
            reply = _reply_of(refused)
        if reply.status == 401:
            headers["www-authenticate"] = 'Basic realm="Stripe"'
        await _send(replace(reply, headers={**headers, **reply.headers}), trouble, send)

    async def _read(self, request: Request, path: str, request_id: str) -> Visit:
        world = self._world()
        api_key = must_be_a_test_key(request.headers.get("authorization", ""))
        account_id = request.headers.get("stripe-account", world.platform)
        account = accounts.usable(world, account_id, api_key)
        operation, id_ = find(request.method, path)
        tree = await _tree(request)
        params = checked(tree, operation.shape)
        must_expand(operation.kind, params.get("expand", ()), "data." if operation.is_list else "")
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        if key is not None and len(key) > LONGEST_KEY:
            raise Invalid(f"Idempotency keys can have up to {LONGEST_KEY} characters.")
        call = Call(world, account, params, id_, Cause(request_id, key), api_key)
        asked = f"{request.method} {path} ".encode() + orjson.dumps(tree, option=orjson.OPT_SORT_KEYS)
        return Visit(operation, call, key, sha256(asked).hexdigest())

    async def _carry_out(self, visit: Visit, trouble: Trouble | None) -> Reply:
        """Do what is asked, once per key.

        Raises:
            Refused: 409 while the first request with the key is under way.
            Invalid: when the key was used for something else, or the request makes no sense.
        """
        if visit.key is None:
            reply = self._execute(visit, trouble)
            await _dawdle(trouble)
            return reply
        lock = (visit.call.account.id, visit.key)
        if lock in self._running:
            raise Refused(
                "There is currently another in-progress request using this Idempotent Key (that probably means you "
                f"submitted twice, and the other request is still going through): {visit.key}. Please try again later.",
                status=409,
                code="idempotency_key_in_use",
            )
        self._running.add(lock)
        try:
            reply = self._replay(visit) or self._execute(visit, trouble)
            await _dawdle(trouble)
        finally:
            self._running.discard(lock)
        return reply

    def _replay(self, visit: Visit) -> Reply | None:
        world, key = visit.call.world, visit.key or ""
        with world.shelf.together():
            answer = world.shelf.answer(visit.call.account.id, key, world.clock() - KEY_SECONDS)
        if answer is None:
            return None
        if answer.fingerprint != visit.fingerprint:
            raise Invalid(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                type_=ErrorType.IDEMPOTENCY,
            )
        return Reply(answer.status, answer.body, {"idempotent-replayed": "true", "original-request": answer.request})

    def _execute(self, visit: Visit, trouble: Trouble | None) -> Reply:
        """Do it, and remember the answer in the same transaction; a refusal undoes whatever was begun."""
        world = visit.call.world
        failure = refusal(trouble.status) if trouble and trouble.how is How.STATUS else None
        try:
            with world.together():
                reply = Reply(200, b"{}")
                if trouble is None or trouble.is_done:
                    reply = _reply(200, _perform(visit))
                if failure is None:
                    self._remember(visit, reply)
                    return reply
        except Invalid:
            raise
        except Refused as refused:
            failure = failure or refused
        reply = _reply_of(failure)
        with world.shelf.together():
            self._remember(visit, reply)
        return reply

    def _remember(self, visit: Visit, reply: Reply) -> None:
        if visit.key is None or not is_remembered(reply.status):
            return
        call = visit.call
        answer = Answer(
            visit.fingerprint, call.cause.request_id or "", reply.status, reply.body, created=call.world.clock()
        )
        call.world.shelf.remember(call.account.id, visit.key, answer)


def _perform(visit: Visit) -> Body:
    made = visit.operation.run(visit.call)
    return show(visit.call.world, made, visit.call.params.get("expand", ())) if isinstance(made, Thing) else made


async def _dawdle(trouble: Trouble | None) -> None:
    if trouble and trouble.how is How.SLOW:
        await asyncio.sleep(trouble.seconds)


async def _tree(request: Request) -> Tree:
    text = request.url.query
    if request.method != "GET":
        content_type = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
        body = await request.body()
        if body and content_type != FORM:
            raise Invalid(f"Invalid request (check that your POST content type is {FORM}).")
        try:
            text = "&".join(part for part in (text, body.decode()) if part)
        except UnicodeDecodeError:
            raise Invalid("Invalid request: the parameters are not UTF-8.") from None
    return decoded(text)


def must_be_a_test_key(authorization: str) -> str:
    """The key of a request: any secret or restricted test key will do.

    Raises:
        Refused: 401 for anything else, above all for a live key.
    """
    scheme, _, credentials = authorization.partition(" ")
    key = credentials.strip()
    if scheme.lower() == "basic":
        try:
            key = b64decode(key, validate=True).decode().partition(":")[0]
        except ValueError:
            key = "?"
    if not key:
        raise Refused(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if re.match(r"[sr]k_live_", key):
        raise Refused("This is a live key: the sandbox never runs beside a live key, and has not kept it.", status=401)
    if key.startswith("pk_"):
        raise Refused(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
            status=401,
            code="secret_key_required",
        )
    if scheme.lower() not in ("basic", "bearer") or not re.fullmatch(r"[sr]k_test_\w+", key, re.ASCII):
        raise Refused(f"Invalid API Key provided: {key[:8]}{'*' * 8}", status=401)
    return key


def _reply(status: int, body: Body) -> Reply:
    return Reply(status, orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _reply_of(refused: Refused) -> Reply:
    return _reply(refused.status, refused.body)


async def _send(reply: Reply, trouble: Trouble | None, send: Send) -> None:
    """Put the answer on the wire, or what the trouble leaves of it."""
    how = trouble.how if trouble else None
    nonsense = {How.HTML: PROXY_PAGE, How.TRUNCATED: reply.body[: len(reply.body) // 2], How.WRONG_SHAPE: UNICORN}
    body = nonsense.get(how, reply.body) if how else reply.body
    headers = {
        "content-type": "text/html" if how is How.HTML else "application/json",
        "content-length": str(len(body)),
        "cache-control": "no-cache, no-store",
        **reply.headers,
    }
    encoded = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    status = 200 if how in nonsense else reply.status
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    hangs_up = how is How.HANG_UP
    # Returning before the body is complete makes the server close the connection.
    await send({"type": "http.response.body", "body": body[:1] if hangs_up else body, "more_body": hangs_up})
