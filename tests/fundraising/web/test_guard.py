"""The guard at the door: hosts, foreign forms, headers on everything."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fundraising.errors import Problem
from fundraising.settings import Settings, load_settings
from fundraising.web.cache import PageCache
from fundraising.web.guard import Allowance, Guard, content_security_policy
from fundraising.web.uploads import MOST_BODY_BYTES
from tests.conftest import BASE, Site
from tests.makers import gift, make_family

HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
)


async def test_every_answer_carries_the_headers_errors_and_files_too(site: Site) -> None:
    """Pages, JSON, 404, 403, 400, 405, static files, webhooks."""
    family = await make_family()
    style = site.house.static.address("fundraising.css")
    answers = [
        await site.browser.get("/"),
        await site.browser.get(f"/pages/{family.runner.slug}"),
        await site.browser.get(f"/pages/{family.runner.slug}/total.json"),
        await site.browser.get("/nothing-here"),
        await site.browser.get(style),
        await site.browser.get("/static/nothing.css"),
        await site.browser.delete("/"),
        await site.browser.get("/", headers={"host": "evil.example"}),
        await site.browser.post("/webhooks/stripe", content=b"{}"),
        await site.browser.post(
            f"/pages/{family.runner.slug}/donate", headers={"sec-fetch-site": "cross-site", "origin": "x"}
        ),
        await site.browser.get("/healthz"),
    ]
    assert [a.status_code for a in answers] == [200, 200, 200, 404, 200, 404, 405, 400, 400, 403, 200]
    for answer in answers:
        assert [name for name in HEADERS if name not in answer.headers] == []
        assert "set-cookie" not in answer.headers
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": BASE}, 303),
        ({"sec-fetch-site": "same-origin", "origin": BASE}, 303),
        ({}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://other.run.test"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://run.test.evil.example"}, 403),
        ({"origin": BASE + ":81"}, 403),
        ({"referer": BASE}, 403),
    ],
)
async def test_a_form_of_somebody_else_is_refused(site: Site, headers: dict[str, str], status: int) -> None:
    """What no page can forge decides."""
    family = await make_family()
    bare = httpx.AsyncClient(transport=httpx.ASGITransport(site.house), base_url=BASE)
    answer = await bare.post(f"/pages/{family.runner.slug}/donate", data=gift(), headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("host", ["run.test", "run.test:8000", "RUN.TEST"])
async def test_our_own_host_is_let_in_whatever_its_port(site: Site, host: str) -> None:
    """Ports and capitals do not matter."""
    assert (await site.browser.get("/fees", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("host", ["", "evil.example", "run.test.evil.example", "evil.example:run.test", "[::1"])
async def test_another_host_is_refused_but_for_the_health_check(site: Site, host: str) -> None:
    """A page under another name could be kept and shown by a proxy."""
    assert (await site.browser.get("/fees", headers={"host": host})).status_code == 400
    assert (await site.browser.get("/healthz", headers={"host": host})).status_code == 200


async def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    """Before it is read to its end."""
    family = await make_family()
    huge = await site.browser.post(f"/pages/{family.runner.slug}/donate", data=gift(message="x" * 100_000))
    assert huge.status_code == 413
    assert "more than we take in" in huge.text


async def test_a_slash_too_many_leads_to_the_page_and_nowhere_else(site: Site) -> None:
    """Never to another site, and never for a POST."""
    answer = await site.browser.get("/fees/?a=1")
    assert (answer.status_code, answer.headers["location"]) == (308, "/fees?a=1")
    assert (await site.browser.get("http://run.test//evil.example/")).status_code == 404
    assert (await site.browser.get("http://run.test/%5Cevil.example/")).headers["location"] == "/%5Cevil.example"
    assert (await site.browser.post("/webhooks/stripe/", content=b"{}")).status_code == 404


def test_forms_may_lead_on_to_checkout_and_nowhere_else(settings: Settings) -> None:
    """Chromium applies form-action to the redirect as well."""
    assert "form-action 'self' http://stripe.test;" in content_security_policy(settings)
    live = load_settings(_env_file=None, base_url="https://run.example.org", stripe_secret_key="sk_live_x")
    assert "form-action 'self' https://checkout.stripe.com https://connect.stripe.com;" in content_security_policy(live)


def test_a_crowd_behind_one_address_is_not_a_script() -> None:
    """Three hundred at once; then it says when to come back; another address does not notice."""
    allowance = Allowance(burst=300, per_second=5)
    assert [allowance.take("192.0.2.1") for _ in range(300)] == [0] * 300
    assert allowance.take("192.0.2.1") >= 1
    assert allowance.take("192.0.2.2") == 0
    assert [allowance.take(f"2001:db8::{i:x}") for i in range(300)] == [0] * 300
    assert allowance.take("2001:db8::ffff") >= 1
    assert allowance.take("") == 0


async def test_only_a_trusted_proxy_tells_who_is_asking(settings: Settings) -> None:
    """The last address that is not a proxy of ours."""
    seen: list[str] = []

    async def app(scope: dict, _receive: object, send: object) -> None:  # type: ignore[type-arg]
        seen.append(f"{scope['client'][0]} {scope['scheme']}")
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    behind = load_settings(_env_file=None, base_url=BASE, trusted_proxies="10.0.0.0/8, 192.0.2.7")
    guard = Guard(app, behind, PageCache([]), lambda problem: app)  # type: ignore[arg-type]
    for peer in ("10.1.2.3", "203.0.113.5"):
        transport = httpx.ASGITransport(guard, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            forwarded = {"x-forwarded-for": "198.51.100.9, 203.0.113.1, 192.0.2.7", "x-forwarded-proto": "https"}
            await client.get("/", headers=forwarded)
    assert seen == ["203.0.113.1 https", "203.0.113.5 http"]


@pytest.mark.parametrize(
    ("path", "size", "status", "said"),
    [
        ("/pages/x/photo", 100_000, 404, ""),
        ("/pages/x/photo", MOST_BODY_BYTES + 1, 413, "larger than 15 MB"),
        ("/pages/x/edit", 100_000, 413, "Please shorten it"),
    ],
)
async def test_a_photo_is_let_in_where_photos_are_taken(path: str, size: int, status: int, said: str) -> None:
    """Told by its length, before a byte of it is read; what is wrong is said in the words of who sends a photo."""

    def refuse(problem: Problem) -> PlainTextResponse:
        return PlainTextResponse(problem.sentence, problem.status)

    own = load_settings(_env_file=None, base_url=BASE)
    guard = Guard(PlainTextResponse("", 404), own, PageCache([]), refuse)
    headers = {"origin": BASE, "content-length": str(size)}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url=BASE) as client:
        answer = await client.post(path, headers=headers, content=b"")
    assert answer.status_code == status
    assert said in answer.text


async def test_after_what_nobody_expected_the_server_says_that_it_hangs_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does, and who asked again on the same connection would be cut off."""

    async def broken(_request: Request) -> Response:
        raise RuntimeError

    router = site.house.starlette.router
    monkeypatch.setattr(router, "routes", [Route("/broken", broken), *router.routes])
    answer = await site.browser.get("/broken")
    assert (answer.status_code, answer.headers["connection"]) == (500, "close")
    assert "connection" not in (await site.browser.get("/healthz")).headers
