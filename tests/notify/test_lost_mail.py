"""On my page: that mail does not reach me, once that has lasted a week."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.notify.models import Notification, Suppression
from mutualaid.notify.recipient import address_fingerprint

pytestmark = pytest.mark.django_db
SAID = "Our e-mail doesn't reach you."


def sent(person, *, days: float, error: str = "", state: str = "sent") -> None:
    row = Notification.objects.create(
        key=f"{days}",
        kind="need_fits",
        about_id=1,
        recipient=person,
        state=state,
        error=error,
        reached=address_fingerprint(person.email),
        sent_at=timezone.now() if state == "sent" else None,
    )
    Notification.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ({9: "Late", 2: "Late"}, True),
        ({9: "Late", 6: "Undelivered", 2: "Bounced 550"}, True),
        ({9: "Late", 2: "Late", 0.5: ""}, True),
        ({9: "Late", 6: "", 2: "Late"}, False),
        ({9: "Late", 2: ""}, False),
        ({6: "Late", 2: "Late"}, False),
        ({9: "Late"}, False),
        ({}, False),
    ],
)
def test_what_was_late_for_a_week_without_a_break_is_said(sam, signed_in, history, said):
    for days, error in history.items():
        sent(sam, days=days, error=error)
    assert (SAID in signed_in(sam).get("/me/").content.decode()) == said


def test_at_another_address_it_is_not_said(sam, signed_in):
    sent(sam, days=9, error="Late")
    sent(sam, days=2, error="Late")
    Notification.objects.update(reached=address_fingerprint("before@people.example"))
    assert SAID not in signed_in(sam).get("/me/").content.decode()


@pytest.mark.parametrize(("reason", "said"), [("bounced", True), ("off", False)])
def test_an_address_that_is_closed_for_nothing_arrives_is_said(sam, signed_in, reason, said):
    Suppression.add("email", address_fingerprint(sam.email), reason)
    assert (SAID in signed_in(sam).get("/me/").content.decode()) == said
