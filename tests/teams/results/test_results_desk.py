"""The organiser's desk of results: nothing is saved by mistake, nothing official is changed unseen."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from fundraising.errors import NotFound
from fundraising.settings import Settings
from teams.results.models import Result, ResultVersion
from teams.results.publishing import Official
from tests.conftest import Site, opened_site
from tests.looking import words_of
from tests.teams.results.making import Stand, make_stand


@pytest.fixture
async def stand(site: Site) -> Stand:
    """A mile with three runners: 7, 8 and 9."""
    made = await make_stand(site)
    for number in (7, 8, 9):
        await made.start(number, f"Runner {number}")
    return made


async def test_rows_are_typed_by_number(stand: Stand) -> None:
    """With times and statuses; the same sent twice is once; who records it is known."""
    for said in ("2", "0"):
        answer = await stand.type("7 9:41.2", "8 dnf")
        assert (answer.status_code, answer.headers["location"].partition("said=")[2]) == (303, said)
    assert await stand.recorded() == ["9:41.2", "DNF"]
    assert (await Result.all().first()).recorded_by_id is not None


async def test_one_wrong_row_keeps_all_from_being_saved_and_nothing_typed_is_lost(stand: Stand) -> None:
    """The sentence stands beside its row."""
    answer = await stand.type("7 9:41.2", "70 9:42", "8 9:99", "9 2:00")
    assert answer.status_code == 422
    said = words_of(answer.text)
    assert "Nobody in this race wears number 70." in said
    assert "“9:99” is neither a time nor a status" in said
    assert "2:00 is faster than anybody has ever run" in said
    for kept in ('value="9:41.2"', 'value="70"', 'value="9:99"'):
        assert kept in answer.text
    assert not await Result.exists()


async def test_over_what_stands_nobody_types_by_mistake(stand: Stand) -> None:
    """It is corrected on purpose, at its own place; and taken away while it is provisional."""
    await stand.type("7 9:41.2")
    answer = await stand.type("007 9:50", "8 9:51")
    assert answer.status_code == 422
    assert "Runner 7 has 9:41.2 already" in words_of(answer.text)
    assert await stand.recorded() == ["9:41.2"]
    one = f"{stand.at}/{stand.entries[7].id}"
    assert (await stand.browser.post(one, data={"time": "9:50"})).status_code == 303
    assert await stand.recorded() == ["9:50"]
    assert (await stand.browser.post(f"{one}/remove")).status_code == 303
    assert await stand.recorded() == []
    assert not await ResultVersion.exists()  # nothing was official


async def test_a_list_is_looked_at_before_anything_is_saved(stand: Stand) -> None:
    """Unknown numbers, doubles, impossible times and who is missing are told; what can be used is saved by a press."""
    await stand.type("7 9:41")
    text = "Bib,Time\n7,9:43\n8,12:00.5\n99,9:00\n8,12:00.5\n9,0:59\n"
    answer = await stand.look(text)
    said = words_of(answer.text)
    assert await stand.recorded() == ["9:41"]
    assert "7 · Runner 7 : 9:41 becomes 9:43" in said
    assert "Line 4, 99, 9:00 : Nobody in this race wears number 99." in said
    assert "Line 6, 9, 0:59 : 0:59 is faster than anybody has ever run" in said
    assert "1 runner would still have no result 9 · Runner 9" in said
    assert "Save what can be used: 2 results" in said
    seen = answer.text.partition('name="seen" value="')[2].partition('"')[0]
    assert (await stand.look(text, seen=seen, save="1")).status_code == 303
    assert await stand.recorded() == ["9:43", "12:00.5"]


async def test_a_list_that_was_overtaken_is_looked_at_again(stand: Stand) -> None:
    """What a colleague has recorded meanwhile is not written over unseen."""
    answer = await stand.look("7,9:43")
    seen = answer.text.partition('name="seen" value="')[2].partition('"')[0]
    await stand.type("7 9:41")
    again = await stand.look("7,9:43", seen=seen, save="1")
    assert again.status_code == 409
    assert "9:41 becomes 9:43" in words_of(again.text)
    assert await stand.recorded() == ["9:41"]


async def test_a_file_is_taken_as_its_program_wrote_it(stand: Stand) -> None:
    """UTF-8 with a mark, or Windows with a name in it; one that is too large is refused."""
    for raw in (
        "\ufeffBib;Time;Name\r\n7;9:41,2;Zoë\r\n".encode(),
        "Bib;Time;Name\r\n7;9:41,2;Zoë\r\n".encode("cp1252"),
    ):
        answer = await stand.browser.post(f"{stand.at}/list", files={"file": ("times.csv", raw, "text/csv")})
        assert "7 · Runner 7 : 9:41.2" in words_of(answer.text)
    large = await stand.browser.post(f"{stand.at}/list", files={"file": ("times.csv", b"7,9:41\n" * 9000, "text/csv")})
    assert large.status_code == 413


async def test_official_in_one_step_and_who_is_missing_has_not_started(stand: Stand) -> None:
    """But only when its organiser says so, of what they have looked at; and once."""
    await stand.type("7 9:41", "8 10:00")
    refused = await stand.browser.post(f"{stand.at}/publish", data={"seen": "x"})
    assert refused.status_code == 422
    for why in ("Something has changed", "without a result have not started", "although the race is still to come"):
        assert why in words_of(refused.text)
    assert not await Result.filter(official_at__isnull=False).exists()
    assert (await stand.publish()).status_code == 303
    assert await Result.filter(official_at=None).count() == 0
    assert await stand.recorded() == ["9:41", "10:00", "DNS"]
    assert (await stand.publish()).status_code == 409


async def test_nothing_recorded_is_nothing_to_publish(stand: Stand) -> None:
    """An empty race does not become official by mistake."""
    assert (await stand.publish()).status_code == 409
    assert not await Result.exists()


async def test_a_correction_wants_a_reason_and_keeps_what_stood(stand: Stand) -> None:
    """Whether it is typed, pasted or made at its own place; organisers read the earlier versions."""
    await stand.type("7 9:41", "8 10:00")
    await stand.publish()
    one = f"{stand.at}/{stand.entries[7].id}"
    assert (await stand.browser.post(one, data={"time": "9:40"})).status_code == 422
    assert (await stand.browser.post(one, data={"time": "9:40", "because": "Chip read twice"})).status_code == 303
    assert (await stand.browser.post(one, data={"time": "dq", "because": "Turned round"})).status_code == 303
    assert (await stand.browser.post(f"{one}/remove")).status_code == 409
    late = await stand.start(10, "Late Comer")
    assert (await stand.type("10 11:00")).status_code == 422
    assert (await stand.type("10 11:00", because="Number was smudged")).status_code == 303
    assert (await Result.get(entry=late)).official_at is not None
    assert await stand.recorded() == ["DQ", "10:00", "DNS", "11:00"]
    versions = await ResultVersion.all().order_by("id")
    assert [(v.milliseconds, v.because) for v in versions] == [(581_000, ""), (580_000, "Chip read twice")]
    said = words_of((await stand.browser.get(one)).text)
    assert "How it stood before" in said
    assert "9:40 Chip read twice" in said


async def test_rooms_that_asked_are_told_of_what_is_official(stand: Stand) -> None:
    """In its transaction, of runners who have a page: when it is published, and of what is corrected after that."""
    pages = [await stand.page(), await stand.page(), await stand.page()]
    for number, page in zip((7, 8, 9), pages, strict=True):
        stand.entries[number].fund = page
        await stand.entries[number].save(update_fields=["fund_id"])
    await stand.start(10, "Without Page")
    heard: list[list[Official]] = []

    async def hear(_writing: object, official: Sequence[Official]) -> None:
        heard.append(list(official))

    await stand.type("7 9:41.2", "8 dnf", "10 9:00")
    assert heard == []
    await stand.publish_telling(hear)
    assert sorted(heard.pop(), key=lambda one: one.fund_id) == [
        Official(pages[0].id, True, 581_200, None), Official(pages[1].id, False, None, None),
        Official(pages[2].id, False, None, None),
    ]  # fmt: skip
    await stand.correct_telling(8, "10:00", hear)
    assert heard == [[Official(pages[1].id, True, 600_000, None)]]


async def test_what_a_room_refuses_is_not_official(stand: Stand) -> None:
    """Fact and consequence are one transaction."""
    page = await stand.page()
    stand.entries[7].fund = page
    await stand.entries[7].save(update_fields=["fund_id"])
    await stand.type("7 9:41")

    async def refuse(_writing: object, _official: object) -> None:
        raise NotFound

    with pytest.raises(NotFound):
        await stand.publish_telling(refuse)
    assert not await Result.filter(official_at__isnull=False).exists()


async def test_two_organisers_at_once_record_each_number_once(
    own_database: str, settings: Settings, tmp_path: Path
) -> None:
    """Of two who type another time for one number, one is told; of two who publish, one."""
    async with opened_site(settings, tmp_path) as site:
        stand = await make_stand(site)
        for number in (7, 8):
            await stand.start(number)
        answers = await asyncio.gather(*(stand.type(f"7 9:4{i}", "8 10:00") for i in range(6)))
        assert sorted(answer.status_code for answer in answers) == [303] + [422] * 5
        assert await Result.all().count() == 2
        published = await asyncio.gather(*(stand.publish() for _ in range(4)))
        assert sorted(answer.status_code for answer in published) == [303] + [409] * 3
