"""What Stripe asks of a charity, and why it closes an account, in plain English.

Sources: https://docs.stripe.com/connect/required-verification-information and
https://docs.stripe.com/api/accounts/object#account_object-requirements (the keys), and there `disabled_reason`.
"""

import re
from collections.abc import Mapping

# Of whom it is asked: the first part of a key.
SUBJECTS: Mapping[str, str] = {
    "representative": "Whoever represents the charity at Stripe",
    "individual": "Whoever is responsible for the account",
    "directors": "Each trustee or director",
    "owners": "Each person who owns or controls a quarter of it or more",
    "executives": "Each person who runs it from day to day",
    "legal_guardian": "The legal guardian",
    "person": "A person whom you have named to Stripe",
}
# What of a person; parts of one thing are one thing.
OF_PERSON: Mapping[str, str] = {
    "first_name": "name",
    "last_name": "name",
    "full_name_aliases": "other names",
    "maiden_name": "name at birth",
    "dob": "date of birth",
    "address": "home address",
    "registered_address": "registered address",
    "email": "e-mail address",
    "phone": "phone number",
    "nationality": "nationality",
    "gender": "gender",
    "political_exposure": "whether they hold a high public office, or are close to somebody who does",
    "id_number": "a national identity number",
    "id_number_secondary": "a second identity number",
    "ssn_last_4": "the last four digits of a social security number",
    "relationship": "what they do at the charity",
    "relationship.title": "job title",
    "relationship.percent_ownership": "how much of it they own",
    "relationship.executive": "whether they run it",
    "relationship.director": "whether they are a trustee or director",
    "relationship.owner": "whether they own or control a quarter of it or more",
    "relationship.representative": "whether they represent it",
    "verification": "proof of who they are",
    "verification.document": "a photo of a passport, driving licence or identity card",
    "verification.additional_document": "proof of their address, such as a utility bill or bank statement",
    "verification.proof_of_liveness": "a picture of themselves, taken now",
    "documents.passport": "a photo of the passport",
    "documents.visa": "a photo of the visa",
    "documents.company_authorization": "a letter by which the charity lets them act for it",
}
# Everything else; the longest beginning that fits counts.
OF_CHARITY: Mapping[str, str] = {
    "business_profile.mcc": "What kind of organisation the charity is",
    "business_profile.name": "The name that supporters know the charity by",
    "business_profile.product_description": "What the charity takes money for, in a sentence",
    "business_profile.url": "The charity’s website, or a public page about it",
    "business_profile.support_phone": "A phone number that supporters may ring",
    "business_profile.support_email": "An e-mail address that supporters may write to",
    "business_profile.support_address": "An address that supporters may write to",
    "business_profile.support_url": "A page where supporters find help",
    "business_profile.annual_revenue": "What comes in during a year, about",
    "business_profile.estimated_worker_count": "How many people work for the charity, about",
    "business_profile": "A detail about what the charity does",
    "business_type": "What kind of organisation the charity is",
    "company.address": "The charity’s registered address",
    "company.name": "The charity’s legal name",
    "company.name_kana": "The charity’s legal name",
    "company.phone": "The charity’s phone number",
    "company.tax_id": "The charity’s company or tax number",
    "company.registration_number": "The charity’s registered number",
    "company.registration_date": "Since when the charity is registered",
    "company.vat_id": "The charity’s VAT number",
    "company.structure": "The charity’s legal form",
    "company.directors_provided": "That all trustees or directors are named",
    "company.owners_provided": "That everybody who owns or controls a quarter of it or more is named",
    "company.executives_provided": "That everybody who runs it from day to day is named",
    "company.directorship_declaration": "A statement that the list of trustees or directors is complete",
    "company.ownership_declaration": "A statement that the list of who owns or controls it is complete",
    "company.ownership_exemption_reason": "Why nobody owns or controls a quarter of it",
    "company.representative_declaration": "A statement that whoever represents the charity may do so",
    "company.verification": "A document that proves that the charity exists, such as its entry in the register",
    "company.export": "A detail about exports",
    "company": "A detail about the charity",
    "documents.bank_account_ownership_verification": "Proof that the bank account is yours, such as a statement",
    "documents.company_license": "The charity’s licence",
    "documents.company_memorandum_of_association": "The charity’s governing document",
    "documents.company_ministerial_decree": "The decree by which the charity was founded",
    "documents.company_registration_verification": "The charity’s entry in the register",
    "documents.company_tax_id_verification": "A letter that shows the charity’s tax number",
    "documents.proof_of_address": "Proof of the charity’s address",
    "documents.proof_of_registration": "The charity’s entry in the register",
    "documents.proof_of_ultimate_beneficial_ownership": "Proof of who owns or controls the charity",
    "documents": "A document about the charity",
    "external_account": "The bank account that is paid into",
    "tos_acceptance": "Agreeing to Stripe’s terms",
    "email": "The charity’s e-mail address",
    "country": "The country that the charity is in",
    "default_currency": "The currency of the account",
    "settings.payments.statement_descriptor": "What supporters read on their bank statements",
    "settings.card_payments": "What supporters read on their bank statements",
    "settings.branding": "How Stripe’s pages look for the charity",
    "capabilities": "Which ways of paying the account takes",
}
FORM = "A form of Stripe’s that looks into something particular"  # keys that begin with interv_
REASONS: Mapping[str, str] = {
    "action_required.requested_capabilities": "Stripe needs to know which ways of paying the account is to take.",
    "listed": "Stripe looks into whether somebody named there is on a list of people it may not serve.",
    "other": "Stripe looks into the account, and does not say why.",
    "platform_paused": "The organiser has paused the account.",
    "rejected.fraud": "Stripe has refused the account, since it suspects fraud.",
    "rejected.incomplete_verification": "Stripe has refused the account, since it could not prove what it was told.",
    "rejected.listed": "Stripe has refused the account: somebody named there is on a list of people it may not serve.",
    "rejected.other": "Stripe has refused the account, and does not say why.",
    "rejected.platform_fraud": "The organiser has refused the account, suspecting fraud.",
    "rejected.platform_other": "The organiser has refused the account.",
    "rejected.platform_terms_of_service": "The organiser has refused the account, for a breach of terms.",
    "rejected.terms_of_service": "Stripe has refused the account, for a breach of its terms.",
    "requirements.past_due": "Stripe has not had in time what it asked for.",
    "requirements.pending_verification": "Stripe is checking what it was told.",
    "under_review": "Stripe is looking at the account.",
}
PERSON = re.compile(r"person_\w+", re.ASCII)


def in_words(key: str) -> str:
    """What a requirement asks for; of a key that nobody has met before as much as can be read from it."""
    first, _, rest = key.partition(".")
    if first.startswith("interv_"):
        return FORM
    subject = SUBJECTS.get("person" if PERSON.fullmatch(first) else first)
    if subject is None:
        return _longest(key, OF_CHARITY) or _spelled(key)
    if not rest:
        return subject
    return f"{subject}: {_longest(rest, OF_PERSON) or _spelled(rest).lower()}"


def because(reason: str | None) -> str:
    """Why an account is closed, or is not paid out, in a sentence."""
    if not reason:
        return ""
    kind = reason.partition(".")[0]
    return REASONS.get(reason) or (
        REASONS["rejected.other"] if kind == "rejected" else f"Stripe’s reason: {_spelled(reason).lower()}."
    )


def _longest(key: str, known: Mapping[str, str]) -> str:
    """What is known of the longest beginning of a key."""
    parts = key.split(".")
    found = (known.get(".".join(parts[:n])) for n in range(len(parts), 0, -1))
    return next((words for words in found if words), "")


def _spelled(key: str) -> str:
    """“settings.foo_bar.baz” as “Foo bar: baz”."""
    parts = [part.replace("_", " ").strip() for part in key.split(".") if part.strip("_ ")]
    shown = ": ".join(parts[-2:]) or "something"
    return shown[:1].upper() + shown[1:]
