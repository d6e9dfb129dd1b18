"""`/control`: how a test in another process steers the sandbox, in JSON.

`GET` tells how it stands. `POST` takes any of `deliver`, `fail_next`, `clear` and `do`:

    {"deliver": {"order": "shuffled", "seconds": 0.2, "seed": 7}}
    {"fail_next": {"how": "status", "status": 500, "times": 2, "path": "/v1/checkout/sessions"}}
    {"clear": true}
    {"do": {"verb": "refund", "charge": "ch_…", "pence": 500}}
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fundraising.sandbox.trouble import Troubles, trouble_of
from fundraising.sandbox.wire import Body, Refused
from fundraising.sandbox.world import World

MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that `do` can do.

    Args:
        takes: its arguments and their types.
        needs: those of them that must be given.
    """

    run: Callable[..., Awaitable[Body]]
    takes: Mapping[str, type]
    needs: frozenset[str]


class Control:
    """The address.

    Args:
        set_manner: called with what `deliver` says.
    """

    def __init__(
        self,
        world: Callable[[], World],
        troubles: Troubles,
        set_manner: Callable[[Body], None],
        verbs: Mapping[str, Verb],
    ) -> None:
        self._world = world
        self._troubles = troubles
        self._set_manner = set_manner
        self._verbs = verbs

    async def show(self, request: Request) -> Response:
        """How it stands."""
        return _json(self._state())

    async def steer(self, request: Request) -> Response:
        """Do what the JSON says."""
        # Browsers send this type across sites only after asking first, which nobody here answers.
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _json({"error": "send JSON, as application/json"}, 415)
        try:
            given = orjson.loads(await request.body())
            if not isinstance(given, dict) or (strange := given.keys() - {"deliver", "fail_next", "clear", "do"}):
                names = ", ".join(sorted(strange)) if isinstance(given, dict) else type(given).__name__
                raise ValueError(f"control has no {names}")
            return _json(self._state() | await self._steer(given))
        except ValueError as error:  # also when it is no JSON
            return _json({"error": str(error)}, 400)
        except Refused as refused:
            return _json(refused.body, refused.status)

    async def _steer(self, given: Body) -> Body:
        if given.get("clear"):
            self._troubles.clear()
            self._set_manner({})
        if "deliver" in given:
            self._set_manner(_object(given["deliver"]))
        if "fail_next" in given:
            wanted = given["fail_next"]
            for trouble in [trouble_of(_object(one)) for one in (wanted if isinstance(wanted, list) else [wanted])]:
                self._troubles.add(trouble)
        done = await self._do(_object(given["do"])) if "do" in given else None
        return self._state() | ({"done": done} if done is not None else {})

    async def _do(self, given: Body) -> Body:
        verb = self._verbs.get(given.get("verb", ""))
        if verb is None:
            raise ValueError(f"verb must be one of {', '.join(self._verbs)}")
        arguments = {name: value for name, value in given.items() if name != "verb"}
        if strange := arguments.keys() - verb.takes.keys():
            raise ValueError(f"{given['verb']} does not take {', '.join(sorted(strange))}")
        if absent := verb.needs - arguments.keys():
            raise ValueError(f"{given['verb']} needs {', '.join(sorted(absent))}")
        for name, value in arguments.items():
            if type(value) is not verb.takes[name]:
                raise ValueError(f"{name} must be {verb.takes[name].__name__}")
        return await verb.run(**arguments)

    def _state(self) -> Body:
        world = self._world()
        return {
            "deliver": world.manner.plain(),
            "fail_next": self._troubles.plain(),
            "deliveries": world.shelf.count_deliveries(),
        }

    def routes(self) -> list[Route]:
        """Its address."""
        return [
            Route("/control", self.show),
            Route("/control", self.steer, methods=["POST"], max_body_size=MOST_BYTES),
        ]


def _object(value: object) -> Body:
    if not isinstance(value, dict):
        raise ValueError("deliver, fail_next and do take an object")
    return value


def _json(body: Body, status: int = 200) -> Response:
    return Response(
        orjson.dumps(body, option=orjson.OPT_INDENT_2),
        status,
        {"cache-control": "no-store"},
        media_type="application/json",
    )
