"""Every object fits Stripe's own OpenAPI description: which keys are there, which are null, which are absent.

The description is one release older than the SDK, so a key that only the SDK knows is right too.
"""

import json
import lzma
from pathlib import Path

import pytest

from tests.fundraising.sandbox.test_sandbox_shapes import CLASSES, everything

SPEC = Path(__file__).parents[4] / "shared" / "stripe" / "spec3-2026-05-27.json.xz"
SCHEMAS = json.loads(lzma.decompress(SPEC.read_bytes()))["components"]["schemas"]
NEWER = {"dispute.evidence_details.submission_method", "dispute.payment_method_details.card.network"}
ONLY_EXPANDED = {"charge.refunds"}
KINDS = {"boolean": bool, "integer": int, "string": str, "object": dict, "array": list}


@pytest.fixture
async def things(bench):
    """Everything that the sandbox can make."""
    return await everything(bench)


def faults(value, schema, path):
    """What does not fit a schema, as texts."""
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if value is None:
        return [] if schema.get("nullable") else [f"{path}: null, and not nullable"]
    if "anyOf" in schema:
        found = [faults(value, choice, path) for choice in schema["anyOf"]]
        return [] if any(not each for each in found) else min(found, key=len)
    kind = schema.get("type")
    if kind == "number":
        return [] if isinstance(value, int | float) else [f"{path}: {value!r} is no number"]
    if kind in KINDS and type(value) is not KINDS[kind]:
        return [f"{path}: {value!r} is no {kind}"]
    if "enum" in schema and value not in schema["enum"] and not schema.get("x-stripeBypassValidation"):
        return [f"{path}: {value!r} is none of {schema['enum']}"]
    if len(value) > schema.get("maxLength", 10**6) if isinstance(value, str) else False:
        return [f"{path}: {len(value)} characters are too many"]
    if kind == "array":
        return [fault for n, row in enumerate(value) for fault in faults(row, schema["items"], f"{path}[{n}]")]
    return faults_of_keys(value, schema, path) if kind == "object" else []


def faults_of_keys(value, schema, path):
    """Keys that are missing or strange, and what is wrong below them."""
    properties, free = schema.get("properties", {}), schema.get("additionalProperties")
    found = [f"{path}.{name}: is missing" for name in schema.get("required", ()) if name not in value]
    for name, below in value.items():
        if name in properties:
            found += faults(below, properties[name], f"{path}.{name}")
        elif isinstance(free, dict):
            found += faults(below, free, f"{path}.{name}")
        elif properties and not is_newer(value, name, path):
            found.append(f"{path}.{name}: Stripe has no such key")
    return found


def is_newer(value, name, path):
    """Whether only the SDK knows a key, since it came after the description."""
    class_ = CLASSES.get(value.get("object"))
    return f"{path}.{name}" in NEWER or (class_ is not None and name in class_.__annotations__)


async def test_every_object_fits_stripes_description(things):
    """Types, words of a list, required keys, and null only where it may be."""
    found = {fault for thing in things for fault in faults(thing, SCHEMAS[thing["object"]], thing["object"])}
    assert sorted(found) == []


async def test_what_may_be_null_is_always_there(things):
    """Stripe leaves out only what cannot be null: a nullable key is there in every answer."""
    absent = set()
    for thing in things:
        for name, property_ in SCHEMAS[thing["object"]]["properties"].items():
            if property_.get("nullable") and name not in thing:
                absent.add(f"{thing['object']}.{name}")
    assert absent <= ONLY_EXPANDED
