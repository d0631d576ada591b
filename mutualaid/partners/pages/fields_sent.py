"""What another group is told, at first and after a yes, in words to the neighbour whom it is about."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.catalog.time_slots import in_words
from mutualaid.partners.actions import referring
from mutualaid.partners.models import OutgoingReferral
from requests_app.models import Channel, Need, WhomToCall
from requests_app.pages.ask.summary import REACH_NOUNS, SAFETY_NOUNS, WHAT_NOUNS, WHEN_NOUNS

LABELS: Mapping[str, str | Promise] = {
    "name": REACH_NOUNS["name"],
    "asked_by": REACH_NOUNS["asked_by"],
    "whom_to_call": REACH_NOUNS["whom_to_call"],
    "phone": REACH_NOUNS["phone"],
    "email": REACH_NOUNS["email"],
    "address": REACH_NOUNS["address"],
    "channels": SAFETY_NOUNS["channels"],
    "times": SAFETY_NOUNS["times"],
    "no_voicemail": SAFETY_NOUNS["no_voicemail"],
    "language": gettext_lazy("Language of messages"),
    "notes": WHAT_NOUNS["notes"],
}
"""By field of `ReferralContact`, all but the id of the referral."""


class SentField(NamedTuple):
    label: str | Promise
    value: str


def fields_asked(need: Need) -> list[SentField]:
    """Return what `ReferralAsk` says of a need, only what is said of this one."""
    languages = need.ask.languages.order_by("pk")
    fields = [
        SentField(WHAT_NOUNS["category"], need.category.label),
        SentField(WHEN_NOUNS["locality"], need.locality.label),
        SentField(WHEN_NOUNS["urgency"], need.when),
        SentField(WHEN_NOUNS["week_parts"], in_words(need.week_parts)),
        SentField(WHAT_NOUNS["people_count"], str(need.people_count or "")),
        SentField(WHAT_NOUNS["helpers_wanted"], str(need.helpers_wanted)),
        SentField(REACH_NOUNS["languages"], _(", ").join(map(str, languages))),
    ]
    return [field for field in fields if field.value]


def fields_sent(referral: OutgoingReferral) -> list[SentField]:
    """Return what would go to the other group: only what the neighbour told us.

    Raises `WrongKey` while no configured key opens it.
    """
    return [SentField(LABELS[name], value) for name, value in _values(referral)]


def _values(referral: OutgoingReferral) -> Iterator[tuple[str, str]]:
    sent = referring.contact_of(referral)
    for name in LABELS:
        if value := getattr(sent, name):
            yield name, _in_words(name, value)


def _in_words(name: str, value: Any) -> str:
    if name == "channels":
        return _(", ").join(str(Channel(code).label) for code in value.split(","))
    if name == "whom_to_call":
        return str(WhomToCall(value).label)
    if name == "language":
        return str(dict(settings.LANGUAGES).get(value, value))
    return _("Yes") if value is True else str(value)
