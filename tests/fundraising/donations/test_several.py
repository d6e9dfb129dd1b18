"""Giving to several of a team at once: shared out in sight, paid once, and each page has its part."""

import re
from dataclasses import dataclass, fields

import hypothesis.strategies as st
import pytest
from httpx import Response
from hypothesis import given

from fundraising.donations.models import Declaration, Donation
from fundraising.donations.several_form import Way, split_of
from fundraising.errors import BadInput
from fundraising.funds.addresses import Seen
from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.mail.models import Letter
from fundraising.pages.models import PledgePage
from fundraising.payments import books
from fundraising.payments.models import Payment, PaymentState, Purpose
from fundraising.rooms import PROOFS
from tests.conftest import Site
from tests.fundraising.donations.test_donate import session_in
from tests.fundraising.donations.test_saying import AIDED
from tests.makers import Family, gift, make_family, make_fund


def funds_of(count: int) -> list[Seen]:
    """Runners' funds as a form sees them, that live in no database."""
    nothing = {field.name: None for field in fields(Seen)}
    return [Seen(**nothing | {"id": number, "kind": FundKind.RUNNER}) for number in range(1, count + 1)]  # type: ignore[arg-type]


@dataclass
class Party:
    """A team of three, and what is sent to its form."""

    site: Site
    family: Family
    members: list[Fund]

    @property
    def path(self) -> str:
        """The form."""
        return f"/teams/{self.family.team.slug}/donate/several"

    def equal(self, total: str = "10", *, to: list[Fund] | None = None, **typed: str) -> dict[str, str]:
        """The form, with one amount for all members, or for those given."""
        chosen = self.members if to is None else to
        return gift(amount="", total=total, way="equal", **{f"to-{fund.id}": "on" for fund in chosen}, **typed)

    async def show(self, typed: dict[str, str]) -> Response:
        """Send it for the first time: it comes back with how it is shared out."""
        answer = await self.site.browser.post(self.path, data=typed)
        assert answer.status_code == 200, answer.text
        return answer

    async def send(self, typed: dict[str, str]) -> Response:
        """Look at how it is shared out, and send it again with that."""
        seen = re.search(r'name="seen" value="([^"]*)"', (await self.show(typed)).text)
        assert seen
        return await self.site.browser.post(self.path, data=typed | {"seen": seen[1]})


@pytest.fixture
async def party(site: Site) -> Party:
    """Ann, Ben and Cat in one team, for one charity."""
    family = await make_family(name="Ann Bell")
    about = {"event": family.event, "charity": family.charity, "team": family.team}
    others = [await make_fund(FundKind.RUNNER, name, **about) for name in ("Ben Cole", "Cat Dunn")]
    for fund in others:
        await PledgePage.create(fund=fund, story="Because.")
    return Party(site, family, [family.runner, *others])


@given(st.data(), st.integers(2, 9))
def test_whatever_is_typed_the_parts_are_all_of_it(data: st.DataObject, count: int) -> None:
    """One amount in equal parts, to the penny; or amounts of their own; the card fee is shared out with them."""
    funds = funds_of(count)
    cover = {"cover_fee": "on"} if data.draw(st.booleans()) else {}
    if data.draw(st.booleans()):
        total = data.draw(st.integers(count * 100, 1_000_000))
        split = split_of({f"to-{f.id}": "on" for f in funds} | {"total": f"{total / 100:.2f}"} | cover, funds)
        amounts = [line.gift_pence for line in split.lines]
        assert max(amounts) - min(amounts) <= 1
    else:
        own = data.draw(st.lists(st.integers(100, 100_000), min_size=count, max_size=count))
        total = sum(own)
        typed = {f"pounds-{f.id}": f"{pence / 100:.2f}" for f, pence in zip(funds, own, strict=True)}
        split = split_of(typed | {"way": Way.OWN} | cover, funds)
        assert [line.gift_pence for line in split.lines] == own
    assert split.gift_pence == total
    assert (sum(line.cover_pence for line in split.lines) > 0) is bool(cover)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"total": "10", "to-1": "on"}, "to", "two or more"),
        ({"total": "", "to-1": "on", "to-2": "on"}, "total", "choose an amount"),
        ({"total": "2.50", "to-1": "on", "to-2": "on", "to-3": "on"}, "total", "£3 or more"),
        ({"total": "ten", "to-1": "on", "to-2": "on"}, "total", "25.50"),
        ({"way": "own", "pounds-1": "5", "pounds-2": "0.99"}, "pounds-2", "£1"),
        ({"way": "own", "pounds-1": "5", "pounds-2": "x"}, "pounds-2", "25.50"),
        ({"way": "own", "pounds-1": "9000", "pounds-2": "9000"}, "to", "£10,000"),
    ],
)
def test_what_cannot_be_shared_out_is_said_beside_its_field(typed: dict[str, str], field: str, sentence: str) -> None:
    """Too few, too little, too much, and nonsense."""
    with pytest.raises(BadInput) as bad:
        split_of(typed, funds_of(3))
    assert list(bad.value.errors) == [field]
    assert sentence in bad.value.errors[field]


async def test_it_is_shown_before_anybody_pays_and_paid_once(party: Party) -> None:
    """Without JavaScript: sent once, it comes back with the split; sent again, it leads to one session."""
    typed = party.equal("10", to=[*party.members, party.family.team][:3], message="All of you!")
    shown = await party.show(typed)
    assert re.findall(r"<td>(£[\d.]+)</td>", shown.text) == ["£3.34", "£3.33", "£3.33", "£10"]
    assert "odd pennies go to the first" in shown.text
    assert "All of you!" in shown.text
    assert await Payment.all().count() == 0
    session = session_in(await party.send(typed))
    assert session_in(await party.send(typed)) == session  # sent twice, it is one
    assert party.site.sandbox.read(session)["amount_total"] == 1000
    assert await Payment.filter(purpose=Purpose.TOGETHER).count() == 1
    await party.site.sandbox.pay(session)
    await party.site.deliver()
    for fund, pence in zip(party.members, (334, 333, 333), strict=True):
        text = (await party.site.browser.get(f"/pages/{fund.slug}")).text
        assert "All of you!" in text
        assert (await party.site.total(f"/pages/{fund.slug}"))["raised_pence"] == pence
    total = await party.site.total(f"/teams/{party.family.team.slug}")
    assert (total["raised_pence"], total["donations"]) == (1000, 3)
    assert await Letter.all().count() == 1
    paid_again = await party.send(typed)
    assert "/donations/" in paid_again.headers["location"]
    assert (await books.prove(PROOFS)).problems == []


async def test_amounts_of_their_own_and_the_team_itself(party: Party) -> None:
    """With the card fee added once, and shared out with them."""
    ann, _, cat = party.members
    typed = gift(way="own", cover_fee="on", **{f"pounds-{ann.id}": "5", f"pounds-{party.family.team.id}": "7.50"})
    session = session_in(await party.send(typed | {f"pounds-{cat.id}": ""}))
    assert party.site.sandbox.read(session)["amount_total"] == 1250 + 39
    gifts = {one.payment.fund_id: one for one in await Donation.all().prefetch_related("payment")}
    assert gifts.keys() == {ann.id, party.family.team.id}
    assert sum(one.cover_pence for one in gifts.values()) == 39
    assert gifts[ann.id].gift_pence == 500
    again = await party.site.browser.get(party.path, params={"again": gifts[ann.id].token})
    assert "Welcome back" in again.text
    assert f'name="pounds-{party.family.team.id}" type="text" inputmode="decimal"' in again.text
    assert 'value="7.50"' in again.text
    assert re.search(r'id="way-own" value="own" checked', again.text)


async def test_a_changed_mind_is_shown_again(party: Party) -> None:
    """Whoever changes an amount after looking does not pay what they have not seen."""
    typed = party.equal("10")
    seen = re.search(r'name="seen" value="([^"]*)"', (await party.show(typed)).text)
    assert seen
    answer = await party.show(typed | {"seen": seen[1], "total": "12"})
    assert "£4" in answer.text
    assert await Payment.all().count() == 0


async def test_each_gift_has_a_declaration_of_its_own(party: Party) -> None:
    """Each names the charity, and each page's estimate is of its own part."""
    session = session_in(await party.send(party.equal("10", **AIDED)))
    await party.site.sandbox.pay(session)
    await party.site.deliver()
    declared = await Declaration.all()
    assert [one.charity_name for one in declared] == [party.family.charity.name] * 3
    assert (await party.site.total(f"/teams/{party.family.team.slug}"))["gift_aid_pence"] == 83 * 3
    assert (await books.prove(PROOFS)).problems == []


async def test_who_is_related_to_one_of_them_gives_that_gift_without_gift_aid(party: Party) -> None:
    """Only that of a charity-funded place is asked about; the others keep their Gift Aid."""
    ann = party.members[0]
    await PledgePage.filter(fund_id=ann.id).update(charity_funded=True)
    typed = party.equal("10", **AIDED)
    answer = await party.site.browser.post(party.path, data=typed)
    assert answer.status_code == 422
    assert f'id="is_connected-{ann.id}-error"' in answer.text
    session_in(await party.send(typed | {f"is_connected-{ann.id}": "yes"}))
    gifts = {one.payment.fund_id: one for one in await Donation.all().prefetch_related("payment")}
    assert [gifts[fund.id].gift_aid for fund in party.members] == [False, True, True]
    assert [gifts[fund.id].is_connected for fund in party.members] == [True, None, None]


async def test_different_charities_need_a_payment_each(party: Party) -> None:
    """The form says who raises money for whom, and keeps what was typed."""
    other = await make_fund(FundKind.CHARITY, "Canal Kitchen")
    await Fund.filter(id=party.family.team.id).update(charity_id=None)
    await Fund.filter(id=party.members[2].id).update(charity_id=other.id)
    answer = await party.site.browser.post(party.path, data=party.equal("10", message="Kept words"))
    assert answer.status_code == 422
    assert "Cat Dunn for Canal Kitchen" in answer.text
    assert "Kept words" in answer.text
    session = session_in(await party.send(party.equal("10", to=[*party.members[:2], party.family.team])))
    assert party.site.sandbox.read(session)["amount_total"] == 1000
    assert {one.charity_id for one in await Payment.all()} == {party.family.charity.id}


async def test_a_page_that_closes_meanwhile_stops_all_of_it(party: Party) -> None:
    """It is not among those to choose from any more; nothing is made."""
    typed = party.equal("10")
    seen = re.search(r'name="seen" value="([^"]*)"', (await party.show(typed)).text)
    assert seen
    await Fund.filter(id=party.members[1].id).update(state=FundState.PAUSED, closed_because="Ben rests.")
    answer = await party.site.browser.post(party.path, data=typed | {"seen": seen[1]})
    assert answer.status_code == 200
    assert "Ben Cole" not in answer.text
    assert "£5" in answer.text
    assert await Payment.all().count() == 0


async def test_who_walks_away_finds_the_form_as_it_was(party: Party) -> None:
    """And after a day, or once it was paid, an empty one."""
    session = session_in(await party.send(party.equal("10", in_honour_of="Grandad Joe")))
    token = (await Donation.first() or Donation()).token
    from_receipt = await party.site.browser.get(f"/pages/{party.members[0].slug}/donate", params={"again": token})
    assert from_receipt.headers["location"] == f"{party.path}?again={token}"
    back = await party.site.browser.get(party.path, params={"again": token})
    assert 'value="Grandad Joe"' in back.text
    assert 'name="total" type="text"' in back.text
    assert 'value="10"' in back.text
    assert len(re.findall(r'name="to-\d+" value="on" checked', back.text)) == 3
    await party.site.sandbox.pay(session)
    await party.site.deliver()
    assert [one.state for one in await Payment.all()] == [PaymentState.PAID] * 4
    assert "Grandad Joe" not in (await party.site.browser.get(party.path, params={"again": token})).text
