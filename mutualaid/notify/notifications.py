"""The messages of this app itself: about people's phones, and about their replies."""

from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.notify.actions import PHONE_TAKEN, PhoneTaken, check_passes_on
from mutualaid.notify.links.one_tap import Outcome, one_tap_action, one_tap_url
from mutualaid.notify.models import AccountMail, Notification, Preferences
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import (
    Group,
    Message,
    answered_if_there,
    compose_if_there,
    message_kind,
)
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User


@message_kind(
    "text_confirm",
    gettext_lazy("is this your phone?"),
    group=Group.SIGN_IN,
    buttons={"on": gettext_lazy("Yes, write to me here")},
    replies={"yes": "texts_on"},
)
def text_confirm(phone_request: int) -> Message | None:
    """To a phone whose owner has not confirmed it yet; None once they have, or gave another."""
    unconfirmed = Preferences.objects.filter(phone_request=phone_request, phone_confirmed_at=None)
    preferences = unconfirmed.select_related("user").first()
    if preferences is None:
        return None
    user = preferences.user
    recipient = Recipient(phone=preferences.phone, texts=True, language=user.language)
    return Message(recipient, urls={"on": lambda: one_tap_url("texts_on", phone_request, user)})


@one_tap_action(
    "texts_on",
    question=gettext_lazy("Is this your phone?"),
    button=gettext_lazy("Yes, write to me here"),
)
@transaction.atomic
def texts_on(phone_request: int, user: User | None) -> Outcome:
    """Confirm the phone to which the link was sent."""
    page = reverse("preferences"), _("Choose which messages you get")
    asked = Preferences.objects.select_for_update().filter(user=user, phone_request=phone_request)
    preferences = asked.first()
    if preferences is None:
        return Outcome(_("This has changed in the meantime."), *page, is_done=False)
    if preferences.phone_confirmed_at is None:
        try:
            check_passes_on(preferences.phone, to=preferences.user)
        except PhoneTaken:
            return Outcome(PHONE_TAKEN, *page, is_done=False)
        preferences.phone_confirmed_at = timezone.now()
        preferences.save()  # and not `update`: what keeps the account's contact points hears of it
    return Outcome(_("Thank you. Now choose what we may send you by text message."), *page)


@message_kind(
    "phone_changed",
    gettext_lazy("to the old number: your phone number was changed"),
    group=Group.SIGN_IN,
    buttons={"page": gettext_lazy("Look at it")},
    forget=AccountMail.forget,
)
def phone_changed(pk: int) -> Message | None:
    """To the phone that an account had until now; None once that was told, or waited too long.

    It was confirmed, so that the limits on texts to strangers do not hold it up.
    """
    mail = AccountMail.objects.usable().filter(pk=pk).first()
    if mail is None:
        return None
    recipient = Recipient(
        phone=mail.phone, texts=True, language=mail.language, phone_confirmed=True
    )
    return Message(recipient, urls={"page": settings.SITE_URL + reverse("home")})


@message_kind(
    "email_changed",
    gettext_lazy("to the old address: your e-mail address was changed"),
    group=Group.SIGN_IN,
    buttons={"page": gettext_lazy("Look at it")},
    forget=AccountMail.forget,
)
def email_changed(pk: int) -> Message | None:
    """To the e-mail that an account had until now; None once that was told, or waited too long."""
    mail = AccountMail.objects.usable().filter(pk=pk).first()
    if mail is None:
        return None
    recipient = Recipient(mail.email, language=mail.language)
    return Message(recipient, urls={"page": settings.SITE_URL + reverse("home")})


@message_kind(
    "ways_to_sign_in",
    gettext_lazy("your ways to sign in have changed"),
    group=Group.SIGN_IN,
    buttons={"page": gettext_lazy("How I sign in")},
)
def ways_to_sign_in(user_id: int) -> Message | None:
    """To the owner of an account, at everything that reaches them. None once it is erased."""
    user = User.objects.filter(pk=user_id, erased_at=None).first()
    url = settings.SITE_URL + reverse("mfa_index")
    return Message(recipient_of(user), urls={"page": url}) if user else None


@message_kind(
    "second_factor_guessed",
    gettext_lazy("someone is guessing your second code"),
    group=Group.SIGN_IN,
    buttons={"page": gettext_lazy("How I sign in")},
)
def second_factor_guessed(user_id: int) -> Message | None:
    """To the owner of an account, as `ways_to_sign_in`."""
    return ways_to_sign_in(user_id)


@message_kind(
    "text_unclear",
    gettext_lazy("which one do you mean?"),
    group=Group.SIGN_IN,
    buttons={"page": gettext_lazy("Look at it")},
)
def text_unclear(notification_id: int) -> Message | None:
    """To someone whose reply could answer several questions; `notification_id` is one of them."""
    row = Notification.objects.get(pk=notification_id)
    question = compose_if_there(row.kind, row.about_id)
    url = settings.SITE_URL + reverse("home")
    if question is None:
        return None
    return Message(replace(question.recipient, phone_confirmed=True), urls={"page": url})


@message_kind(
    "text_outcome",
    gettext_lazy("how things stand, in reply to a text message"),
    group=Group.SIGN_IN,
    buttons={"page": gettext_lazy("Look at it")},
)
def text_outcome(notification_id: int) -> Message | None:
    """To someone whose reply to the question `notification_id` did not do what it says."""
    row = Notification.objects.get(pk=notification_id)
    answered = answered_if_there(row.kind, row.about_id)
    if answered is None:
        return None
    message = answered.message
    return replace(message, recipient=replace(message.recipient, phone_confirmed=True))
