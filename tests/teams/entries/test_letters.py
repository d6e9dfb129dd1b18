"""The letters of entries say what is true for their reader, and no more."""

from typing import Any

import pytest

from fundraising.mail.letters import Scribe, Words
from fundraising.settings import load_settings
from fundraising.web.pages import Pages
from fundraising.web.static import Static, folder
from teams.entries.writing import SAMPLES

SETTINGS = load_settings(_env_file=None, base_url="https://run.test", secret_key="x" * 40)
SCRIBE = Scribe(Pages(SETTINGS, Static(folder("static")), is_demo=False), {})


def written(template: str, *, refund_pence: int = 0, **entry: Any) -> Words:
    """A letter about one entry that is like the sample but for this."""
    sample = SAMPLES[template]
    return SCRIBE.put_in_words(template, {**sample, "entry": sample["entry"] | entry, "refund_pence": refund_pence})


@pytest.mark.parametrize("template", ["deferred", "withdrawn", "handover", "entry_yours", "taken_over"])
def test_a_free_place_has_no_fee(template: str) -> None:
    """Neither kept, nor given back, nor paid."""
    words = written(template, price_pence=0)
    assert "fee" not in words.subject.lower()
    assert "fee" not in words.text.lower()
    assert "£" not in words.text
    assert "paid" not in words.text


def test_who_withdraws_reads_what_comes_back() -> None:
    """Some of the fee, or nothing."""
    assert "£6.50 goes back" in written("withdrawn", refund_pence=650).text
    assert "the fee is not given back" in written("withdrawn").text


def test_who_hands_a_place_over_does_not_read_who_has_it_now() -> None:
    """It may be a child."""
    words = written("handed_over", first_name="Zora", last_name="Quill")
    assert "Zora" not in words.html + words.text
    assert "Quill" not in words.html + words.text


def test_a_child_s_last_name_is_not_told_to_whom_its_place_is_offered() -> None:
    """The address may have been mistyped."""
    assert "Quill" not in written("handover", last_name="Quill").text
    assert "Quill" in written("handover", last_name="Quill", guardian_name="").text


def test_a_name_is_no_link() -> None:
    """Whoever enters chooses both the name and the address to which the letter goes."""
    words = written("entry_yours", first_name="https://elsewhere.test/prize")
    assert "elsewhere.test" in words.html
    assert 'href="https://elsewhere.test' not in words.html
    assert 'href="https://run.test/account"' in words.html
