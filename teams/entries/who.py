"""The columns of an entry that say who runs, from what was typed."""

from datetime import UTC, date, datetime

from fundraising.settings import Settings
from teams.entries.forms import OF_AGE, DetailsForm, WhoForm
from teams.entries.medical import sealed_note
from teams.events.pricing import age_on


def who_runs(settings: Settings, form: WhoForm, day: date, *, own: str, typed_by: str) -> dict[str, object]:
    """The columns of an entry that say who runs, and who looks after it: a parent or guardian of who is under age.

    Args:
        day: of the race.
        own: the address of a runner who is of age.
        typed_by: that of who filled in the form.
    """
    is_child, now = age_on(form.born_on, day) < OF_AGE, datetime.now(UTC)
    agreed = is_child and form.guardian_here
    guardian = typed_by if agreed else str(form.guardian_email or typed_by)
    return {
        "first_name": form.first_name,
        "last_name": form.last_name,
        "born_on": form.born_on,
        "email": guardian if is_child else own,
        "guardian_name": form.guardian_name if is_child else "",
        "guardian_email": guardian if is_child else "",
        "guardian_agreed_at": now if agreed else None,
        "waived_at": now,
        **details_of(form),
        **sealed_note(settings, form.medical, day),
    }


def details_of(form: DetailsForm) -> dict[str, object]:
    """What stands in a form and in a row alike."""
    names = ("category", "emergency_name", "emergency_phone", "brings_guide", "club", "shirt", "photo_ok")
    return {name: getattr(form, name) for name in names} | {"estimate_seconds": form.estimate}
