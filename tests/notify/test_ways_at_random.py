"""One message and four ways that answer as they like, with kills and reports between: heard, or rung."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure
from mutualaid.notify.channels.http_gateway import TemporaryFailure
from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.channels.push import Push
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.delivery import MOST_TRIES, deliver_one
from mutualaid.notify.inbound.feedback import take_next_way
from mutualaid.notify.models import Attempt, Device, Notification
from mutualaid.notify.outbox import enqueue
from requests_app.actions import claim_need
from tests.support import factories
from tests.support.few import examples
from tests.support.people import has_phone, wishes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SENDING = (Push, Sms, Mail)
REFUSALS = {"busy": TemporaryFailure, "gone": PermanentFailure, "silent": DeliveryUncertain}
ANSWERS = st.lists(
    st.sampled_from(["taken", *REFUSALS, "killed before", "killed after"]), max_size=12
)
REPORTS = st.lists(st.booleans(), max_size=8)
"""After each look of a worker: whether what went out last comes back."""


class Killed(BaseException):
    """The process ends here; nothing after it runs."""


class World:
    """Answers as the list says, then takes everything; knows what people really got."""

    def __init__(self, answers: list[str]) -> None:
        self.answers = list(answers)
        self.sent = Counter[tuple[str, str]]()
        self.killed_after = Counter[tuple[str, str]]()
        self.came_back = set[tuple[str, str]]()

    def send(self, attempt: Attempt) -> Attempt.State:
        answer = self.answers.pop(0) if self.answers else "taken"
        way = (attempt.channel, attempt.reached)
        if answer in REFUSALS:
            raise REFUSALS[answer]
        if answer == "killed before":
            raise Killed
        self.sent[way] += 1
        if answer == "killed after":
            self.killed_after[way] += 1
            raise Killed
        return Attempt.State.SENT

    @property
    def heard(self) -> set[tuple[str, str]]:
        return set(self.sent) - self.came_back


@contextmanager
def answering(world: World) -> Iterator[None]:
    with ExitStack() as stack:
        for channel in SENDING:
            send = lambda self, attempt, message: world.send(attempt)  # noqa: E731
            stack.enter_context(patch.object(channel, "send", send))
        yield


def reported(world: World, row: Notification) -> None:
    """What went out last, by mail or text, comes back."""
    went = row.attempts.filter(channel__in=["email", "sms"], state="sent").order_by("pk").last()
    if went:
        world.came_back.add((went.channel, went.reached))
        take_next_way(went, error="Bounced")


def look(row: Notification) -> None:
    """A worker looks, long after the one before it."""
    Notification.objects.filter(pk=row.pk, state="waiting").update(
        due_at=Now() - timedelta(minutes=1), lease_until=None
    )
    with suppress(Killed):
        deliver_one(row.pk)


@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS, reports=REPORTS, first=st.sampled_from(["", "push", "sms", "email"]))
def test_whatever_answers_someone_heard_or_is_rung_and_no_text_comes_twice(
    sam, settings, answers, reports, first
):
    settings.SMS_URL = "sink://"
    world = World(answers)
    with transaction.atomic(), answering(world):
        has_phone(sam, tasks=["push", "sms", "email"])
        wishes(sam, first_way=first)
        keys = {"endpoint": "https://fcm.googleapis.com/x", "p256dh": "x", "auth": "x"}
        Device.objects.create(user=sam, fingerprint="d", **keys)
        claim = claim_need(factories.need(), by=sam, weekly_limit=9)
        Notification.objects.all().delete()
        row = enqueue("claim_made", about_id=claim.pk, to=sam)
        assert row
        for comes_back in reports:
            look(row)
            if comes_back:
                reported(world, row)
        for _ in range(4 * MOST_TRIES):
            look(row)
        row.refresh_from_db()
        assert world.heard or row.state == "to_call", "nobody told them"
        assert row.state in ("sent", "to_call")
        assert row.attempts.order_by("pk")[0].channel == (first or "push")
        assert world.sent.keys() <= {(one.channel, one.reached) for one in row.attempts.all()}
        for way, copies in world.sent.items():
            most = 1 if way[0] == "sms" else 1 + world.killed_after[way]
            assert copies <= most, way
        transaction.set_rollback(True)
