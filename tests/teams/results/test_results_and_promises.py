"""From the organiser's desk to a sponsor's letter: official results reckon what was promised on them."""

from datetime import UTC, datetime
from uuid import uuid4

from fundraising.mail.models import Letter
from fundraising.pledges.models import ResultPledge
from fundraising.rooms import OFFICIAL
from fundraising.store.ids import new_id
from tests.conftest import Site
from tests.teams.results.making import make_stand


async def test_publishing_asks_sponsors_and_a_correction_asks_anew(site: Site) -> None:
    """Nobody is asked before it is official; who did not start owes nobody anything."""
    stand = await make_stand(site)
    pages = [await stand.page(name) for name in ("Ada Example", "Bo Brown")]
    for number, page in enumerate(pages, 7):
        await stand.start(number, page.name, fund=page)
        await ResultPledge.create(
            id=new_id(), fund=page, token=uuid4().hex, name="S", email=f"s{number}@example.org", rule="minutes_under",
            rate_pence=100, minutes=12, cap_pence=2000, confirmed_at=datetime.now(UTC),
        )  # fmt: skip
    await stand.type("7 9:40.2")
    assert not await Letter.exists()
    assert (await stand.publish()).status_code == 303
    assert dict(await Letter.all().values_list("recipient", "template")) == {  # type: ignore[arg-type]
        "s7@example.org": "pledge_due",
        "s8@example.org": "pledge_nothing",
    }
    assert await ResultPledge.all().order_by("email").values_list("due_pence", flat=True) == [200, 0]
    await site.work()
    await stand.correct_telling(7, "8:40.2", *OFFICIAL)
    assert (await ResultPledge.get(email="s7@example.org")).due_pence == 300
    assert await Letter.filter(template="pledge_due").count() == 2
