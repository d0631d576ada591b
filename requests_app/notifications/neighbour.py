"""Tell a neighbour about their need, by the channels that they called safe."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.urls import reverse

from mutualaid.encryption.fields import readable
from mutualaid.notify.models import Notification
from mutualaid.notify.outbox import Told, enqueue, tell_with_waiting
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message
from mutualaid.policy.current import current_policy
from requests_app.access.links import make_link, private_url
from requests_app.coordinators import asks_with_confirmed_phone, has_confirmed_phone
from requests_app.models import AskContact, Claim, Need
from requests_app.notifications.mentions import Mention, mention_all
from requests_app.states import Urgency


def notify_neighbour(
    kind: str, need: Need, *, about_id: int, key: str = "", hold: timedelta | None = None
) -> None:
    """Enqueue a message of this kind about `about_id`, a need or a claim as its kind wants.

    Without a safe e-mail and text messages it becomes a phone call, if the kind is one for calls. While
    the contact details cannot be read, the message waits. Nothing is written about a need that is held
    back: its contact point may be a stranger's. Call it in a transaction.
    """
    if need.held_back:
        return
    is_urgent = need.urgency == Urgency.CRITICAL
    contact = need.ask.readable_contact
    recipient = recipient_now(contact) if contact else None  # looked up again when it is sent
    enqueue(kind, about_id=about_id, recipient=recipient, urgent=is_urgent, key=key, hold=hold)


def told_to_neighbours(kind: str, needs: Collection[Need]) -> list[Told]:
    """One message of this kind about all of these needs that are of one ask, as `notify_neighbour` writes it.

    It is about the first of them; its composer finds the others, which moved in the same step.
    """
    told = [need for need in needs if not need.held_back]
    first_of_ask = {need.ask_id: need for need in reversed(told)}
    return _told(kind, [(need, need.pk) for need in first_of_ask.values()], among=told)


def told_of_claims(kind: str, claims: Collection[Claim]) -> list[Told]:
    """The same to the neighbours of several claims: of one volunteer to one ask, about the first."""
    told = [claim for claim in claims if not claim.need.held_back]
    about = [(claim.need, claim.pk) for claim in _first_of_each_ask(told)]
    return _told(kind, about, among=[claim.need for claim in told])


def told_to_asks(kind: str, needs: Collection[Need]) -> list[Told]:
    """One message of this kind to the neighbour of each ask of these needs, about the ask itself."""
    told = [need for need in needs if not need.held_back]
    first_of_ask = {need.ask_id: need for need in reversed(told)}
    return _told(kind, [(need, need.ask_id) for need in first_of_ask.values()], among=told)


def told_to_volunteers(kind: str, claims: Iterable[Claim]) -> list[Told]:
    """One message of this kind to each volunteer about all of these claims that are to one ask."""
    return [Told(kind, claim.pk, to=claim.volunteer) for claim in _first_of_each_ask(claims)]


def _first_of_each_ask(claims: Iterable[Claim]) -> list[Claim]:
    """The first claim of each volunteer to each ask."""
    first: dict[tuple[int, int], Claim] = {}
    for claim in claims:
        first.setdefault((claim.volunteer_id, claim.need.ask_id), claim)
    return list(first.values())


def ask_whether_to_go_on(need: Need) -> None:
    """Ask the neighbour whether to keep a need open for which all who fit were invited.

    Once for each time at which it may end: asked again only after it was kept open. The message waits for
    `change_notice_minutes`, for needs of one ask are looked after one by one, and asked about together.
    """
    kind, key = "need_all_invited", _all_invited_key(need)
    others = Need.objects.filter(ask=need.ask_id).exclude(pk=need.pk).values_list("pk", flat=True)
    if not tell_with_waiting(kind, need.pk, key=key, others=others):
        hold = timedelta(minutes=current_policy().change_notice_minutes)
        notify_neighbour(kind, need, about_id=need.pk, key=key, hold=hold)


def asked_whether_to_go_on(needs: Iterable[Need]) -> set[Need]:
    """Those of `needs` whose neighbour was asked that: all were invited, or it ends soon."""
    need_by_key = {_all_invited_key(need): need for need in needs}
    keys = Notification.objects.filter(key__in=need_by_key).values_list("key", flat=True)
    warned = {need for need in need_by_key.values() if need.warned_at}
    return {need_by_key[key] for key in keys} | warned


def message_to_neighbour(*mentions: Mention, **context: object) -> Message:
    """Compose a message about needs of one ask, with a new private link.

    A new one since only hashes of the others are kept.

    Raises `WrongKey` if no configured key decrypts the contact details: the message waits, is tried
    again, and a coordinator sees it.
    """
    ask = mentions[0].need.ask
    return Message(
        recipient_now(ask.contact),
        {**mention_all(mentions), **context},
        urls={"page": lambda: private_url(make_link(ask, with_code=False))},
        contact_page=reverse("admin:requests_app_ask_contact", args=[ask.pk]),
    )


def recipient_now(contact: AskContact) -> Recipient:
    """How the neighbour can be reached by the ways that they called safe, as the contact details are now."""
    is_confirmed = contact.texts_ok and has_confirmed_phone(contact.ask, contact.phone)
    return _recipient(contact, phone_confirmed=is_confirmed)


def _told(kind: str, about: list[tuple[Need, int]], *, among: Iterable[Need]) -> list[Told]:
    """Of each need and what the message is about, the need itself or a claim of it.

    A message is as urgent as the most urgent need of its ask `among` those that it tells of.
    """
    urgent = {need.ask_id for need in among if need.urgency == Urgency.CRITICAL}
    contacts = readable(AskContact.objects.filter(ask__in={need.ask_id for need, _ in about}))
    texted = [contact for contact in contacts.values() if contact.texts_ok]
    confirmed = asks_with_confirmed_phone({one.pk: one.phone for one in texted})
    recipients = {
        pk: _recipient(contact, phone_confirmed=pk in confirmed) for pk, contact in contacts.items()
    }
    return [
        Told(kind, about_id, recipients.get(need.ask_id), need.ask_id in urgent)
        for need, about_id in about
    ]


def _all_invited_key(need: Need) -> str:
    return f"need_all_invited:{need.pk}:{need.ends_at}"


def _recipient(contact: AskContact, *, phone_confirmed: bool) -> Recipient:
    return Recipient(
        contact.safe_email,
        contact.phone,
        texts=contact.texts_ok,
        phone_confirmed=phone_confirmed,
        language=contact.language,
        calls=contact.calls_ok,
        first=contact.first_way,
    )
