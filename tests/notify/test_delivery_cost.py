"""What the delivery of one message costs: modules that one has to read."""

import pytest
from django.core import mail

from mutualaid.matching.tasks import sweep
from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification
from mutualaid.policy.actions import make_policy
from mutualaid.singleton.reading import read_once
from tests.support import factories
from tests.support.modules import modules_entered

pytestmark = pytest.mark.django_db


def test_a_mail_leads_through_no_more_than_45_modules(settings):
    make_policy()
    for _ in range(2):
        factories.offer()
    factories.need()
    sweep()
    first, second = Notification.objects.filter(kind="need_fits").values_list("pk", flat=True)
    deliver_one(first)  # what is imported late, such as the map of the site, is there by now

    def deliver() -> None:
        with read_once():
            deliver_one(second)

    entered = modules_entered(deliver)
    assert len(mail.outbox) == 2
    assert len(entered) <= 45, "\n".join(sorted(entered))
