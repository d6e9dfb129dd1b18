"""Several gifts in one payment: what happens to the whole happens to its parts, to the penny, whatever it is."""

from uuid import uuid4

import hypothesis.strategies as st
import pytest
from hypothesis import given

from fundraising.mail.models import Letter
from fundraising.payments import books, checkout
from fundraising.payments.batch import take_in
from fundraising.payments.checkout import Part, end_session, end_sessions_for
from fundraising.payments.models import EventState, Kind, Payment, PaymentState, Purpose, StripeEvent, Transfer
from fundraising.payments.settle import refund
from fundraising.payments.together import shares
from fundraising.rooms import PROOFS
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.fundraising.donations.test_donate import session_in_url
from tests.fundraising.payments.test_checkout import open_session, order_for
from tests.makers import Family, arrival, make_family, make_together, refund_of, session_of


@given(st.data(), st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any))
def test_shares_are_all_of_it_and_none_is_a_penny_off(data: st.DataObject, weights: list[int]) -> None:
    """Whatever is shared out, in whatever proportion; and what is there at the most is never exceeded."""
    whole = sum(weights)
    pence = data.draw(st.integers(0, 2 * whole))
    got = shares(pence, weights)
    assert sum(got) == pence
    assert all(abs(share * whole - pence * weight) < whole for share, weight in zip(got, weights, strict=True))
    if pence <= whole:
        assert all(0 <= share <= weight for share, weight in zip(got, weights, strict=True))


@given(st.integers(0, 10**6), st.integers(1, 20))
def test_equal_parts_differ_by_a_penny_at_most(pence: int, count: int) -> None:
    """The odd pennies go to the first."""
    got = shares(pence, [1] * count)
    assert max(got) - min(got) <= 1
    assert got == sorted(got, reverse=True)


async def begin(family: Family, *pence: int) -> tuple[Payment, list[Payment]]:
    """An order of gifts to the runner and to the team, in turn."""
    funds = [family.runner, family.team] * len(pence)
    parts = [Part(fund.id, family.event.id, one, True) for fund, one in zip(funds, pence, strict=False)]
    order = order_for(
        family, purpose=Purpose.TOGETHER, fund_id=None, event_id=None, amount_pence=sum(pence), parts=parts
    )
    begun = await checkout.begin(order, livemode=False)
    return begun.payment, list(begun.parts)


async def standing_of(whole: Payment) -> list[int]:
    """What stands of each part; the books are right."""
    assert (await books.prove()).problems == []
    return [part.standing_pence for part in await Payment.filter(together_id=whole.id).order_by("id")]


async def test_one_session_pays_every_part(site: Site) -> None:
    """Each page has its total, the fee is shared out, and Stripe sees one payment."""
    family = await make_family()
    whole, parts = await begin(family, 1001, 1000, 1000)
    session = session_in_url(await open_session(site, whole))
    assert [part.state for part in await Payment.all()] == [PaymentState.OPEN] * 4
    await site.sandbox.pay(session)
    await site.deliver()
    await site.work()
    assert await standing_of(whole) == [1001, 1000, 1000]
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2001
    assert (await site.total(f"/teams/{family.team.slug}")) | {"version": 0} == {
        "raised_pence": 3001, "target_pence": None, "gift_aid_pence": 750, "donations": 3, "currency": "gbp",
        "version": 0,
    }  # fmt: skip
    settled = [await Payment.get(id=one.id) for one in (whole, *parts)]
    assert [one.fee_pence for one in settled] == [65, 22, 22, 21]
    assert [one.net_pence for one in settled] == [2936, 979, 978, 979]
    assert await Transfer.filter(kind=Kind.FEE).count() == 3
    await site.work()
    assert await Transfer.filter(kind=Kind.FEE).count() == 3


async def test_a_refund_that_we_ask_for_goes_back_from_the_gift_that_it_is_about(site: Site) -> None:
    """Stripe keeps which one; a refund made in Stripe's own dashboard is shared out by what stands."""
    family = await make_family()
    whole, parts = await begin(family, 1000, 500)
    await site.sandbox.pay(session_in_url(await open_session(site, whole)))
    await site.deliver()
    stripe = site.house.doors.stripe
    await refund(stripe, payment_id=parts[1].id, pence=200, key="once")
    await site.deliver()
    await refund(stripe, payment_id=parts[1].id, pence=200, key="once")
    await site.deliver()
    assert await standing_of(whole) == [1000, 300]
    paid = await Payment.get(id=whole.id)
    await site.sandbox.refund(str(paid.intent_id), 130)
    await site.deliver()
    assert await standing_of(whole) == [900, 270]


async def test_what_comes_back_comes_back_to_where_it_was_taken(database: None) -> None:
    """A refund that fails after another one went through, told in the wrong order and twice."""
    family = await make_family()
    whole, _ = await make_together(family.charity, [(family.runner, 1000), (family.team, 334)])
    paid = arrival("checkout.session.completed", session_of(whole))
    first, second = refund_of(whole, 101), refund_of(whole, 1)
    news = [
        arrival("refund.created", first),
        arrival("refund.created", second),
        arrival("refund.failed", first | {"status": "failed"}),
    ]
    await take_in(news[:1], {})
    await take_in([news[1], paid], {})
    assert await standing_of(whole) == [923, 309]
    await take_in([news[2], news[0]], {})
    await take_in(news, {})
    assert await standing_of(whole) == [1000 - 1, 334]
    assert await Transfer.filter(kind=Kind.REFUND_FAILED).count() == 2


async def test_who_names_a_part_to_stripe_is_set_aside(database: None) -> None:
    """Only the whole was ever told to Stripe."""
    family = await make_family()
    _, parts = await make_together(family.charity, [(family.runner, 1000), (family.team, 334)])
    await take_in([arrival("checkout.session.completed", session_of(parts[0]))], {})
    assert await StripeEvent.filter(state=EventState.SET_ASIDE).count() == 1
    assert (await books.prove()).problems == []


@pytest.mark.parametrize("told_by", ["job", "event"])
async def test_what_nobody_pays_ends_with_its_parts(site: Site, told_by: str) -> None:
    """When one of the pages closes, the session for all of them ends."""
    family = await make_family()
    whole, _ = await begin(family, 1000, 500)
    session = session_in_url(await open_session(site, whole))
    if told_by == "job":
        async with transaction() as connection:
            await end_sessions_for(connection, family.team.id)
        await site.work()
    else:
        await site.sandbox.expire(session)
    await site.deliver()
    assert [one.state for one in await Payment.all()] == [PaymentState.EXPIRED] * 3
    unknown, _ = await begin(family, 200, 300)
    await end_session(site.house.doors.stripe, unknown.id)  # of which Stripe has never heard
    assert [one.state for one in await Payment.all()] == [PaymentState.EXPIRED] * 6


async def test_who_gave_several_gifts_gets_one_letter(site: Site) -> None:
    """With the sum, and who got how much of it; the same when some of it goes back."""
    family = await make_family(name="Ruth Walker")
    whole, _ = await make_together(
        family.charity, [(family.runner, 1000), (family.team, 500)], gift_aid=True, attempt=uuid4()
    )
    await take_in([arrival("checkout.session.completed", session_of(whole))], site.house.intake.tellers)
    await take_in([arrival("refund.created", refund_of(whole, 600))], site.house.intake.tellers)
    receipt, gone_back = await Letter.all().order_by("id")
    words = await site.house.scribe.compose(1, "", receipt.template, receipt.facts)
    assert words is not None
    text = words.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert words["Subject"] == f"Thank you: £15 for Ruth Walker and {family.team.name}"
    assert "£10 to Ruth Walker\n" in text
    assert f"£5 to {family.team.name}\n" in text
    words = await site.house.scribe.compose(2, "", gone_back.template, gone_back.facts)
    assert words is not None
    assert words["Subject"].startswith("£6 of your gift to Ruth Walker and")
    assert (await books.prove(PROOFS)).problems == []


async def test_parts_that_are_not_all_of_the_whole_are_named(database: None) -> None:
    """What their fees were, or what of them went back; what they are of, the database keeps."""
    family = await make_family()
    whole, parts = await make_together(family.charity, [(family.runner, 1000), (family.team, 500)])
    await take_in([arrival("checkout.session.completed", session_of(whole))], {})
    for name, right in (("fee_pence", None), ("refunded_pence", 0)):
        await Payment.filter(id=parts[1].id).update(**{name: 1})
        assert any(f"payment {whole.id} is paid" in one for one in (await books.prove()).problems), name
        await Payment.filter(id=parts[1].id).update(**{name: right})
    assert (await books.prove()).problems == []


async def test_a_letter_names_three_in_one_breath_and_lists_all(site: Site) -> None:
    """Eight names are no subject."""
    family = await make_family(name="Ruth Walker")
    whole, _ = await make_together(
        family.charity, [(family.runner, 500), (family.team, 500), *[(family.runner, 500)] * 3]
    )
    await take_in([arrival("checkout.session.completed", session_of(whole))], site.house.intake.tellers)
    letter = await Letter.get()
    words = await site.house.scribe.compose(1, "", letter.template, letter.facts)
    assert words is not None
    assert words["Subject"] == f"Thank you: £25 for Ruth Walker, {family.team.name} and 3 others"
    assert words.get_body(("plain",)).get_content().count("£5 to ") == 5  # type: ignore[union-attr]
