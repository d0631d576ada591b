"""Everything that is known about an ask and who asks, for them to keep: words, not codes."""

from typing import Any

from django.utils.translation import gettext

from mutualaid.catalog.time_slots import in_words
from requests_app.models import Ask, Need
from requests_app.pages.private import looks_at, needs_of
from requests_app.pages.timeline import timeline


def data_of(ask: Ask) -> dict[str, Any]:
    """What the neighbour may download. Of others it holds no more than their private page shows."""
    return {
        "what_you_asked_for": [_asked(need) for need in needs_of(ask)],
        "you": _contact(ask),
        "came_from": ask.source,
        "reference_there": ask.reference,
        "asked_at": ask.created_at,
        "who_looked_at_your_contact_details": [look._asdict() for look in looks_at(ask)],
        "your_private_links": list(ask.links.values("created_at", "revoked_at")),
    }


def _asked(need: Need) -> dict[str, Any]:
    notes = need.readable_notes
    return {
        "kind_of_help": need.category.label,
        "area": need.locality.name,
        "how_soon": need.get_urgency_display(),
        "needed_by": need.needed_by,
        "good_times": in_words(need.week_parts),
        "for_how_many_people": need.people_count,
        "how_many_helpers": need.helpers_wanted,
        "what_to_know": _unreadable() if notes is None else notes,
        "made_for_the_day": need.recurrence_id,
        "comes_back": need.series.rule if need.series else "",
        "asked_at": need.created_at,
        "open_until": need.ends_at,
        "state": need.get_state_display(),
        "closed_at": need.closed_at,
        "closed_because": need.get_close_reason_display(),
        "what_happened": [{"at": line.at, "what": line.words} for line in timeline(need)],
    }


def _contact(ask: Ask) -> dict[str, Any]:
    contact = ask.readable_contact
    if contact is None:
        return {"cannot_be_read_just_now": _unreadable()}
    return {
        "for_whom": ask.get_for_whom_display(),
        "languages": [language.name for language in ask.languages.all()],
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "address": contact.address,
        "safe_ways": contact.chosen_channel_labels,
        "safe_times": contact.times,
        "no_voicemail": contact.no_voicemail,
        "who_must_not_hear_of_it": gettext(
            "Never shown here, in case others have your link. Our coordinators can tell you."
        ),
        "language_of_messages": contact.language,
    }


def _unreadable() -> str:
    return gettext("Nothing is lost. Please try again later.")
