"""What was written about an ask, to its neighbour or to others, and what came back."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from mutualaid.notify.follow_up.fate import Trouble, troubles
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import Group, kinds_about
from requests_app.models import Ask, Claim
from requests_app.notifications.neighbour import recipient_now


def sent_about(ask: Ask, *groups: Group) -> QuerySet[Notification]:
    """Messages about the ask, its needs and their claims, newest first, with their attempts.

    `groups` are those of messages; all of them by default, which is for coordinators alone.
    """
    needs = ask.needs.values("pk")
    claims = Claim.objects.filter(need__ask=ask).values("pk")
    about = (
        Q(kind__in=kinds_about("ask", *groups), about_id=ask.pk)
        | Q(kind__in=kinds_about("need", *groups), about_id__in=needs)
        | Q(kind__in=kinds_about("claim", *groups), about_id__in=claims)
    )
    rows = Notification.objects.filter(about).prefetch_related("attempts")
    return rows.order_by("-created_at", "-pk")


def sent_to_neighbour(ask: Ask) -> QuerySet[Notification]:
    """The same to the neighbour alone."""
    return sent_about(ask, Group.NEEDS)


def troubles_of(ask: Ask, sent: Collection[Notification]) -> list[Trouble]:
    """What is wrong with the ways on which its neighbour is written to, by what was `sent` about it lately.

    None where the contact details cannot be read.
    """
    contact = ask.readable_contact
    if contact is None or not sent:
        return []
    return troubles(sent, recipient_now(contact), has_account=False)
