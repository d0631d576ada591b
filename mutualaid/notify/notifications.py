"""What this room itself says to people: about their phone, and about their replies."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.notify.links.one_tap import Outcome, one_tap_action, one_tap_url
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import (
    Group,
    Message,
    answered_if_there,
    compose_if_there,
    message_kind,
)
from mutualaid.people.models import User


@message_kind(
    "text_confirm",
    gettext_lazy("is this your phone?"),
    group=Group.SIGN_IN,
    buttons={"on": gettext_lazy("Yes, write to me here")},
    replies={"yes": "texts_on"},
)
def text_confirm(ask: int) -> Message | None:
    """To a phone whose owner has not said yet that it is theirs."""
    asked = Preferences.objects.filter(phone_request=ask, phone_confirmed_at=None)
    preferences = asked.select_related("user").first()
    if preferences is None:
        return None
    recipient = Recipient(phone=preferences.phone, texts=True, language=preferences.user.language)
    return Message(recipient, urls={"on": lambda: one_tap_url("texts_on", ask, preferences.user)})


@one_tap_action(
    "texts_on",
    question=gettext_lazy("Is this your phone?"),
    button=gettext_lazy("Yes, write to me here"),
)
def texts_on(ask: int, user: User | None) -> Outcome:
    asked = Preferences.objects.filter(user=user, phone_request=ask)
    if not asked.exists():
        return Outcome(_("This has changed in the meantime."), *_to_choose(), is_done=False)
    asked.filter(phone_confirmed_at=None).update(phone_confirmed_at=timezone.now())
    return Outcome(_("Thank you. Choose now what we may send you by text message."), *_to_choose())


@message_kind(
    "text_unclear",
    gettext_lazy("which one do you mean?"),
    group=Group.SIGN_IN,
    buttons={"page": gettext_lazy("Look at it")},
)
def text_unclear(notification_id: int) -> Message | None:
    row = Notification.objects.get(pk=notification_id)
    asked = compose_if_there(row.kind, row.about_id)
    url = settings.SITE_URL + reverse("home")
    return Message(asked.recipient, urls={"page": url}) if asked else None


@message_kind(
    "text_outcome",
    gettext_lazy("how it stands, to who answered by text message"),
    group=Group.SIGN_IN,
    buttons={"page": gettext_lazy("Look at it")},
)
def text_outcome(notification_id: int) -> Message | None:
    """To somebody whose reply did not do what it says."""
    row = Notification.objects.get(pk=notification_id)
    answered = answered_if_there(row.kind, row.about_id)
    return answered.message if answered else None


def _to_choose() -> tuple[str, str]:
    return reverse("preferences"), _("Choose what we write to you")
