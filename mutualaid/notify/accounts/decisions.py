"""Messages about decisions of two people: to the person concerned, and to all others who decide."""

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.people.decisions import label_of
from mutualaid.people.models import TwoPersonDecision, User
from mutualaid.people.signals import decision_changed


@receiver(decision_changed)
def on_decision_changed(decision: TwoPersonDecision, by: User, **_: Any) -> None:
    """Tell the person concerned, and all others who decide, without naming anyone.

    By mail alone, whatever they chose to hear of. Who was just switched off is told too, so that message
    goes to their address and not to their account.
    """
    about, state = decision.about, decision.state
    key = f"decision_about_you:{decision.pk}:{state}"
    enqueue("decision_about_you", about_id=decision.pk, recipient=_mail_of(about), key=key)
    kind = "decision_waits" if decision.is_waiting else "decision_made"
    for user in User.objects.deciders().exclude(pk__in=(by.pk, about.pk)).order_by("pk"):
        key = f"{kind}:{decision.pk}:{state}:{user.pk}"
        enqueue(kind, about_id=user.pk, to=user, recipient=_mail_of(user), key=key)


@message_kind(
    "decision_about_you",
    _("two people decide about your role"),
    group=Group.SIGN_IN,
)
def decision_about_you(decision_id: int) -> Message | None:
    """None for one that is not kept any more."""
    decisions = TwoPersonDecision.objects.select_related("about")
    decision = decisions.filter(pk=decision_id, about__erased_at=None).first()
    if decision is None:
        return None
    context = {
        "decision": label_of(decision.kind),
        "waits": decision.is_waiting,
        "is_agreed": decision.state == TwoPersonDecision.State.AGREED,
    }
    return Message(_mail_of(decision.about), context)


@message_kind(
    "decision_waits",
    _("to who decides: a proposal about a role waits"),
    group=Group.SIGN_IN,
    buttons={"admin": _("On the desk")},
)
def decision_waits(user_id: int) -> Message | None:
    """None where no proposal waits any more, or they decide no more."""
    waits = TwoPersonDecision.objects.waiting().exclude(about=user_id).exclude(proposed_by=user_id)
    return _to_decider(user_id) if waits.exists() else None


@message_kind(
    "decision_made",
    _("to who decides: a proposal about a role is decided"),
    group=Group.SIGN_IN,
    buttons={"admin": _("On the desk")},
)
def decision_made(user_id: int) -> Message | None:
    """None where they decide no more."""
    return _to_decider(user_id)


def _to_decider(user_id: int) -> Message | None:
    user = User.objects.deciders().filter(pk=user_id).first()
    url = settings.SITE_URL + reverse("admin:people_twopersondecision_changelist")
    return Message(_mail_of(user), urls={"admin": url}) if user else None


def _mail_of(user: User) -> Recipient:
    return Recipient(user.email or "", language=user.language)
