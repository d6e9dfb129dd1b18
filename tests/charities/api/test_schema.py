"""The API against its own document: whatever is asked, well or badly, Schemathesis finds each answer as it is described."""

from collections import Counter

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from charities.api.document import document
from tests.charities.api.making import make_program
from tests.conftest import BASE, OTHER_ACCOUNT, Site
from tests.makers import make_family, make_gift

CASES = 12  # of each operation, asked rightly and wrongly
SHAPES = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(document(BASE))


def cases_of(schema: BaseSchema, mode: GenerationMode) -> list[Case]:
    """What Schemathesis would ask; drawn first, since Hypothesis draws in no event loop."""
    drawn: list[Case] = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=CASES,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def draw(case: Case) -> None:
            drawn.append(case)

        draw()
    return drawn


async def send(client: httpx.AsyncClient, case: Case, **ours: str) -> httpx.Response:
    """Ask as the case says, but for our own headers."""
    told = case.as_transport_kwargs(base_url=BASE)
    headers = httpx.Headers(dict(told.get("headers") or {}))
    headers.update(ours)
    return await client.request(told["method"], told["url"], params=told.get("params"), headers=headers)


@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_every_answer_is_as_the_document_says(site: Site, mode: GenerationMode) -> None:
    """No status, no type, no shape that it does not name; what is asked rightly is answered, and nothing breaks."""
    family, other = await make_family(), await make_family(account=OTHER_ACCOUNT)
    await make_gift(family.runner, family.charity, 2500, gift_aid=True, message="Go")
    await make_gift(other.runner, other.charity, 500)
    program = await make_program(site, family)
    stranger = httpx.AsyncClient(transport=site.browser._transport, base_url=BASE)
    drawn = cases_of(SCHEMA, mode)
    assert len({case.operation.path for case in drawn}) == len(SCHEMA.raw_schema["paths"])
    seen = Counter[int]()
    for case in drawn:
        answer = await send(stranger, case)
        case.validate_response(answer)  # with the key that it made up, or with none
        assert answer.status_code == 401
        answer = await send(stranger, case, authorization=program.client.headers["authorization"])
        case.validate_response(answer, checks=SHAPES)  # Schemathesis does not know that this key is right
        assert answer.status_code < 500
        seen[answer.status_code] += 1
    assert seen[200 if mode is GenerationMode.POSITIVE else 422] > len(drawn) / 4, seen
