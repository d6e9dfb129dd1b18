"""Charity numbers as people type them, and as the three registers write them. Pure.

Sources: the registers' own search pages; https://www.gov.uk/charities-and-tax for HMRC's reference.
"""

import re

from charities.applying.models import Register

NAMES = {  # as pages say where a charity is registered
    Register.ENGLAND_AND_WALES: "England and Wales",
    Register.SCOTLAND: "Scotland",
    Register.NORTHERN_IRELAND: "Northern Ireland",
    Register.NONE: "HM Revenue & Customs",
}
SHAPES = {
    Register.ENGLAND_AND_WALES: re.compile(r"(?a:[0-9]{6,7})"),
    Register.SCOTLAND: re.compile(r"(?a:SC0[0-9]{5})"),
    Register.NORTHERN_IRELAND: re.compile(r"(?a:NIC[0-9]{6})"),
}
SENTENCES = {
    Register.ENGLAND_AND_WALES: "A number of England and Wales has six or seven digits, such as 1234567.",
    Register.SCOTLAND: "A Scottish number is SC0 and five digits, such as SC012345.",
    Register.NORTHERN_IRELAND: "A number of Northern Ireland is NIC and six digits, such as NIC100123.",
}
REFERENCE = re.compile(r"(?a:[A-Z]{1,2}[0-9]{1,5})")
BESIDE = re.compile(r"(?i)\b(?:registered|reg|charity|number|no|in|england|and|wales|scotland|ni)\b\.?|[\s.:#/-]+")


def _bare(typed: str) -> str:
    """Letters and digits alone: without the words and signs that people write around a number."""
    return BESIDE.sub("", typed).upper()


def register_of(number: str) -> Register:
    """Which register writes numbers like this one; of none it is none."""
    return next((register for register, shape in SHAPES.items() if shape.fullmatch(number)), Register.NONE)


def read_number(register: Register, typed: str) -> str:
    """A number as its register writes it; what is usually mistyped is put right: SCO for SC0, a lost zero, spaces.

    Returns:
        Empty for a charity in no register.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    if register is Register.NONE:
        return ""
    text = _bare(typed)
    if not text:
        raise ValueError("Please enter the number under which your charity is registered.")
    if register is Register.SCOTLAND:
        digits = re.sub("^SC", "", text).replace("O", "0")
        text = f"SC{digits.zfill(6)}" if len(digits) in (5, 6) else text
    elif register is Register.NORTHERN_IRELAND:
        digits = re.sub("^NIC?", "", text).replace("O", "0")
        text = f"NIC{digits}"
    else:
        text = text.replace("O", "0")
    if not SHAPES[register].fullmatch(text):
        raise ValueError(SENTENCES[register])
    return text


def read_reference(typed: str) -> str:
    """HMRC's reference of a charity: one or two letters and up to five digits; empty stays empty.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    text = re.sub(r"\W+", "", typed).upper()
    if text and not REFERENCE.fullmatch(text):
        raise ValueError("HMRC’s reference has one or two letters and up to five digits, such as AB12345.")
    return text
