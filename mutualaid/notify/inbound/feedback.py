"""What comes back later: reports and complaints, and the way that is taken then."""

from functools import partial

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.celery import enqueue_on_commit
from mutualaid.encryption.fingerprints import veil
from mutualaid.notify.channels.bounces import ERRORS, has_bounced_before
from mutualaid.notify.channels.delivery_reports import Fate, Report
from mutualaid.notify.links.unsubscribe import Unsubscription, unsubscribe
from mutualaid.notify.models import Attempt, Notification, Suppression
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.registry import Group, known_kind
from mutualaid.notify.tasks import deliver

MAY_HAVE_ARRIVED = (Attempt.State.SENT, Attempt.State.UNCERTAIN)


def note_report(report: Report) -> bool:
    """Write to the messages that it names what became of them; returns whether that changed anything.

    Each is noted once: the same report again, or one that comes after the message was sent anew, told or
    given up, changes nothing.
    """
    attempts = Attempt.objects.filter(message_id__in=report.message_ids)
    named = attempts.select_related("notification")
    noted = [_note(one, report.fate_at(partial(_went_to, one))) for one in named]
    return any(noted)


@transaction.atomic
def take_next_way(attempt: Attempt, *, error: str) -> bool:
    """Write that this way has failed after all, and let the message go on by the next one.

    Returns whether it had not failed before. Told twice of it, or where another way took the message
    meanwhile, it changes nothing more.
    """
    went = Q(state__in=MAY_HAVE_ARRIVED) | Q(
        # handed over just now, and a worker has not marked it yet
        state=Attempt.State.TRYING,
        notification__in=Notification.objects.filter(lease_until__gt=Now()),
    )
    if not Attempt.objects.filter(went, pk=attempt.pk).update(
        state=Attempt.State.FAILED, failed_at=Now(), error=error
    ):
        return False
    arrived = Attempt.objects.filter(notification=attempt.notification_id, state=Attempt.State.SENT)
    over = (Notification.State.SENT, Notification.State.UNCERTAIN)
    row = Notification.objects.filter(pk=attempt.notification_id, state__in=over)
    if not arrived.exists() and row.update(
        state=Notification.State.WAITING, sent_at=None, due_at=Now(), tries=0, error=error
    ):
        enqueue_on_commit(deliver, attempt.notification_id)
    return True


def _went_to(attempt: Attempt, address: str) -> bool:
    fingerprint = address_fingerprint(address)
    return attempt.reached in (fingerprint, veil(fingerprint))


@transaction.atomic
def _note(attempt: Attempt, fate: Fate) -> bool:
    out = Attempt.objects.filter(pk=attempt.pk, state__in=MAY_HAVE_ARRIVED)
    if fate is Fate.COMPLAINED:
        return _note_complaint(attempt)
    if fate is Fate.ARRIVED:
        return False
    if fate is Fate.LATE:
        return bool(out.filter(error="").update(error=ERRORS[fate]))
    if not take_next_way(attempt, error=ERRORS[fate]):
        return False
    if fate is Fate.GONE or (fate is Fate.FAILED and has_bounced_before(attempt)):
        Suppression.add(attempt.channel, attempt.reached, Suppression.Reason.BOUNCED)
    return True


def _note_complaint(attempt: Attempt) -> bool:
    """Send no more of this kind there. Codes are left, for their owner asks for each of them, and that our
    group ends, for it is said once.

    Of a kind that is not sent any more there is nothing to end.
    """
    row, error = attempt.notification, ERRORS[Fate.COMPLAINED]
    out = Attempt.objects.filter(pk=attempt.pk, state__in=MAY_HAVE_ARRIVED)
    if not out.exclude(error=error).update(error=error):
        return False
    kind = known_kind(row.kind)
    if kind and kind.group not in (Group.SIGN_IN, Group.GROUP_ENDS):
        unsubscribe(Unsubscription(kind.group, attempt.channel, row.recipient_id, attempt.reached))
    return True
