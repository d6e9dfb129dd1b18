"""What may be typed when entering: who pays, and one part for each runner, told apart by the number at the end."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, EmailStr, Field, ValidationInfo, field_validator

from fundraising.errors import BadInput
from fundraising.funds.slugs import is_plain
from fundraising.web.forms import Attempt, Form, OneLine, Tick, understood
from teams.entries.models import Category
from teams.events.models import Question, QuestionKind
from teams.events.pricing import age_on

MOST_RUNNERS = 8
OF_AGE = 18
OLDEST = 110
SHIRTS = ("XS", "S", "M", "L", "XL", "XXL")
PHONE = re.compile(r"(?a:\+?[0-9][0-9 ()./-]{5,24})")
ESTIMATE = re.compile(r"(?a:([0-9]{1,3}):([0-5][0-9]))")
SENTENCES = {
    "payer_name": "Please tell us your name.",
    "payer_email": "Please enter an e-mail address such as sam@example.org: the confirmation goes there.",
    "race": "Please choose what to run.",
    "first_name": "Please enter the first name.",
    "last_name": "Please enter the last name.",
    "born_on": "Please enter the date of birth, such as 27 3 1994.",
    "category": "Please choose a category for the results.",
    "email": "Please enter an e-mail address such as sam@example.org, or leave it empty.",
    "emergency_name": "Please tell us whom to call in an emergency.",
    "emergency_phone": "Please enter a telephone number such as 07700 900123.",
    "shirt": "Please choose one of the sizes.",
    "estimate": "Please enter minutes and seconds, such as 11:30, or leave it empty.",
    "waiver": "Please read the rules and agree to them: nobody runs without.",
    "medical_ok": "Please agree that we keep your note until thirty days after the event, or leave the note empty.",
    "guardian_name": "Somebody under 18 needs a parent or guardian. Please enter their name.",
    "guardian_email": "Please enter the parent's or guardian's e-mail address: they have to agree first.",
    "charity": "Please choose one of the charities.",
    "team_name": "Please give your team a name.",
}
NO_NAME = "A name has no web address in it, and neither / nor @. Please write it without."
TWICE = "This runner is in this form already, in the same race. Please enter somebody else, or take this one off."
# Mail programs make a link of whatever looks like a host, whether or not anybody meant one.
HOSTS = "com|net|org|info|biz|uk|io|ru|cn|app|dev|xyz|shop|top|site|online|link|click|live|store|win"
MIXED = "Letters of several alphabets in one word look like something that they are not. Please use one."
LEADS_AWAY = re.compile(rf"://|www\.|[/@]|[\w-]\.(?:{HOSTS})\b", re.IGNORECASE)
OF_RUNNER = re.compile(r".+-([0-9])", re.ASCII)
ORDER = (  # in which the form asks, and the summary of what is wrong tells
    "race", "first_name", "last_name", "born_on", "category", "emergency_name", "emergency_phone", "guardian_name",
    "guardian_email", "charity", "email", "club", "estimate", "shirt", "medical", "medical_ok",
)  # fmt: skip


def _born_on(typed: object) -> date:
    """A date of birth from year-month-day."""
    try:
        born = date(*(int(part) for part in str(typed).split("-")))
    except (ValueError, TypeError):
        raise ValueError(SENTENCES["born_on"]) from None
    age = age_on(born, datetime.now(UTC).date())
    if not 0 <= age <= OLDEST:
        raise ValueError("This date of birth cannot be right. Please look at the year again.")
    return born


def _estimate(typed: object) -> int | None:
    """m:ss as seconds; empty is None."""
    text = str(typed).strip()
    if not text:
        return None
    match = ESTIMATE.fullmatch(text)
    if not match or not 180 <= (seconds := int(match[1]) * 60 + int(match[2])) <= 4 * 3600:
        raise ValueError(SENTENCES["estimate"])
    return seconds


def _is_name(value: str) -> str:
    """Names stand in letters to people who do not know who typed them: nothing in one may lead anywhere."""
    if LEADS_AWAY.search(value):
        raise ValueError(NO_NAME)
    return value


Name = Annotated[str, OneLine, AfterValidator(_is_name)]


def is_plain_name(value: str) -> str:
    """A name that others read for what it is: no look-alike letters of another alphabet."""
    if not is_plain(value):
        raise ValueError(MIXED)
    return value


def _empty_is_none(typed: object) -> object:
    return typed if str(typed).strip() else None


class PayerForm(Form):
    """Who pays; they need not run."""

    attempt: Attempt
    payer_name: Annotated[Name, Field(min_length=1, max_length=80)]
    payer_email: EmailStr
    team_name: Annotated[Name, AfterValidator(is_plain_name), Field(max_length=60)] = ""
    offer: Annotated[str, Field(max_length=80)] = ""


class DetailsForm(Form):
    """What a runner may change later."""

    category: Category
    emergency_name: Annotated[Name, Field(min_length=1, max_length=80)]
    emergency_phone: Annotated[str, OneLine, Field(max_length=30)]
    brings_guide: Tick = False
    club: Annotated[str, OneLine, Field(max_length=80)] = ""
    shirt: Annotated[str, Field(max_length=4)] = ""
    photo_ok: Tick = False
    estimate: Annotated[int | None, BeforeValidator(_estimate)] = None
    medical: Annotated[str, Field(max_length=500)] = ""
    medical_ok: Annotated[Tick, Field(validate_default=True)] = False

    @field_validator("emergency_phone")
    @classmethod
    def _is_a_number(cls, value: str) -> str:
        if not PHONE.fullmatch(value):
            raise ValueError(SENTENCES["emergency_phone"])
        return value

    @field_validator("shirt")
    @classmethod
    def _is_a_size(cls, value: str) -> str:
        if value and value not in SHIRTS:
            raise ValueError(SENTENCES["shirt"])
        return value

    @field_validator("medical_ok")
    @classmethod
    def _is_agreed(cls, value: bool, info: ValidationInfo) -> bool:
        if info.data.get("medical") and not value:
            raise ValueError(SENTENCES["medical_ok"])
        return value


class WhoForm(DetailsForm):
    """Who runs."""

    first_name: Annotated[Name, Field(min_length=1, max_length=60)]
    last_name: Annotated[Name, Field(min_length=1, max_length=60)]
    born_on: Annotated[date, BeforeValidator(_born_on)]
    email: Annotated[EmailStr | None, BeforeValidator(_empty_is_none)] = None
    guardian_here: Tick = False
    guardian_name: Annotated[Name, Field(max_length=80)] = ""
    guardian_email: Annotated[EmailStr | None, BeforeValidator(_empty_is_none)] = None
    waiver: Annotated[Tick, Field(validate_default=True)] = False

    @field_validator("waiver")
    @classmethod
    def _is_waived(cls, value: bool) -> bool:
        if not value:
            raise ValueError(SENTENCES["waiver"])
        return value

    def must_fit(self, day: date, least_age: int) -> None:
        """Old enough on the day, and with a guardian while under age.

        Raises:
            BadInput
        """
        age = age_on(self.born_on, day)
        if age < least_age:
            sentence = f"On race day this runner is {max(age, 0)}, and this one is open from {least_age}."
            raise BadInput({"born_on": sentence}, {})
        if age < OF_AGE and not self.guardian_name:
            raise BadInput({"guardian_name": SENTENCES["guardian_name"]}, {})
        if age < OF_AGE and not self.guardian_here and not self.guardian_email:
            raise BadInput({"guardian_email": SENTENCES["guardian_email"]}, {})


class RunnerForm(WhoForm):
    """Who runs what, and for whom."""

    race: Annotated[str, Field(min_length=1, max_length=60)]
    charity: Annotated[str, Field(max_length=60)] = ""
    wants_page: Tick = False


@dataclass(frozen=True, slots=True)
class Runner:
    """A runner's part of the form, understood, with the answers to the organiser's questions by their ids."""

    form: RunnerForm
    answers: Mapping[str, str]


def count_of(typed: Mapping[str, str]) -> int:
    """For how many runners the form was filled in."""
    count = typed.get("runners", "1")
    return min(max(int(count), 1), MOST_RUNNERS) if re.fullmatch("[0-9]{1,2}", count, re.ASCII) else 1


def part_of(typed: Mapping[str, str], number: int) -> dict[str, str]:
    """What was typed for one runner, with plain names."""
    end = f"-{number}"
    return with_born_on({name.removesuffix(end): value for name, value in typed.items() if name.endswith(end)})


def with_born_on(typed: Mapping[str, str]) -> dict[str, str]:
    """The same, the three fields of a date of birth made one."""
    parts = [typed.get(f"born_{unit}", "").strip() for unit in ("year", "month", "day")]
    return dict(typed) | ({"born_on": "-".join(parts)} if any(parts) else {})


def understand(typed: Mapping[str, str], questions: Sequence[Question]) -> tuple[PayerForm, list[Runner]]:
    """The whole form, understood.

    Raises:
        BadInput: with all sentences at once, beside their fields.
    """
    errors: dict[str, str] = {}
    payer: PayerForm | None = None
    runners: list[Runner] = []
    for number in range(1, count_of(typed) + 1):
        part = part_of(typed, number)
        said: dict[str, str] = {}
        try:
            form = understood(RunnerForm, part, SENTENCES)
        except BadInput as bad:
            said |= bad.errors
        try:
            answers = answered(part, questions)
        except BadInput as bad:
            said |= bad.errors
        errors |= {f"{name}-{number}": said[name] for name in sorted(said, key=_place)}
        if not said and any(_is_same(form, other.form) for other in runners):
            errors[f"first_name-{number}"] = TWICE
        elif not said:
            runners.append(Runner(form, answers))
    try:
        payer = understood(PayerForm, typed, SENTENCES)
    except BadInput as bad:
        errors |= bad.errors
    if errors or payer is None:
        raise BadInput(errors, typed)
    return payer, runners


def _is_same(one: RunnerForm, other: RunnerForm) -> bool:
    def who(form: RunnerForm) -> tuple[object, ...]:
        return form.race, form.first_name.casefold(), form.last_name.casefold(), form.born_on

    return who(one) == who(other)


def told(errors: Mapping[str, str], count: int) -> dict[str, str]:
    """The sentences as the summary on top says them: with several runners each names whose it is."""
    whose = {name: OF_RUNNER.fullmatch(name) if count > 1 else None for name in errors}
    return {name: f"Runner {of[1]}: {said}" if (of := whose[name]) else said for name, said in errors.items()}


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def answered(part: Mapping[str, str], questions: Sequence[Question]) -> dict[str, str]:
    """The answers to the organiser's questions.

    Raises:
        BadInput
    """
    answers: dict[str, Any] = {}
    errors = {}
    for question in questions:
        name = f"q{question.id}"
        value = " ".join(part.get(name, "").split())
        if question.required and not value:
            errors[name] = "Please answer this one: the organiser needs it."
        elif len(value) > 300:
            errors[name] = "That is too long: at most 300 characters, please."
        elif value and question.kind is QuestionKind.CHOICE and value not in question.options.splitlines():
            errors[name] = "Please choose one of the answers."
        elif value:
            answers[str(question.id)] = value
    if errors:
        raise BadInput(errors, part)
    return answers
