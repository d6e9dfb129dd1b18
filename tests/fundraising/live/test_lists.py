"""What makes a total, to the last row."""

import re

import pytest

from fundraising.funds.addresses import path_of
from fundraising.live import lists
from fundraising.payments.batch import take_in
from fundraising.rooms import TELLERS
from tests.conftest import Site
from tests.makers import Family, arrival, make_family, make_gift, refund_of


async def given(family: Family, *amounts: int, **more: object) -> None:
    """Gifts to the runner, paid one after the other."""
    for number, pence in enumerate(amounts):
        await make_gift(family.runner, family.charity, pence, name=f"Giver {number}", **more)


async def test_every_gift_is_found_by_going_on_and_none_twice(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Newest first; a gift that comes meanwhile moves no page."""
    monkeypatch.setattr(lists, "GIFTS_AT_ONCE", 2)
    family = await make_family()
    await given(family, 201, 202, 203, 204, 205)
    for fund in family.all:
        address, seen = f"{path_of(fund.kind, fund.slug)}/gifts", []
        query = ""
        while True:
            answer = await site.browser.get(address + query)
            assert answer.status_code == 200
            seen += re.findall(r"<b><bdi>Giver (\d)", answer.text)
            onward = re.search(r'href="[^"]*/gifts(\?[^"]*before=[^"]*)"', answer.text)
            if not onward:
                break
            query = onward[1]
        assert seen == ["4", "3", "2", "1", "0"]


async def test_what_is_hidden_or_gone_back_is_in_no_list(site: Site) -> None:
    """Neither name nor amount nor a refunded gift."""
    family = await make_family()
    await given(family, 4321, hide_name=True, hide_amount=True, message="Backwards!")
    gone = await make_gift(family.runner, family.charity, 999, name="Gone Again")
    await take_in([arrival("refund.created", refund_of(gone, 999))], TELLERS)
    text = (await site.browser.get(f"{path_of(family.event.kind, family.event.slug)}/gifts")).text
    assert "Backwards!" in text
    for hidden in ("Giver 0", "43.21", "Gone Again", "9.99"):
        assert hidden not in text.replace("£43.21 raised", "")


async def test_direct_gifts_leave_out_what_was_given_to_pages(site: Site) -> None:
    """They are the rest of the sum that a page shows."""
    family = await make_family()
    await given(family, 500)
    await make_gift(family.team, family.charity, 700, name="For The Team")
    text = (await site.browser.get(f"{path_of(family.team.kind, family.team.slug)}/gifts?direct=1")).text
    assert "For The Team" in text
    assert "Giver 0" not in text


async def test_a_runner_is_found_by_a_part_of_the_name(site: Site) -> None:
    """Signs with a meaning to the database mean themselves."""
    family = await make_family()
    name = family.runner.name
    for fund in (family.team, family.charity, family.event):
        address = f"{path_of(fund.kind, fund.slug)}/runners"
        assert name in (await site.browser.get(address)).text
        assert name in (await site.browser.get(address, params={"q": name[1:4].upper()})).text
        for odd in ("%", "_", "\\", "zzz", "\0%", "'"):
            answer = await site.browser.get(address, params={"q": odd})
            assert answer.status_code == 200
            assert f"<bdi>{name}</bdi></a><span" not in answer.text


@pytest.mark.parametrize(
    "query", ["?before=x", "?before=00000000-0000-0000-0000-000000000000", "?after=9-9", "?after=x"]
)
async def test_an_odd_place_to_go_on_from_is_an_empty_list_or_not_found(site: Site, query: str) -> None:
    """Never an error."""
    family = await make_family()
    below = "gifts" if "before" in query else "runners"
    assert (await site.browser.get(f"{path_of(family.event.kind, family.event.slug)}/{below}{query}")).status_code in (
        200,
        404,
    )
