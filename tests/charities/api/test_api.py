"""The API for programs: one charity alone, nothing that is hidden, and exactly what its document says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from charities.api.document import PATHS, document
from charities.api.models import ApiKey
from charities.models import DonorLook
from fundraising.donations.models import Donation
from fundraising.funds.models import Fund, FundKind
from fundraising.pages.models import PledgePage
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment
from tests.charities.api.making import Program, make_finance, make_program
from tests.conftest import BASE, OTHER_ACCOUNT, Site
from tests.looking import words_of
from tests.makers import Family, arrival, make_family, make_fund, make_gift, refund_of

NAMES = [path.name for path in PATHS]


def must_fit(answer: httpx.Response) -> Any:
    """What was answered, once it has been held against the document."""
    said = document(BASE)
    operation = said["paths"][answer.request.url.path]["get"]["responses"][str(answer.status_code)]
    operation = said["components"]["responses"][str(answer.status_code)] if "$ref" in operation else operation
    schema = {**operation["content"]["application/json"]["schema"], "components": said["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json())
    return answer.json()


@pytest.fixture
async def family(site: Site) -> Family:
    """A charity for which nothing was given yet."""
    return await make_family()


@pytest.fixture
async def program(site: Site, family: Family) -> Program:
    """A program of its charity that sees donations."""
    return await make_program(site, family)


async def test_the_document_is_valid_and_its_examples_are_what_it_says(site: Site) -> None:
    """OpenAPI 3.1, for everybody, by its tag, from any site; each field is described or named by an example."""
    answer = await site.browser.get("/api/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    again = await site.browser.get("/api/openapi.json", headers={"if-none-match": answer.headers["etag"]})
    assert (answer.status_code, again.status_code) == (200, 304)
    said = answer.json()
    OpenAPIV31SpecValidator(said).validate()
    assert {path.rsplit("/", 1)[1] for path in said["paths"]} == set(NAMES)
    examples = 0
    for schema in said["components"]["schemas"].values():
        for field in schema["properties"].values():
            for example in field.get("examples", ()):
                validator = Draft202012Validator(
                    {**field, "components": said["components"]}, format_checker=FormatChecker()
                )
                validator.validate(example)
                examples += 1
    assert examples > 40
    guide = words_of((await site.browser.get("/api")).text)
    assert all(f"GET /api/v1/{name}" in guide for name in NAMES)


async def test_every_answer_is_as_the_document_says(site: Site, family: Family, program: Program) -> None:
    """With things of every kind, right questions and wrong ones."""
    await make_gift(family.runner, family.charity, 2500, gift_aid=True, message="Go")
    await make_gift(family.team, family.charity, 500, company="Acme")
    await make_gift(family.charity, family.charity, 700)
    for name in NAMES:
        answer = await program.get(name)
        assert answer.status_code == 200
        must_fit(answer)
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"].startswith("private")
        known = await program.client.get(f"/api/v1/{name}", headers={"if-none-match": answer.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
    for asked in (
        {"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"after": "x"}, {"after": "-1"}, {"after": str(2**63)}, {"after": "\0"},
        {"since": "yesterday"}, {"since": "2027-13-01"}, {"since": "0001-01-01T00:00:00-23:59x"},
    ):  # fmt: skip
        for name in ("pages", "teams", "donations"):
            answer = await program.get(name, **asked)
            assert answer.status_code == 422, (name, asked)
            assert must_fit(answer)["error"]["fields"].keys() == asked.keys()
    for odd in ({"since": "0001-01-01"}, {"since": "9999-12-31T23:59:59-23:59"}, {"limit": "100"}, {"other": "1"}):
        for name in NAMES:
            assert (await program.get(name, **odd)).status_code in (200, 422), (name, odd)
    for answer in (await program.get("nothing"), await program.client.post("/api/v1/charity")):
        error = answer.json()["error"]
        assert (error["status"], error["fields"]) == (answer.status_code, {})


async def test_a_key_sees_its_own_charity_alone(site: Site, family: Family, program: Program) -> None:
    """On every path, whatever is asked: nothing of another charity, neither by id nor by name nor in sums."""
    other = await make_family(account=OTHER_ACCOUNT)
    await make_gift(family.runner, family.charity, 1000, name="Ourgiver")
    theirs = await make_gift(other.runner, other.charity, 777700, name="Theirgiver")
    foreign = [
        other.charity.name,
        other.charity.slug,
        other.runner.slug,
        other.team.slug,
        "Theirgiver",
        "7777",
        str(theirs.id),
    ]
    stranger = await make_program(site, other)
    assert "Theirgiver" in (await stranger.get("donations")).text
    for name in NAMES:
        for asked in ({}, {"since": "2000-01-01"}, {"after": "0"}, {"limit": "100"}, {"charity": other.charity.slug}):
            text = (await program.get(name, **asked)).text
            assert [mark for mark in foreign if mark in text] == [], (name, asked)
    assert "Ourgiver" in (await program.get("donations")).text
    beyond = await program.get("donations", after=str(theirs.id))
    assert beyond.status_code == 422, "an id of another charity is as unknown as any"
    desk = await make_finance(site, other)
    home = f"/charities/{other.charity.slug}/desk/api"
    assert (await desk.post(f"{home}/keys/{program.key.id}/end")).status_code == 404
    assert (await program.get("charity")).status_code == 200


async def test_what_is_hidden_is_in_no_answer(site: Site, family: Family, program: Program) -> None:
    """Names, words, private and unlisted pages, those off the site, and children's; their sums are."""
    hidden = await make_gift(
        family.runner, family.charity, 1000, name="Hiddenname", company="Hiddenfirm", hide_name=True, message="Shown"
    )
    await make_gift(family.runner, family.charity, 300, name="Badname", message="Badwords", message_state="hidden")
    await make_gift(
        family.runner,
        family.charity,
        400,
        name="Openname",
        message="Waitwords",
        message_state="waiting",
        hide_amount=True,
    )
    above = {"event": family.event, "charity": family.charity}
    for name, given, child in (
        ("Unlistedpage", {"is_listed": False}, False),
        ("Offpage", {"state": "hidden"}, False),
        ("Childpage", {}, True),
    ):
        fund = await make_fund(FundKind.RUNNER, name, **above)
        await PledgePage.create(fund=fund, story="S", is_child=child)
        await make_gift(fund, family.charity, 100, name=f"{name}giver", message=f"{name}words")
        await Fund.filter(id=fund.id).update(**given)
    texts = [(await program.get(name)).text for name in NAMES]
    for mark in (
        "Hiddenname",
        "Hiddenfirm",
        "Badname",
        "Badwords",
        "Waitwords",
        "Unlistedpage",
        "Offpage",
        "Childpage",
        "example.org/x",
        "ada@",
    ):
        assert not any(mark.lower() in text.lower() for text in texts), mark
    donations = (await program.get("donations")).json()["data"]
    shown = next(one for one in donations if one["id"] == str(hidden.id))
    assert (shown["name"], shown["message"], shown["standing_pence"]) == (None, "Shown", 1000)
    assert [one["amount_is_public"] for one in donations] == [True, True, False, True, True, True]
    pages, charity = (await program.get("pages")).json(), (await program.get("charity")).json()
    assert pages["unnamed"] == {"count": 3, "raised_pence": 300}
    assert sum(page["raised_pence"] for page in pages["data"]) + 300 == charity["raised_pence"] == 2000
    await Donation.all().update(hide_name=False)
    assert "Hiddenfirm" in (await program.get("donations")).text


async def test_lists_are_read_to_the_end_by_key_and_from_an_instant(
    site: Site, family: Family, program: Program
) -> None:
    """Each once, in order, though some have the same instant; what has gone back is still told, and how much stands."""
    gifts = [await make_gift(family.runner, family.charity, 100 + number) for number in range(5)]
    now = datetime.now(UTC).replace(microsecond=0)
    await Payment.filter(id__in=[gift.id for gift in gifts[:3]]).update(paid_at=now - timedelta(days=3))
    await take_in([arrival("refund.created", refund_of(gifts[4]))], {})
    read, address = [], "donations?limit=2"
    while address:
        answer = (await program.client.get(address if "://" in address else f"/api/v1/{address}")).json()
        read += answer["data"]
        address = answer["next"]
    assert [one["id"] for one in read] == [str(gift.id) for gift in gifts]
    assert [one["standing_pence"] for one in read] == [100, 101, 102, 103, 0]
    new = (await program.get("donations", since=(now - timedelta(days=1)).isoformat())).json()["data"]
    assert [one["id"] for one in new] == [str(gift.id) for gift in gifts[3:]]
    more = [await make_fund(FundKind.RUNNER, event=family.event, charity=family.charity) for _ in range(2)]
    first = (await program.get("pages", limit="2")).json()
    rest = (await program.get(first["next"])).json()
    assert [page["id"] for page in first["data"] + rest["data"]] == [family.runner.id, more[0].id, more[1].id]
    assert rest["next"] is None


async def test_a_key_is_shown_once_may_be_ended_and_is_only_a_hash_here(site: Site, family: Family) -> None:
    """It says when it was used; who sees totals only is refused donors, and who asks too fast everything."""
    desk, home = await make_finance(site, family), f"/charities/{family.charity.slug}/desk/api"
    assert (await desk.post(f"{home}/keys", data={"name": " "})).status_code == 422
    made = await desk.post(f"{home}/keys", data={"name": "Our <site>"})
    plain = next(word for word in words_of(made.text).split() if word.startswith("rbr_") and len(word) == 47)
    assert made.headers["cache-control"] == "no-store"
    key = await ApiKey.get()
    assert plain not in orjson.dumps(dict(key), default=str).decode()
    assert plain not in (await desk.get(home)).text
    assert key.start in (await desk.get(home)).text
    headers = {"authorization": f"bearer {plain}"}
    assert (await site.browser.get("/api/v1/charity", headers=headers)).status_code == 200
    refused = await site.browser.get("/api/v1/donations", headers=headers)
    assert (refused.status_code, must_fit(refused)["error"]["status"]) == (403, 403)
    used = (await ApiKey.get()).used_at
    assert used is not None
    answers = [await site.browser.get("/api/v1/charity", headers=headers) for _ in range(70)]
    assert (await ApiKey.get()).used_at == used, "not written at every request"
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    must_fit(answers[-1])
    assert (await desk.post(f"{home}/keys/{key.id}/end")).status_code == 303
    assert (await site.browser.get("/api/v1/charity", headers=headers)).status_code == 401
    for number in range(10):
        await desk.post(f"{home}/keys", data={"name": f"Key {number}"})
    assert (await desk.post(f"{home}/keys", data={"name": "One more"})).status_code == 409


async def test_that_a_program_saw_donors_is_written_down_once_a_day(
    site: Site, family: Family, program: Program
) -> None:
    """Not when there was nothing to see, and not of totals."""
    await program.get("donations")
    await program.get("charity")
    assert await DonorLook.all().count() == 0
    await make_gift(family.runner, family.charity)
    for _ in range(3):
        await program.get("donations")
    look = await DonorLook.get()
    assert ("“Site”" in look.what, look.rows) == (True, 1)
