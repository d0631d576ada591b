"""What someone is told of a note of hours. Subjects, and so text messages, say no name and no hours."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.hours.durations import in_words
from mutualaid.hours.models import HourNote
from mutualaid.hours.names import name_of
from mutualaid.hours.rules import can_answer
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.coordinators import choose_support_contact

ASKED, COMMONS = "hours_asked", "hours_commons"
REPLIES = {"yes": "hours_yes", "no": "hours_no"}
"""The one-tap actions for which a reply by text message stands."""
PAGE = {"page": _("Look at it")}

hours_message = partial(message_kind, group=Group.HOURS, by_day=True)


def tell_who_answers(note: HourNote) -> None:
    """Ask the other of the two; for the commons, the coordinator to whom the volunteer can turn."""
    other = note.asked
    if other:
        enqueue(ASKED, about_id=note.pk, to=other)
    elif coordinator := _coordinator_for(note):
        enqueue(COMMONS, about_id=note.pk, to=coordinator)


@hours_message(
    ASKED,
    _("to someone about hours noted with them: is that right?"),
    buttons={"yes": _("Yes, that's right"), "no": _("No, it isn't"), **PAGE},
    replies=REPLIES,
)
def hours_asked(note_id: int) -> Message | None:
    """None once it is answered, or hours are switched off."""
    note = _waiting(note_id)
    if note is None or note.asked is None or not note.asked.is_active:
        return None
    reader = note.asked
    taps = {name: one_tap_url(tap, note.pk, reader) for name, tap in REPLIES.items()}
    context = {
        "other": name_of(note, reader),
        "how_long": in_words(note.minutes),
        "is_receiver": reader.pk == note.receiver_id,
        "day": note.day,
    }
    return Message(recipient_of(reader), context, urls={**taps, "page": _page()})


@hours_message(COMMONS, _("to a coordinator: hours for someone without an account"), buttons=PAGE)
def hours_commons(note_id: int) -> Message | None:
    """None once it is answered, or hours are switched off."""
    note = _waiting(note_id)
    coordinator = _coordinator_for(note) if note else None
    return Message(recipient_of(coordinator), urls={"page": _page()}) if coordinator else None


def _waiting(note_id: int) -> HourNote | None:
    if not current_policy().counts_hours:
        return None
    people = "giver", "receiver", "claim__need__ask", "claim__support_contact"
    return HourNote.objects.waiting().select_related(*people).filter(pk=note_id).first()


def _coordinator_for(note: HourNote) -> User | None:
    """Whoever the volunteer can turn to about this help, or else another coordinator."""
    if note.claim is None:
        return None
    contact = note.claim.active_support_contact
    if contact and can_answer(note, contact):
        return contact
    return choose_support_contact(note.claim.need, note.claim.volunteer)


def _page() -> str:
    return settings.SITE_URL + reverse("hours")
