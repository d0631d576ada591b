"""Everything that is known about a need and who asks, for her to keep: words, not codes."""

from typing import Any

from django.utils.translation import gettext

from mutualaid.catalog.time_slots import in_words
from mutualaid.people.models import display_name
from requests_app.models import AccessLogEntry, Need
from requests_app.models.event import NeedEvent
from requests_app.pages.timeline import timeline


def data_of(need: Need) -> dict[str, Any]:
    """What the neighbour may download. Of others it holds no more than her private page shows."""
    return {
        "what_you_asked_for": _asked(need),
        "you": _contact(need),
        "what_happened": [{"at": line.at, "what": line.words} for line in timeline(need)],
        "who_looked_at_your_contact_details": [
            {"at": look.at, "who": _looker(look)} for look in need.looks.select_related("by")
        ],
        "your_private_links": list(need.links.values("created_at", "revoked_at")),
    }


def _asked(need: Need) -> dict[str, Any]:
    return {
        "kind_of_help": need.category.label,
        "area": need.locality.name,
        "languages": [language.name for language in need.languages.all()],
        "how_soon": need.get_urgency_display(),
        "needed_by": need.needed_by,
        "good_times": in_words(need.week_parts),
        "for_how_many_people": need.people_count,
        "how_many_helpers": need.helpers_wanted,
        "for_the_day": need.occurs_on,
        "asked_at": need.created_at,
        "open_until": need.expires_at,
        "state": need.get_state_display(),
        "closed_at": need.closed_at,
        "closed_because": need.get_close_reason_display(),
        "came_from": need.source,
        "reference_there": need.reference,
    }


def _contact(need: Need) -> dict[str, Any]:
    contact = need.readable_contact
    if contact is None:
        return {"cannot_be_read_just_now": gettext("Nothing is lost. Please try again later.")}
    return {
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "address": contact.address,
        "what_to_know": contact.notes,
        "safe_ways": contact.ways,
        "safe_times": contact.times,
        "no_voicemail": contact.no_voicemail,
        "who_must_not_hear_of_it": contact.keep_from,
        "fingerprints_of_addresses_it_is_kept_from": need.exclusions.exclude(mark="").count(),
        "language_of_messages": contact.language,
    }


def _looker(look: AccessLogEntry) -> str:
    """A volunteer by the name she goes by; of coordinators only that it was one."""
    is_desk = look.by_kind == NeedEvent.Kind.COORDINATOR
    return "a coordinator" if is_desk else display_name(look.by)
