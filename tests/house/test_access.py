"""Every address, asked by everybody: nobody, a runner, another runner, a captain, a partner, an organiser."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route

from charities.models import Charity, Partner, Role
from fundraising.pages.models import PledgePage
from fundraising.people.models import CodeApp, Person, Session
from teams.entries.models import Entry, EntryState
from teams.roster.models import Seat, Team
from tests.conftest import Site
from tests.house.test_house import (
    ACCESS,
    ANYBODY,
    CAPTAIN,
    FINANCE,
    FRESH,
    INSIDER,
    JUST_SIGNED_IN,
    KEY,
    LEADER,
    MEMBER,
    OPERATOR,
    ORGANISER,
    OWNER,
    PARTNER,
    SIGNED_IN,
    STRIPE,
    TOKEN,
)
from tests.makers import Family, make_family, make_person, sign_in
from tests.teams.entries.making import entry_form, make_open_event, runner

REFUSE_NONSENSE = ("take_passkey", "add_passkey", "take_code")  # by 403: it is no passkey of theirs
NOT_PAGES = ("runner_live", "team_live", "charity_live", "event_live")  # streams: they do not end
WHO = ("nobody", "runner", "other runner", "captain", "partner", "organiser")


@dataclass
class Asked:
    """Who asks, and what there is to ask for."""

    browsers: dict[str, httpx.AsyncClient]
    family: Family
    event: str
    entry: Entry
    session: Session
    seat: Seat


@pytest.fixture
async def asked(site: Site) -> Asked:
    """One of each kind of person; an entry and a session that belong to the runner."""
    family = await make_family()
    event = await make_open_event()
    people: dict[str, Person] = {
        who: await make_person(f"{who.replace(' ', '-')}@example.org", is_organiser=who == "organiser")
        for who in WHO[1:]
    }
    form = entry_form(runner(race="fun"), payer_email=people["runner"].email or "")
    await site.browser.post(f"/events/{event.fund.slug}/enter", data=form)
    await PledgePage.filter(fund=family.runner).update(person=people["captain"])
    team = await Team.get(fund=family.team)
    await Team.filter(id=team.id).update(captain=people["captain"])
    await Partner.create(charity=await Charity.get(fund=family.charity), person=people["partner"])
    browsers = {who: await sign_in(site.browser, person) for who, person in people.items()}
    entry = await Entry.get(race__event=event)
    assert entry.person_id == people["runner"].id
    return Asked(
        {"nobody": site.browser} | browsers,
        family,
        event.fund.slug,
        entry,
        await Session.get(person=people["runner"]),
        await Seat.create(team=team),
    )


def address(route: Route, asked: Asked) -> str:
    """An address of a route, of things that are there; tokens are wrong ones."""
    place = route.path.split("/")[1]
    slugs = {"events": asked.event, "teams": asked.family.team.slug, "pages": asked.family.runner.slug}
    slugs |= {"charities": asked.family.charity.slug, "organiser": asked.event}
    values: dict[str, Any] = {
        "slug": slugs.get(place, ""),
        "entry": asked.entry.id,
        "session": asked.session.id,
        "token": "x" * 43,
        "number": 1,
        "passkey": 1,
        "template": "receipt",
        "series": "training",
        "path": "site.js",
        "id": "0" * 32,
        "size": "small",
        "kind": "webp",
        "row": 1,
        "seat": asked.seat.id,
        "order": "0" * 32,
        "request": "0" * 32,
        "team": 1,
        "pot": 1,
        "payout": 1,
        "year": 2026,
        "fund": 1,
        "verb": "keep",
        "news": 1,
        "gift": "0" * 32,
        "race": 1,
        "position": 1,
        "table": "donations",
        "ending": "csv",
        "partner": 1,
        "invitation": "0" * 32,
        "file": 1,
        "line": 1,
        "banking": 1,
        "pledge": "0" * 32,
        "key": 1,
        "endpoint": 1,
        "delivery": "0" * 32,
    }
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: str(values[found[1]]), route.path)


async def ask(browser: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    """A request with nothing in it."""
    return await browser.request(method, path, data={} if method == "POST" else None)


def is_let_in(answer: httpx.Response) -> bool:
    """Whether somebody got further than the door."""
    led_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
    return answer.status_code not in (401, 403) and not led_away


def routes_for(site: Site, *kinds: str) -> list[tuple[Route, str]]:
    """Routes with one of these entries in the access table, and their methods."""
    found = [route for route in site.house.starlette.routes if not isinstance(route, Mount)]
    assert all(isinstance(route, Route) for route in found)
    return [
        (route, method)
        for route in found
        if isinstance(route, Route) and ACCESS[route.name] in kinds and route.name not in (*NOT_PAGES, *REFUSE_NONSENSE)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


async def test_what_is_for_everybody_is_for_everybody(site: Site, asked: Asked) -> None:
    """Nobody is sent to sign in for it, and nobody is refused."""
    for route, method in routes_for(site, ANYBODY):
        for who in WHO:
            if route.name == "sign_out" and who != "nobody":
                continue  # it would end the session that the next question needs
            answer = await ask(asked.browsers[who], method, address(route, asked))
            assert is_let_in(answer), (who, method, route.path, answer.status_code)
            assert answer.status_code < 500, (who, method, route.path)


async def test_a_wrong_token_opens_nothing_for_anybody(site: Site, asked: Asked) -> None:
    """Whoever is signed in."""
    for route, method in routes_for(site, TOKEN):
        for who in WHO:
            answer = await ask(asked.browsers[who], method, address(route, asked))
            assert answer.status_code in (404, 410), (who, method, route.path, answer.status_code)


async def test_the_organisers_desk_is_for_organisers(site: Site, asked: Asked) -> None:
    """Nobody is led to sign in, everybody else is refused, and cannot tell what exists."""
    for route, method in routes_for(site, ORGANISER):
        path = address(route, asked)
        nobody = await ask(asked.browsers["nobody"], method, path)
        assert nobody.status_code == (303 if method == "GET" else 401), (method, route.path)
        for who in ("runner", "other runner", "captain", "partner"):
            assert (await ask(asked.browsers[who], method, path)).status_code == 403, (who, method, route.path)
    for route, method in routes_for(site, ORGANISER):
        answer = await ask(asked.browsers["organiser"], method, address(route, asked))
        assert is_let_in(answer), (method, route.path, answer.status_code)
        assert answer.status_code < 500, (method, route.path)


async def test_a_captains_desk_is_for_its_captain(site: Site, asked: Asked) -> None:
    """Nobody is led to sign in; who leads no team, or another, is refused, organisers too; and nothing happens."""
    for route, method in routes_for(site, CAPTAIN, LEADER):
        path = address(route, asked)
        nobody = await ask(asked.browsers["nobody"], method, path)
        assert nobody.status_code == (303 if method == "GET" else 401), (method, route.path)
        for who in ("runner", "other runner", "partner", "organiser"):
            assert (await ask(asked.browsers[who], method, path)).status_code == 403, (who, method, route.path)
    assert (await Seat.get(id=asked.seat.id)).state == "empty"
    for route, method in routes_for(site, CAPTAIN):
        answer = await ask(asked.browsers["captain"], method, address(route, asked))
        assert is_let_in(answer), (method, route.path, answer.status_code)
        assert answer.status_code < 500, (method, route.path)


async def test_what_the_captain_alone_may_do_is_refused_to_a_co_captain(site: Site, asked: Asked) -> None:
    """And to everybody else; nothing happens."""
    co_captain = await make_person("co-captain@example.org")
    await Team.filter(fund=asked.family.team).update(co_captain=co_captain)
    browser = await sign_in(site.browser, co_captain)
    assert (await browser.get(f"/teams/{asked.family.team.slug}/desk/captains")).status_code == 200
    for route, method in routes_for(site, LEADER):
        path = address(route, asked)
        assert (await ask(browser, method, path)).status_code == 403, (method, route.path)
        assert (await ask(asked.browsers["nobody"], method, path)).status_code == (303 if method == "GET" else 401)
        for who in ("runner", "other runner", "partner", "organiser"):
            assert (await ask(asked.browsers[who], method, path)).status_code == 403, (who, method, route.path)
    assert (await Team.get(fund=asked.family.team)).co_captain_id == co_captain.id
    for route, method in routes_for(site, LEADER):
        answer = await ask(asked.browsers["captain"], method, address(route, asked))
        assert is_let_in(answer), (method, route.path, answer.status_code)
        assert answer.status_code < 500, (method, route.path)


async def test_the_inside_of_a_team_is_for_its_members(site: Site, asked: Asked) -> None:
    """Nobody is led to sign in; to all others nothing lives there, organisers too."""
    for route, method in routes_for(site, INSIDER):
        path = address(route, asked)
        assert (await ask(asked.browsers["nobody"], method, path)).status_code == 303, route.path
        for who in ("runner", "other runner", "partner", "organiser"):
            assert (await ask(asked.browsers[who], method, path)).status_code == 404, (who, route.path)
        assert (await ask(asked.browsers["captain"], method, path)).status_code == 200, route.path
        await Seat.filter(id=asked.seat.id).update(entry=asked.entry, state="joined")
        assert (await ask(asked.browsers["runner"], method, path)).status_code == 200, route.path


async def test_a_members_own_pages_are_nobody_elses(site: Site, asked: Asked) -> None:
    """Nobody is led to sign in; who does not sit there finds nothing, captain and organiser too."""
    for route, method in routes_for(site, MEMBER):
        path = address(route, asked)
        assert (await ask(asked.browsers["nobody"], method, path)).status_code == (303 if method == "GET" else 401)
        for who in WHO[1:]:
            assert (await ask(asked.browsers[who], method, path)).status_code == 404, (who, method, route.path)


async def test_a_runners_page_is_changed_by_its_runner_alone(site: Site, asked: Asked) -> None:
    """Nobody is led to sign in; everybody else is refused, organisers too; the runner is let in."""
    for route, method in routes_for(site, OWNER):
        path = address(route, asked)
        nobody = await ask(asked.browsers["nobody"], method, path)
        assert nobody.status_code == (303 if method == "GET" else 401), (method, route.path)
        for who in ("runner", "other runner", "partner", "organiser"):
            assert (await ask(asked.browsers[who], method, path)).status_code == 403, (who, method, route.path)
    for route, method in routes_for(site, OWNER):
        answer = await ask(asked.browsers["captain"], method, address(route, asked))  # whose page it is
        assert is_let_in(answer), (method, route.path, answer.status_code)
        assert answer.status_code < 500, (method, route.path)


async def test_a_charitys_desk_is_for_its_partners(site: Site, asked: Asked) -> None:
    """Nobody is led to sign in; everybody else is refused: organisers, and finance partners of another charity too."""
    stranger = await make_partner(site, await make_family(account=None), Role.FINANCE)
    for route, method in routes_for(site, PARTNER, FINANCE, FRESH):
        path = address(route, asked)
        nobody = await ask(asked.browsers["nobody"], method, path)
        assert nobody.status_code == (303 if method == "GET" else 401), (method, route.path)
        for who in ("runner", "other runner", "captain", "organiser"):
            assert (await ask(asked.browsers[who], method, path)).status_code == 403, (who, method, route.path)
        assert (await ask(stranger, method, path)).status_code == 403, (method, route.path)
    for route, method in routes_for(site, PARTNER):
        answer = await ask(asked.browsers["partner"], method, address(route, asked))
        assert is_let_in(answer), (method, route.path, answer.status_code)
        assert answer.status_code < 500, (method, route.path)


async def test_money_and_donors_are_for_finance_partners_after_a_second_step(site: Site, asked: Asked) -> None:
    """Who may only view is refused; who has shown nothing, or showed it too long ago, has to show it first."""
    finance = await make_partner(site, asked.family, Role.FINANCE)
    weak = await make_partner(site, asked.family, Role.FINANCE, strong=False)
    stale = await make_partner(site, asked.family, Role.FINANCE)
    newest = await Session.filter().order_by("-made_at").first()
    assert newest is not None
    await Session.filter(id=newest.id).update(strong_at=datetime.now(UTC) - timedelta(minutes=16))
    for route, method in routes_for(site, FINANCE, FRESH):
        path = address(route, asked)
        assert (await ask(asked.browsers["partner"], method, path)).status_code == 403, (method, route.path)
        for browser in (weak, stale) if ACCESS[route.name] == FRESH else (weak,):
            answer = await ask(browser, method, path)
            assert answer.status_code == (303 if method == "GET" else 403), (method, route.path)
            assert method == "POST" or answer.headers["location"].startswith("/sign-in/step?"), route.path
    for route, method in routes_for(site, FINANCE, FRESH):
        answer = await ask(finance, method, address(route, asked))
        assert is_let_in(answer), (method, route.path, answer.status_code)
        assert answer.status_code < 500, (method, route.path)


async def test_programs_need_a_key_whoever_is_signed_in(site: Site, asked: Asked) -> None:
    """No cookie stands for one, and neither does a wrong key; nothing but reading is possible."""
    for route, method in routes_for(site, KEY):
        assert method == "GET", route.path
        for browser in asked.browsers.values():
            for headers in ({}, {"authorization": f"Bearer rbr_{'x' * 43}"}, {"authorization": "Basic eDp5"}):
                answer = await browser.get(route.path, headers=headers)
                assert (answer.status_code, answer.json()["error"]["status"]) == (401, 401), route.path
                assert answer.headers["www-authenticate"].startswith("Bearer")
        assert (await site.browser.post(route.path)).status_code == 405, route.path


async def make_partner(site: Site, family: Family, role: Role, *, strong: bool = True) -> httpx.AsyncClient:
    """The browser of a new partner of the family's charity."""
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=family.charity), person=person, role=role)
    return await sign_in(site.browser, person, strong=strong)


async def test_what_is_ones_own_is_nobody_elses(site: Site, asked: Asked) -> None:
    """Nobody is led to sign in; of somebody else's things nothing is there, and nothing happens to them."""
    for route, method in routes_for(site, SIGNED_IN):
        path = address(route, asked)
        nobody = await ask(asked.browsers["nobody"], method, path)
        assert nobody.status_code == (303 if method == "GET" else 401), (method, route.path)
        if "{entry" in route.path:
            for who in ("other runner", "captain", "partner", "organiser"):
                assert (await ask(asked.browsers[who], method, path)).status_code == 404, (who, method, route.path)
        elif "others" not in route.path and "erase" not in route.path:
            for who in ("other runner", "captain", "partner", "organiser"):
                answer = await ask(asked.browsers[who], method, path)
                assert is_let_in(answer), (who, method, route.path, answer.status_code)
                assert answer.status_code < 500, (who, method, route.path)
    assert (await Entry.get(id=asked.entry.id)).state is EntryState.PLACED
    assert await Session.exists(id=asked.session.id)


async def test_the_owner_gets_in(site: Site, asked: Asked) -> None:
    """To all that is shown of their own."""
    for route, method in routes_for(site, SIGNED_IN):
        if method == "GET" and not {"{passkey:int}", "{year:int}"} & set(re.findall(r"{[^}]*}", route.path)):
            answer = await ask(asked.browsers["runner"], method, address(route, asked))
            assert answer.status_code == 200, (route.path, answer.status_code)


async def test_who_owes_a_second_step_is_nobody_yet(site: Site, asked: Asked) -> None:
    """But may take it."""
    await CodeApp.create(person_id=asked.session.person_id, secret=b"sealed", confirmed_at=asked.session.made_at)
    await Session.filter(id=asked.session.id).update(owes_step=True)
    browser = asked.browsers["runner"]
    for route, method in routes_for(site, SIGNED_IN):
        assert not is_let_in(await ask(browser, method, address(route, asked))), (method, route.path)
    for route, method in routes_for(site, JUST_SIGNED_IN):
        assert is_let_in(await ask(browser, method, address(route, asked))), (method, route.path)


def test_the_table_has_no_other_kinds() -> None:
    """Each kind is asked for here, or, of machines, in test_house.py."""
    for_people = {
        ANYBODY,
        TOKEN,
        SIGNED_IN,
        JUST_SIGNED_IN,
        MEMBER,
        INSIDER,
        CAPTAIN,
        LEADER,
        ORGANISER,
        OWNER,
        PARTNER,
    }
    assert set(ACCESS.values()) <= for_people | {STRIPE, OPERATOR, FINANCE, FRESH, KEY}
