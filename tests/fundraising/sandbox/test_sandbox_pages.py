"""The pages: honest, plain, usable without JavaScript, and harmless when pressed twice."""

import asyncio
import re
from html.parser import HTMLParser

import pytest

VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """A page taken apart; it checks that every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        """Attributes of every such element."""
        return [attrs for name, attrs in self.elements if name == tag]


async def addresses(bench):
    """Every kind of page, in every state."""
    open_, expired = await bench.session(), await bench.session(customer_email="x@example.org")
    anonymous = {name: value for name, value in bench.params().items() if name != "customer_email"}
    nameless = await bench.client.v1.checkout.sessions.create_async(anonymous, bench.options)
    declined, paid, debit = [await bench.paid(how) for how in ("decline", "card", "bank_debit")]
    await bench.sandbox.expire(expired.id)
    await bench.sandbox.delivered()
    disputed, asked, refunded = [await bench.charged() for _ in range(3)]
    await bench.sandbox.dispute(disputed)
    await bench.sandbox.dispute(asked, inquiry=True)
    await bench.sandbox.refund(refunded, 100)
    link = await bench.client.v1.account_links.create_async(
        {
            "account": bench.account,
            "type": "account_onboarding",
            "refresh_url": "http://house.test/again",
            "return_url": "http://house.test/desk",
        }
    )
    sessions = (open_.id, expired.id, nameless.id, declined["id"], paid["id"], debit["id"])
    return [*(f"/c/pay/{id_}" for id_ in sessions), "/", "/?before=3", f"/receipts/{refunded}", link.url, "/c/pay/none"]


async def test_every_page_is_honest_plain_and_safe(bench):
    """It says that it is not real, has no inline script or style, and its policy would not run one."""
    for address in await addresses(bench):
        answer = await bench.browser.get(address)
        page = Page(answer.text)
        assert "Sandbox – not real. No money moves." in page.text.partition("\n    Desk")[0][:400], address
        assert page.all("script") == page.all("style") == []
        assert not any("style" in attrs or any(name.startswith("on") for name in attrs) for _, attrs in page.elements)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert page.all("html") == [{"lang": "en-GB"}]
        assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")
        assert len(page.all("title")) == len(page.all("h1")) == len(page.all("main")) == 1


async def test_every_field_has_a_label_and_every_id_is_one(bench):
    """Buttons say something, references lead somewhere."""
    for address in await addresses(bench):
        page = Page((await bench.browser.get(address)).text)
        ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
        assert len(ids) == len(set(ids))
        labelled = {attrs["for"] for attrs in page.all("label")}
        fields = [attrs for attrs in page.all("input") + page.all("select") if attrs.get("type") != "hidden"]
        assert {field["id"] for field in fields} == labelled, address
        assert {attrs["aria-labelledby"] for _, attrs in page.elements if "aria-labelledby" in attrs} <= set(ids)


async def test_the_pay_page_says_what_is_paid_to_whom(bench):
    """And its buttons what they do."""
    session = await bench.session()
    text = (await bench.browser.get(f"/c/pay/{session.id}")).text
    buttons = [re.sub(r"\s+", " ", label).strip() for label in re.findall(r"<button[^>]*>(.*?)</button>", text, re.S)]
    assert buttons == ["Pay £25", "Pay by bank debit (settles later)", "Decline the card"]
    assert "The Christie" in text
    assert "A gift to Ada" in text
    assert "ada@example.org" in text
    assert '<a class="button" href="http://house.test/back">Walk away</a>' in text


async def test_what_others_typed_is_only_text(bench):
    """A name full of markup stays a name."""
    data = {"currency": "gbp", "unit_amount": 2550, "product_data": {"name": "<script>alert(1)</script>"}}
    session = await bench.session(line_items=[{"quantity": 1, "price_data": data}])
    text = (await bench.browser.get(f"/c/pay/{session.id}")).text
    assert "<script" not in text
    assert "Pay £25.50" in text


async def test_paying_leads_on_with_the_sessions_id(bench):
    """303 to success_url, as Stripe fills it in; forms may lead there."""
    session = await bench.session()
    page = await bench.browser.get(f"/c/pay/{session.id}")
    assert "form-action 'self' http://house.test" in page.headers["content-security-policy"]
    answer = await bench.browser.post(f"/c/pay/{session.id}", content="how=card")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"http://house.test/thanks?session={session.id}"


async def test_pressing_twice_charges_once(bench):
    """Both presses lead on."""
    session = await bench.session()
    pressed = [bench.browser.post(f"/c/pay/{session.id}", content="how=card") for _ in range(5)]
    assert {answer.status_code for answer in await asyncio.gather(*pressed)} == {303}
    assert len(bench.sandbox.listed("charge")) == 1
    text = (await bench.browser.get(f"/c/pay/{session.id}")).text
    assert "This has been paid" in text
    assert "<form" not in text


async def test_a_declined_card_is_said_and_can_be_tried_again(bench):
    """On the same page."""
    session = await bench.session()
    answer = await bench.browser.post(f"/c/pay/{session.id}", content="how=decline")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/c/pay/{session.id}")
    text = (await bench.browser.get(f"/c/pay/{session.id}")).text
    assert "The card was declined" in text
    assert "Pay £25" in text


async def test_a_bank_debit_is_on_its_way_and_settled_at_the_desk(bench):
    """The pay page says so in between."""
    session = await bench.session()
    assert (await bench.browser.post(f"/c/pay/{session.id}", content="how=bank_debit")).status_code == 303
    assert "on its way" in (await bench.browser.get(f"/c/pay/{session.id}")).text
    await press(bench, "settle", session.id)
    assert "This has been paid" in (await bench.browser.get(f"/c/pay/{session.id}")).text


async def test_an_expired_page_says_so(bench):
    """And takes nothing; here its time has passed without anybody looking."""
    session = await bench.session()
    bench.clock.ahead_seconds = 86_401
    text = (await bench.browser.get(f"/c/pay/{session.id}")).text
    assert "This page has expired" in text
    assert (await bench.browser.post(f"/c/pay/{session.id}", content="how=card")).status_code == 400
    assert bench.sandbox.listed("charge") == []


async def test_an_address_that_is_none_is_asked_for_again(bench):
    """The page keeps what was typed, beside what is wrong with it."""
    params = {name: value for name, value in bench.params().items() if name != "customer_email"}
    session = await bench.client.v1.checkout.sessions.create_async(params, bench.options)
    answer = await bench.browser.post(f"/c/pay/{session.id}", content="how=card&email=ada%22")
    assert answer.status_code == 422
    assert "Invalid email address" in answer.text
    assert 'value="ada&#34;"' in answer.text
    await bench.browser.post(f"/c/pay/{session.id}", content="how=card&email=ada@example.org")
    assert bench.sandbox.read(session.id)["customer_details"]["email"] == "ada@example.org"


async def press(bench, do, id_="", **more):
    """Press a button of the desk."""
    form = {"do": do, "id": id_, "from": "here"} | more
    return await bench.browser.post("/desk", data=form)


async def test_the_desk_refunds_disputes_and_decides(bench):
    """Each button ends where it was pressed."""
    charge = await bench.charged()
    answer = await press(bench, "refund", charge, pounds="£5.50")
    assert (answer.status_code, answer.headers["location"]) == (303, "/#here")
    assert bench.sandbox.read(charge)["amount_refunded"] == 550
    await press(bench, "refund", charge, pounds="1", fails_later="yes")
    await bench.sandbox.delivered()
    assert bench.sandbox.read(charge)["amount_refunded"] == 550
    await press(bench, "dispute", charge)
    (dispute,) = bench.sandbox.listed("dispute")
    assert (dispute["amount"], dispute["status"]) == (1950, "needs_response")
    await press(bench, "win", dispute["id"])
    assert bench.sandbox.read(dispute["id"])["status"] == "won"


async def test_the_desk_says_what_cannot_be_done(bench):
    """On a page of its own, with the way back."""
    charge = await bench.charged()
    for pounds in ("26", "-1", "0.005", "all", "nan", "1e99"):
        answer = await press(bench, "refund", charge, pounds=pounds)
        assert answer.status_code == 400, pounds
        assert 'href="/"' in answer.text
    assert (await press(bench, "fly")).status_code == 400
    assert (await press(bench, "dispute", "ch_none")).status_code == 404
    assert bench.sandbox.read(charge)["amount_refunded"] == 0


async def test_the_desk_pays_out_and_stops_accounts(bench):
    """And starts them again."""
    await bench.charged()
    await press(bench, "pay_out", bench.account)
    assert bench.sandbox.listed("payout")[0]["status"] == "paid"
    await press(bench, "disable", bench.account)
    assert bench.sandbox.read(bench.account)["charges_enabled"] is False
    assert "takes no money" in (await bench.browser.get("/")).text
    await press(bench, "onboard", bench.account)
    assert bench.sandbox.read(bench.account)["charges_enabled"] is True
    await press(bench, "ask", bench.account)
    assert "external_account" in bench.sandbox.read(bench.account)["requirements"]["currently_due"]


async def test_the_desk_sets_how_events_are_delivered_and_what_fails(bench):
    """As /control does."""
    await press(bench, "deliver", order="twice", seconds="")
    await press(bench, "fail_next", how="status", times="2", status="503", seconds="")
    state = (await bench.browser.get("/control")).json()
    assert (state["deliver"]["order"], state["fail_next"][0]["times"]) == ("twice", 2)
    assert "Fail no more (1 to come)" in (await bench.browser.get("/")).text
    await press(bench, "clear")
    assert (await bench.browser.get("/control")).json()["fail_next"] == []
    assert (await press(bench, "deliver", order="late", seconds="soon")).status_code == 400


async def test_the_desk_lists_the_newest_first_in_pages(bench):
    """Thirty at a time."""
    for _ in range(31):
        await bench.session()
    first = (await bench.browser.get("/")).text
    assert first.count('class="card" aria-labelledby="payment') == 30
    older = re.search(r'href="(/\?before=\d+)"', first)[1]
    assert (await bench.browser.get(older)).text.count('class="card" aria-labelledby="payment') == 1
    assert (await bench.browser.get("/?before=x")).status_code == 200


async def test_a_form_of_another_site_is_refused(bench):
    """Whatever it asks for."""
    session = await bench.session()
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.test"}):
        answer = await bench.browser.post(f"/c/pay/{session.id}", content="how=card", headers=headers)
        assert answer.status_code == 403
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": "http://sandbox.test"}):
        answer = await bench.browser.post(f"/c/pay/{session.id}", content="how=card", headers=headers)
        assert answer.status_code == 303


@pytest.mark.parametrize(("do", "ready"), [("submit", True), ("leave", False)])
async def test_onboarding_leads_back_either_way(bench, do, ready):
    """A link works once; used or too old, it leads to where a new one is made."""
    account = await bench.client.v1.accounts.create_async({"type": "standard"})
    asked = {
        "account": account.id,
        "type": "account_onboarding",
        "refresh_url": "http://house.test/again",
        "return_url": "http://house.test/desk",
    }
    url = (await bench.client.v1.account_links.create_async(asked)).url
    text = (await bench.browser.get(url)).text
    assert "Submit everything" in text
    token = url.partition("link=")[2]
    answer = await bench.browser.post(f"/connect/onboarding/{account.id}", content=f"link={token}&do={do}")
    assert (answer.status_code, answer.headers["location"]) == (303, "http://house.test/desk")
    assert bench.sandbox.read(account.id)["charges_enabled"] is ready
    assert (await bench.browser.get(url)).headers["location"] == "http://house.test/again"
    late = (await bench.client.v1.account_links.create_async(asked)).url
    bench.clock.ahead_seconds = 301
    assert (await bench.browser.get(late)).headers["location"] == "http://house.test/again"
    assert (await bench.browser.get(f"/connect/onboarding/{account.id}")).status_code == 404


async def test_the_style_sheet_can_be_kept_for_ever(bench):
    """Its address changes with it."""
    text = (await bench.browser.get("/")).text
    address = re.search(r'rel="stylesheet" href="(/style\.css\?v=\w+)"', text)[1]
    answer = await bench.browser.get(address)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "http" not in answer.text
