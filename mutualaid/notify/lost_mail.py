"""Whether mail still arrives at someone: by what came back, as their messages remember it."""

from datetime import timedelta
from itertools import takewhile

from django.db.models.functions import Now

from mutualaid.notify.channels.bounces import ERRORS
from mutualaid.notify.channels.delivery_reports import Fate
from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.models import Notification, Suppression
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.people.models import User

LASTS = timedelta(days=7)
"""A full mailbox or a server that is down for longer is worth a word."""
COMES_BACK_WITHIN = timedelta(days=1)
"""What was sent since may still be reported as late."""
MOST_READ = 100
LOST = {ERRORS[fate] for fate in (Fate.LATE, Fate.UNDELIVERED, Fate.FAILED, Fate.GONE)}


def mail_is_lost(user: User) -> bool:
    """Whether nothing is written to their e-mail any more, or all of it was late or came back for `LASTS`."""
    point = address_fingerprint(user.email or "")
    if not point:
        return False
    bounced = Suppression.objects.filter(reason=Suppression.Reason.BOUNCED, fingerprint=point)
    if bounced.filter(channel=Mail.name).exists():
        return True
    sent = Notification.objects.to(user).filter(channel=Mail.name, reached=point)
    reported = sent.filter(created_at__lt=Now() - COMES_BACK_WITHIN).values_list(
        "error", "created_at"
    )
    lost = list(takewhile(lambda row: row[0].partition(" ")[0] in LOST, reported[:MOST_READ]))
    return bool(lost) and lost[0][1] - lost[-1][1] >= LASTS
