"""People of a list are written to and asked before anything else happens.

Until they say yes, their account and their offer count for nothing: no one is matched with it, and both go
after `unconfirmed_account_days` without an answer. A no erases them at once, and is remembered by a
fingerprint, so that the next list does not write to them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.data_rights.actions import erase_account
from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.links.one_tap import Outcome, one_tap_action, one_tap_url
from mutualaid.notify.models import Suppression
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role
from offers_app.actions import agree_to_offer, note_offer
from offers_app.models import Offer
from offers_app.states import OfferState

HELD = timedelta(minutes=30)
"""So long the letters wait, for the import may have been a mistake."""
QUESTION = _("Do you want to help your neighbours?")


@dataclass(frozen=True)
class ListedVolunteer:
    email: str
    name: str
    categories: Sequence[Category]
    locality: Locality
    languages: Sequence[Language]
    has_vehicle: bool


def ask(listed: ListedVolunteer) -> User | None:
    """Write down what a list says of someone, and write to them; None where an account was made meanwhile."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                listed.email,
                name=listed.name,
                locality=listed.locality,
                language=get_language() or "",
            )
    except IntegrityError:
        return None
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    offer = note_offer(
        user,
        categories=listed.categories,
        localities=[listed.locality],
        languages=listed.languages,
        has_vehicle=listed.has_vehicle,
    )
    enqueue("offer_asked", about_id=offer.pk, to=user, hold=HELD)
    return user


def has_said_no(email: str) -> bool:
    """Whether nothing may be written to this e-mail that was not asked for."""
    return Suppression.applies_to(Mail.name, address_fingerprint(email), Group.INVITATIONS)


@message_kind(
    "offer_asked",
    _("do you want to help? To someone of a list"),
    group=Group.INVITATIONS,
    is_invitation=False,
    buttons={"offer_agree": _("Yes, I want to help"), "offer_decline": _("No, delete me")},
)
def offer_asked(offer_id: int) -> Message | None:
    """Asks someone of a list; None once they have answered."""
    offer = Offer.objects.select_related("volunteer").get(pk=offer_id)
    if offer.state != OfferState.ASKED:
        return None
    user = offer.volunteer
    urls = {name: one_tap_url(name, offer_id, user) for name in ("offer_agree", "offer_decline")}
    return Message(recipient_of(user), {"categories": list(offer.categories.all())}, urls=urls)


@one_tap_action("offer_agree", question=QUESTION, button=_("Yes, I want to help"))
def agree(offer_id: int, user: User | None) -> Outcome:
    """Whoever reads the mail has the address: it is confirmed by that."""
    offer = _offer_of(offer_id, user)
    with transaction.atomic():
        EmailAddress.objects.filter(user=user, email=offer.volunteer.email).update(verified=True)
        add_role(offer.volunteer, Role.NEIGHBOUR)
        counts = agree_to_offer(offer)
    text = _("Thank you! Please look at what we wrote down, and change what isn't right.")
    return Outcome(text, reverse("offer"), _("Look at my offer"), counts)


@one_tap_action("offer_decline", question=QUESTION, button=_("No, delete me"))
def decline(offer_id: int, user: User | None) -> Outcome:
    """A no after a yes is a withdrawal, and done on one's own page."""
    offer = _offer_of(offer_id, user)
    if offer.state != OfferState.ASKED:
        text = _("You have said yes meanwhile. You can stop at any time.")
        return Outcome(text, reverse("offer"), _("Look at my offer"), is_done=False)
    with transaction.atomic():
        fingerprint = address_fingerprint(offer.volunteer.email or "")
        Suppression.add(Mail.name, fingerprint, Suppression.Reason.OFF, Group.INVITATIONS)
        erase_account(offer.volunteer)
    return Outcome(_("We have deleted your name and your e-mail, and won't write again."))


def _offer_of(offer_id: int, user: User | None) -> Offer:
    return Offer.objects.select_related("volunteer").get(pk=offer_id, volunteer=user)
