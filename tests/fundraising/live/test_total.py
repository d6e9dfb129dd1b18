"""`total.json`, `/widget`, the big screen, and the snapshot behind them."""

import pytest

from fundraising.funds.models import Fund
from fundraising.live import snapshot
from fundraising.payments.batch import take_in
from tests.conftest import Site
from tests.fundraising.donations.test_donate import post, session_in
from tests.makers import arrival, make_family, make_payment, session_of


async def test_total_json_has_the_parts_that_the_contract_names(site: Site) -> None:
    """For each of the four kinds, with the version as its tag."""
    family = await make_family(target_pence=50_000)
    payment = await make_payment(family.runner, family.charity, gift_aid=True)
    await take_in([arrival("checkout.session.completed", session_of(payment))], {})
    for place, fund in zip(("pages", "teams", "charities", "events"), family.all, strict=True):
        answer = await site.browser.get(f"/{place}/{fund.slug}/total.json")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == {
            "raised_pence": 2500,
            "target_pence": 50_000 if place == "pages" else None,
            "gift_aid_pence": 625,
            "donations": 1,
            "currency": "gbp",
            "version": 1,
        }
        again = await site.browser.get(
            f"/{place}/{fund.slug}/total.json", headers={"if-none-match": answer.headers["etag"]}
        )
        assert again.status_code == 304


async def test_the_tag_changes_with_the_total_at_once(site: Site) -> None:
    """Our own process never shows an old total after it has answered the event."""
    family = await make_family()
    path = f"/pages/{family.runner.slug}/total.json"
    before = await site.browser.get(path)
    await site.sandbox.pay(session_in(await post(site, family)))
    await site.deliver()
    after = await site.browser.get(path, headers={"if-none-match": before.headers["etag"]})
    assert (after.status_code, after.json()["raised_pence"]) == (200, 2500)


@pytest.mark.parametrize("below", ["", "/total.json", "/widget", "/donate", "/live"])
async def test_an_unknown_fund_is_not_found(site: Site, below: str) -> None:
    """Of each kind."""
    for place in ("pages", "teams", "charities", "events"):
        assert (await site.browser.get(f"/{place}/nobody{below}")).status_code == 404


async def test_the_widget_may_be_framed_by_anybody_and_nothing_else_may(site: Site) -> None:
    """By its own policy."""
    family = await make_family()
    widget = await site.browser.get(f"/charities/{family.charity.slug}/widget")
    assert "frame-ancestors *" in widget.headers["content-security-policy"]
    assert "x-frame-options" not in widget.headers
    assert f'href="http://run.test/charities/{family.charity.slug}"' in widget.text
    page = await site.browser.get(f"/charities/{family.charity.slug}")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"


async def test_page_widget_and_screen_hold_the_same_fragment(site: Site) -> None:
    """The one that the stream sends."""
    family = await make_family()
    taken = await snapshot.take(family.event.id)
    assert taken is not None
    fragment = site.house.pages.render("fundraising/live/_fund.html", live=taken).strip()
    assert fragment.startswith('<div id="live">')
    for below in ("/widget", "/big-screen"):
        assert fragment in (await site.browser.get(f"/events/{family.event.slug}{below}")).text


@pytest.mark.usefixtures("database")
async def test_the_rows_of_a_snapshot_make_its_total() -> None:
    """Members and own gifts of a team; teams, loners and own gifts of an event; runners and the rest of a charity."""
    family = await make_family()
    loner = await Fund.create(kind="runner", slug="loner", name="L", event=family.event, charity=family.charity)
    for fund, pence in ((family.runner, 1000), (family.team, 200), (loner, 50), (family.event, 7), (family.charity, 3)):
        payment = await make_payment(fund, family.charity, pence)
        await take_in([arrival("checkout.session.completed", session_of(payment))], {})
    seen = {}
    for fund in family.all:
        taken = await snapshot.take(fund.id)
        assert taken is not None
        assert taken.rows_pence + taken.alone_pence + taken.direct_pence == taken.fund.raised_pence
        seen[fund.kind] = (taken.rows_pence, taken.alone_pence, taken.direct_pence)
    assert seen == {"runner": (0, 0, 1000), "team": (1000, 0, 200), "charity": (1050, 0, 210), "event": (1200, 50, 7)}


async def test_what_is_hidden_is_nowhere(site: Site) -> None:
    """Not in the page, the fragment, the JSON or the source of any page that could show it."""
    family = await make_family()
    name, message = "Hilda Hidden", "Hush"
    await site.sandbox.pay(
        session_in(
            await post(site, family, name=name, message=message, amount="43.21", hide_name="on", hide_amount="on")
        )
    )
    await site.deliver()
    await site.sandbox.pay(session_in(await post(site, family, amount="100", email="other@example.org")))
    await site.deliver()
    for place, fund in zip(("pages", "teams", "charities", "events"), family.all, strict=True):
        for below in ("", "/widget", "/total.json"):
            text = (await site.browser.get(f"/{place}/{fund.slug}{below}")).text
            assert name not in text
            assert "43.21" not in text.replace("143.21", "")
            assert (message in text) is (below != "/total.json")


async def test_a_refunded_gift_leaves_the_list(site: Site) -> None:
    """What no longer stands is not shown as if it did."""
    family = await make_family()
    session = session_in(await post(site, family, message="Gone tomorrow"))
    await site.sandbox.pay(session)
    await site.deliver()
    path = f"/pages/{family.runner.slug}"
    assert "Gone tomorrow" in (await site.browser.get(path)).text
    await site.sandbox.refund(site.sandbox.read(session)["payment_intent"])
    await site.deliver()
    page = (await site.browser.get(path)).text
    assert "Gone tomorrow" not in page
    assert "Nobody has given yet" in page


async def test_strange_names_break_nothing(site: Site) -> None:
    """Markup is text, directions are kept apart, long names are allowed."""
    family = await make_family()
    for name in ("<img src=x onerror=alert(1)>", "ليلى \u202eevil", "x" * 60, "\u0000\u200b"):
        answer = await post(site, family, name=name, message="<b>\n\n" + "y" * 200)
        if answer.status_code == 303:
            await site.sandbox.pay(session_in(answer))
            await site.deliver()
    page = (await site.browser.get(f"/pages/{family.runner.slug}")).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert "\u202e" not in page
    assert (await site.total(f"/pages/{family.runner.slug}"))["donations"] == 3
