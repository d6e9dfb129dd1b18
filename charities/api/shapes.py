"""What the API answers: each shape is what is sent, and what the OpenAPI document says of it."""

from datetime import datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Pence = int
AT = datetime.fromisoformat("2027-04-20T10:15:00+00:00")


class Shape(BaseModel):
    """Base of them all."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CharityTotals(Shape):
    """The charity, and what was raised for it."""

    slug: str = Field(description="the last part of its address", examples=["second-wind"])
    name: str = Field(examples=["Second Wind"])
    url: str = Field(examples=["https://run.example.org/charities/second-wind"])
    currency: str = Field(examples=["gbp"])
    raised_pence: Pence = Field(description="gifts less refunds and disputes; never Gift Aid", examples=[124000])
    target_pence: Pence | None = Field(examples=[200000])
    gift_aid_pence: Pence = Field(description="estimated", examples=[21000])
    donations: int = Field(description="gifts of which something stands", examples=[58])
    pages: int = Field(description="of runners who raise for it", examples=[12])
    teams: int = Field(examples=[3])
    version: int = Field(description="grows whenever the totals move", examples=[412])


class Raiser(Shape):
    """What a page or a team of runners has raised."""

    id: int = Field(examples=[31])
    slug: str = Field(examples=["ada-example"])
    name: str = Field(examples=["Ada Example"])
    url: str = Field(examples=["https://run.example.org/pages/ada-example"])
    state: Literal["open", "paused", "closed"] = Field(examples=["open"])
    event: str | None = Field(description="slug of its event", examples=["uk-backward-run"])
    currency: str = Field(examples=["gbp"])
    raised_pence: Pence = Field(examples=[24000])
    target_pence: Pence | None = Field(examples=[50000])
    gift_aid_pence: Pence = Field(examples=[4500])
    donations: int = Field(examples=[11])
    created_at: AwareDatetime = Field(examples=[AT])


class Page(Raiser):
    """A runner's pledge page that anybody may find."""

    team: str | None = Field(description="slug of its team, when anybody may find that", examples=["the-heels"])


class Team(Raiser):
    """A team whose own charity this is; what its members raise for other charities is not in it."""

    members: int = Field(description="pages in it that raise for this charity", examples=[5])


class Unnamed(Shape):
    """Those that are counted and not named: private and unlisted ones, those off the site, and children's pages."""

    count: int = Field(examples=[2])
    raised_pence: Pence = Field(examples=[3500])


class GivenTo(Shape):
    """What a gift was given to."""

    kind: Literal["runner", "team", "charity", "event"] = Field(examples=["runner"])
    name: str = Field(examples=["Ada Example"])
    url: str = Field(examples=["https://run.example.org/pages/ada-example"])


class Donation(Shape):
    """A gift. There is never an e-mail address or a postal one in it."""

    id: UUID = Field(examples=[UUID("019310f0-0000-7000-8000-000000000001")])
    paid_at: AwareDatetime = Field(examples=[AT])
    kind: Literal["online", "cash", "match"] = Field(
        description="by Stripe; confirmed cash; added by a sponsor’s pot", examples=["online"]
    )
    amount_pence: Pence = Field(examples=[2500])
    standing_pence: Pence = Field(description="less what was refunded or taken back", examples=[2500])
    currency: str = Field(examples=["gbp"])
    amount_is_public: bool = Field(description="false: the supporter hides it; please do not show it", examples=[True])
    gift_aid: bool = Field(description="whether a declaration stands with it", examples=[True])
    page: GivenTo | None = Field(description="null when it is one that is not named")
    name: str | None = Field(description="as the supporter shows it; null: hidden", examples=["Sam Supporter"])
    message: str = Field(description="as everybody may read it; empty: none, or not shown", examples=["Go, Ada!"])


Item = TypeVar("Item", bound=Shape)


class Some(Shape, Generic[Item]):
    """Some of a list."""

    data: list[Item]
    next: str | None = Field(description="the address of the following ones; null: these were the last")


class Pages(Some[Page]):
    """Pages, oldest first."""

    unnamed: Unnamed


class Teams(Some[Team]):
    """Teams, oldest first."""

    unnamed: Unnamed


class Donations(Some[Donation]):
    """Donations, oldest first."""


class Trouble(Shape):
    """What is wrong."""

    status: int = Field(examples=[422])
    title: str = Field(examples=["Please look again"])
    message: str = Field(description="a sentence for people", examples=["Something on the form needs another look."])
    fields: dict[str, str] = Field(
        description="a sentence for each parameter that is wrong", examples=[{"limit": "From 1 to 100, please."}]
    )


class Error(Shape):
    """Every answer that is not 200 or 304."""

    error: Trouble


class Told(Shape):
    """What a message is about. No name and no words: a program that may see them asks for the donation."""

    donation: UUID = Field(
        description="its id in /api/v1/donations", examples=[UUID("019310f0-0000-7000-8000-000000000001")]
    )
    moved_pence: Pence = Field(description="what has come, gone back or come back now", examples=[2500])
    amount_pence: Pence = Field(examples=[2500])
    standing_pence: Pence = Field(description="as it stood when the message was made", examples=[2500])
    currency: str = Field(examples=["gbp"])
    at: AwareDatetime = Field(description="when it happened", examples=[AT])


class Message(Shape):
    """What an address of yours is told by POST."""

    id: UUID = Field(
        description="the same each time that it is tried again", examples=[UUID("019310f0-0000-7000-8000-000000000002")]
    )
    type: Literal["donation.paid", "donation.refunded", "donation.restored", "ping"] = Field(examples=["donation.paid"])
    made_at: AwareDatetime = Field(examples=[AT])
    charity: str = Field(description="its slug", examples=["second-wind"])
    data: Told | None = Field(description="null of a ping")
