"""The copy of an ask that its neighbour may download: labels instead of codes, ready for JSON."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from mutualaid.catalog.time_slots import in_words
from mutualaid.promises import PROMISES
from requests_app.models import Ask, ContactLogEntry, Need
from requests_app.pages.private import looks_at, needs_of
from requests_app.pages.timeline import timeline
from requests_app.signals import ask_copied


def data_of(ask: Ask) -> dict[str, Any]:
    """Everything we hold about an ask. Of other people no more than the private page shows.

    What no configured key decrypts is replaced by a sentence that says so.
    """
    copy = {
        "what_you_asked_for": [_need(need) for need in needs_of(ask)],
        "you": _neighbour(ask),
        "came_from": ask.source,
        "reference_there": ask.reference,
        "asked_at": ask.created_at,
        "who_looked_at_your_contact_details": [look._asdict() for look in looks_at(ask)],
        "when_our_team_called_you": calls_of(ask.contact_log.order_by("at", "pk")),
        "your_private_links": list(ask.links.values("created_at", "revoked_at")),
    }
    parts: list[Any] = [part for _room, part in ask_copied.send(sender=Ask, ask=ask)]
    for part in parts:
        copy |= part
    return copy


def calls_of(entries: Iterable[ContactLogEntry]) -> list[dict[str, Any]]:
    """When someone was called, and what came of it; not by whom."""
    return [{"at": entry.at, "what_came_of_it": str(entry)} for entry in entries]


def _need(need: Need) -> dict[str, Any]:
    notes = need.readable_notes
    return {
        "kind_of_help": need.category.label,
        "area": need.locality.label,
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
        "what_happened": [{"at": line.at, "what": line.sentence} for line in timeline(need)],
    }


def _neighbour(ask: Ask) -> dict[str, Any]:
    unencrypted: dict[str, Any] = {
        "for_whom": ask.get_for_whom_display(),
        "languages": [language.name for language in ask.languages.all()],
    }
    if ask.may_ask_partners:
        unencrypted["neighbouring_groups_may_be_asked"] = True
    contact = ask.readable_contact
    if contact is None:
        return {**unencrypted, "cannot_be_read_just_now": _unreadable()}
    return {
        **unencrypted,
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "address": contact.address,
        "safe_ways": contact.chosen_channel_labels,
        "safe_times": contact.times,
        "no_voicemail": contact.no_voicemail,
        "asked_by": contact.asked_by,
        "whom_to_call": contact.get_whom_to_call_display(),
        "who_must_not_hear_of_it": str(PROMISES["never_behind_the_link"]),
        "language_of_messages": contact.language,
    }


def _unreadable() -> str:
    return gettext("Nothing is lost. Please try again later.")
