"""Sentences with legal weight, versioned: what a supporter agreed to is kept as it was shown.

Source of the declaration: GOV.UK, "Gift Aid declarations: claiming tax back on donations", model declaration for a
single donation, read in November 2026. Whoever goes live re-reads it there first.
"""

GIFT_AID_VERSION = "2026-11"
GIFT_AID = (
    "I want to Gift Aid this donation to {charity}. I am a UK taxpayer and understand that if I pay less "
    "Income Tax and/or Capital Gains Tax in the current tax year than the amount of Gift Aid claimed on all my "
    "donations, it is my responsibility to pay any difference. This declaration covers this gift only."
)
# For a gift of an earlier tax year: "the current tax year" would be another one.
GIFT_AID_LATER_VERSION = "2026-11 later"
GIFT_AID_LATER = (
    "I want to Gift Aid the donation that I made to {charity} in the tax year {year}. I am a UK taxpayer and "
    "understand that if I paid less Income Tax and/or Capital Gains Tax in that tax year than the amount of Gift Aid "
    "claimed on all my donations in it, it is my responsibility to pay any difference. This declaration covers this "
    "gift only."
)
UPDATES_VERSION = "2026-11"
UPDATES = "{runner} may tell me by e-mail how it goes. I can stop that at any time."
CONTACT_VERSION = "2026-11"
CONTACT = "{charity} may e-mail me about its work. I can stop that at any time."
