"""Telling a neighbour about their need, in the ways that they called safe."""

from collections.abc import Iterable

from django.urls import reverse

from mutualaid.notify.models import Notification
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message
from requests_app.access.links import make_link, private_url
from requests_app.models import AskContact, Need
from requests_app.states import Urgency


def notify_neighbour(kind: str, need: Need, *, about_id: int, key: str = "") -> None:
    """Enqueue a message for them; with no e-mail and no text messages it may become a phone call."""
    urgent = need.urgency == Urgency.CRITICAL
    contact = need.ask.readable_contact
    recipient = _reach(contact) if contact else None  # whoever sends it looks once more
    enqueue(kind, about_id=about_id, recipient=recipient, urgent=urgent, key=key)


def ask_whether_to_go_on(need: Need) -> None:
    """Everybody who fits was asked: do they want to keep it open? Once in the time it is open."""
    notify_neighbour("need_all_invited", need, about_id=need.pk, key=_asked_in_its_time(need))


def asked_whether_to_go_on(needs: Iterable[Need]) -> set[Need]:
    """Those whose neighbour was asked that: everybody was asked, or its time is nearly over."""
    by_key = {_asked_in_its_time(need): need for need in needs}
    asked = Notification.objects.filter(key__in=by_key).values_list("key", flat=True)
    return {by_key[key] for key in asked} | {need for need in by_key.values() if need.warned_at}


def _asked_in_its_time(need: Need) -> str:
    return f"need_all_invited:{need.pk}:{need.ends_at}"


def neighbour_recipient(need: Need) -> Recipient:
    """Raises `WrongKey`; then the message waits, is tried again, and a coordinator sees it."""
    return _reach(need.ask.contact)


def _reach(contact: AskContact) -> Recipient:
    return Recipient(
        contact.safe_email,
        contact.phone,
        texts=contact.texts_ok,
        language=contact.language,
        calls=contact.calls_ok,
    )


def message_to_neighbour(need: Need, **context: object) -> Message:
    """A message with a fresh private link, for only hashes of the others are kept."""
    return Message(
        neighbour_recipient(need),
        {"need": need, **context},
        urls={"page": lambda: private_url(make_link(need.ask, with_code=False))},
        contact_page=reverse("admin:requests_app_ask_contact", args=[need.ask_id]),
    )
