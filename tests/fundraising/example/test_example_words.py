"""The example's words fit their fields, hang together, and name nobody's charity."""

import re
from collections import Counter

from fundraising.example.messages import MESSAGES, MESSAGES_ABOUT
from fundraising.example.runners import RUNNERS
from fundraising.example.supporter_names import GROUPS, PEOPLE
from fundraising.example.teams import TEAMS
from fundraising.example.words import CHARITIES, EVENT, RACES

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CHARITY = {charity.slug: charity for charity in CHARITIES}
RUNNER = {runner.slug: runner for runner in RUNNERS}


def test_every_slug_is_an_address_of_its_own() -> None:
    for things in (RACES, CHARITIES, TEAMS, RUNNERS):
        slugs = [thing.slug for thing in things]
        assert len(set(slugs)) == len(slugs)
        assert all(SLUG.fullmatch(slug) and len(slug) <= 60 for slug in slugs)


def test_the_event_fits_its_fields() -> None:
    assert len(EVENT.strapline) <= 120
    assert len(EVENT.summary) <= 200
    assert [race.kind for race in RACES] == ["timed", "team", "fun"]
    assert all(len(race.name) <= 80 and len(race.summary) <= 300 and len(race.ranked_by) <= 120 for race in RACES)
    assert sorted(race.starts_after for race in RACES) == [race.starts_after for race in RACES]
    assert "6:58" in EVENT.course
    assert "to be confirmed" in EVENT.course


def test_the_charities_fit_and_their_numbers_belong_to_nobody() -> None:
    for charity in CHARITIES:
        assert len(charity.register) <= 40
        assert len(charity.what_ten_does) <= 200
        assert len(charity.summary) <= 200
        assert charity.website.endswith(".example.org")
        assert re.fullmatch(r"99999\d\d|SC0999\d\d", charity.number)
        assert bool(charity.statement_name) is charity.connected
        assert len(charity.statement_name) <= 22
        assert 0 <= charity.colour <= 11
    assert [charity.connected for charity in CHARITIES] == [True, True, False, False]


def test_the_teams_are_four_to_eight_of_the_runners() -> None:
    members = Counter(slug for team in TEAMS for slug in team.members)
    assert max(members.values()) == 1
    assert 33 <= len(members) <= 36
    assert len({team.colour for team in TEAMS}) == len(TEAMS)
    for team in TEAMS:
        assert 4 <= len(team.members) <= 8
        assert team.captain in team.members
        assert CHARITY[team.charity].connected
        assert len(team.motto) <= 120
        assert len(team.summary) <= 200
        for member in team.members:
            assert RUNNER[member].colour == team.colour
            assert RUNNER[member].race == team.race


def test_the_runners_fit_and_each_tells_a_story() -> None:
    races = {race.slug for race in RACES}
    assert len(RUNNERS) == 40
    for runner in RUNNERS:
        assert len(runner.name) <= 60
        assert len(runner.why) <= 120
        assert 2 <= len(runner.story.split("\n\n")) <= 4
        assert runner.race in races
        assert 0 <= runner.fame <= 1
        assert runner.target_pounds is None or runner.target_pounds > 0
        assert CHARITY[runner.charity].connected or runner.fame == 0, "nobody can give where there is no account"
    assert len({runner.why for runner in RUNNERS}) == 40
    assert sum(runner.target_pounds is None for runner in RUNNERS) == 2
    assert sum(runner.fame == 0 for runner in RUNNERS) >= 3


def test_no_sentence_is_told_twice() -> None:
    told = Counter(
        sentence.strip()
        for runner in RUNNERS
        for sentence in re.split(r"(?<=[.?!])\s", runner.story)
        if len(sentence) > 20
    )
    assert [sentence for sentence, times in told.items() if times > 1] == []


def test_supporters_have_enough_to_say() -> None:
    every = [*MESSAGES, *(message for about in MESSAGES_ABOUT.values() for message in about)]
    assert len(every) >= 140
    assert len(set(every)) == len(every)
    assert all(0 < len(message) <= 300 and message == message.strip() for message in every)
    assert set(MESSAGES_ABOUT) <= set(CHARITY)
    names = [*PEOPLE, *GROUPS]
    assert len(names) >= 150
    assert len(set(names)) == len(names)
    assert all(len(name) <= 60 for name in names)
    assert all(" " in name for name in PEOPLE)
