"""What each coordinator gets once a month: the newest head of the record, so that many inboxes keep it."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.record.models import Seal

RECORD_MONTH = "record_month"


@transaction.atomic
def tell_the_month() -> None:
    """Write this month's head to each coordinator, where a record is kept: one, however often this runs."""
    if not current_policy().has_record or not Seal.objects.exists():
        return
    month = clock.today()
    for user in User.objects.coordinators():
        key = f"{RECORD_MONTH}:{user.pk}:{month:%Y-%m}"
        enqueue(RECORD_MONTH, about_id=user.pk, to=user, key=key)


@message_kind(
    RECORD_MONTH,
    _("to coordinators: the newest head of our record"),
    group=Group.DIGEST,
    buttons={"record": _("See our record")},
    by_day=True,
)
def record_month(user_id: int) -> Message | None:
    """None where no record is kept, or they are no coordinator any more."""
    user = User.objects.coordinators().filter(pk=user_id).first()
    newest = Seal.objects.first()
    if user is None or newest is None or not current_policy().has_record:
        return None
    page = settings.SITE_URL + reverse("record")
    return Message(recipient_of(user), {"seal": newest}, urls={"record": page})
