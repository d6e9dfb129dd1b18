"""The drawings: the right size, always the same, one for every runner, and with words for who cannot see them."""

import io

import pytest
from PIL import Image

from fundraising.example import portraits
from fundraising.example.drawing.chosen import CHOSEN
from fundraising.example.drawing.looks import thrown
from fundraising.example.runners import RUNNERS
from fundraising.example.teams import TEAMS
from fundraising.example.words import CHARITIES


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    assert image.size == (640, 640)
    assert image.mode == "RGB"
    return image


@pytest.mark.parametrize("pose", ["over", "front", "back"])
def test_each_pose_and_style_is_drawn(pose: str) -> None:
    seeds = {}
    for at in range(900):
        look = thrown(f"seed {at}")
        if look.pose == pose:
            seeds.setdefault(look.hair, f"seed {at}")
    assert len(seeds) >= 18
    for at, seed in enumerate(seeds.values()):
        colours = opened(portraits.draw_runner(seed, colour=at % 12, initials="ŁÉ")).getcolors(640 * 640)
        assert len(colours or ()) > 40


def test_the_same_seed_is_the_same_picture() -> None:
    one = portraits.draw_runner("somebody", colour=3, initials="SB")
    assert one == portraits.draw_runner("somebody", colour=3, initials="SB")
    assert one != portraits.draw_runner("somebody else", colour=3, initials="SB")
    assert one != portraits.draw_runner("somebody", colour=4, initials="SB")


def test_initials_that_cannot_be_written_are_left_out() -> None:
    plain = portraits.draw_runner("chen-meiling", colour=4)
    assert portraits.draw_runner("chen-meiling", colour=4, initials="陈") == plain
    assert portraits.draw_runner("bo", colour=4, initials="ø") == portraits.draw_runner("bo", colour=4, initials="O")


def test_every_runner_of_the_example_has_a_look_and_a_number() -> None:
    assert set(CHOSEN) == {runner.slug for runner in RUNNERS}
    assert len({look.number for look in CHOSEN.values()}) == len(RUNNERS)


def test_teams_charities_and_event() -> None:
    for team in TEAMS:
        opened(portraits.draw_team(team.slug, colour=team.colour))
    for count in range(4):
        opened(portraits.draw_team(f"unknown {count}", colour=count))
    for charity in CHARITIES:
        opened(portraits.draw_charity(charity.slug, colour=charity.colour))
    assert len({portraits.draw_charity(f"unknown {at}", colour=3) for at in range(30)}) == 4
    opened(portraits.draw_event())


def test_pictures_are_said_in_words_that_fit() -> None:
    said = [portraits.describe_runner(runner.slug) for runner in RUNNERS]
    said += [portraits.describe_team(team.slug) for team in TEAMS]
    said += [portraits.describe_charity(charity.slug) for charity in CHARITIES] + [portraits.describe_event()]
    assert all(0 < len(sentence) <= 200 and sentence.endswith(".") for sentence in said)
