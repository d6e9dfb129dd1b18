"""The words on paper that have legal weight, versioned.

Source: GOV.UK, "Gift Aid: sponsorship and declaration forms", HMRC's model of a sponsorship form, as of
November 2026. Whoever goes live re-reads it there first.
"""

SPONSOR_FORM_VERSION = "2026-11"
SPONSOR_FORM = (
    "If I have ticked the box headed “Gift Aid? ✓”, I confirm that I am a UK Income or Capital Gains taxpayer. I have "
    "read this statement and want the charity named above to reclaim tax on the donation detailed below, given on the "
    "date shown. I understand that if I pay less Income Tax and/or Capital Gains Tax in the current tax year than the "
    "amount of Gift Aid claimed on all of my donations it is my responsibility to pay any difference. I understand "
    "that the charity will reclaim 25p of tax on every £1 that I have given."
)
REMEMBER = (
    "Remember: full name + home address + postcode + ✓ = Gift Aid. You must provide your full name, home address and "
    "postcode, and tick the box, for the charity to claim tax back on your donation."
)
