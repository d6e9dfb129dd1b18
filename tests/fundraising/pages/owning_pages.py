"""A page with its runner signed in, for the tests of what a runner does with it."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import httpx

from fundraising.pages.models import PledgePage
from fundraising.people.models import Person
from tests.conftest import Site
from tests.makers import Family, make_family, make_person, sign_in


@dataclass
class OwnPage:
    """A runner at their own page."""

    site: Site
    family: Family
    runner: Person
    browser: httpx.AsyncClient
    page: PledgePage

    @property
    def path(self) -> str:
        """Its address."""
        return f"/pages/{self.family.runner.slug}"

    async def post(self, below: str, **typed: object) -> httpx.Response:
        """A form of its desk."""
        files = {"photo": typed.pop("photo")} if "photo" in typed else None
        return await self.browser.post(f"{self.path}/{below}", data=typed, files=files)

    async def see(self) -> str:
        """The page, as everybody sees it now."""
        self.site.house.pages.cache.forget(None)
        return (await self.site.browser.get(self.path)).text

    async def letters(self, template: str = "") -> list[EmailMessage]:
        """What has been sent by now, newest first."""
        await self.site.work()
        kept = self.site.house.doors.office.kept()
        return [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in kept]  # type: ignore[misc]


async def make_own_page(site: Site, *, page: dict[str, object] | None = None, **fund: object) -> OwnPage:
    """A page whose runner is signed in."""
    family, runner = await make_family(**{"target_pence": 50_000} | fund), await make_person("runner@example.org")  # type: ignore[arg-type]
    await PledgePage.filter(fund=family.runner).update(person=runner, **(page or {}))
    made = await PledgePage.get(fund=family.runner)
    return OwnPage(site, family, runner, await sign_in(site.browser, runner), made)


def text_of(letter: EmailMessage) -> str:
    """Its words."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
