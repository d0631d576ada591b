"""Two workers, one partner: each message once, in order, one at a time."""

import json
from collections.abc import Callable
from functools import partial
from threading import Lock
from time import sleep

import pytest
from django.db import connection

from mutualaid.partners.actions.pinging import ping_the_silent
from mutualaid.partners.delivery import deliver_to, give_up
from mutualaid.partners.models import OutgoingMessage
from mutualaid.partners.states import MessageState as M
from mutualaid.partners.tasks import deliver, sweep
from tests.support import partners
from tests.support.at_once import at_once
from tests.support.gateway import Asked
from tests.support.partner_inbox import Inbox, inbox_of, time_passes, written

pytestmark = pytest.mark.django_db(transaction=True)


class Slow(Inbox):
    """Takes a moment for each message, and counts how many it has at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = Lock()
        self.now = self.most = 0

    def answer_to(self, asked: Asked) -> Inbox:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        sleep(0.02)
        with self.lock:
            self.now -= 1
        return self


def run(partner_pk: int) -> int:
    return len(list(deliver_to(partner_pk)))


def given_up() -> int:
    return len(list(give_up()))


def test_workers_at_once_send_each_message_once_in_order_and_one_at_a_time():
    crown = partners.other_site()
    with inbox_of(crown.partner, Slow()) as inbox:
        ids = [message_id for _ in range(20) for message_id in written(crown.partner)]
        while OutgoingMessage.objects.filter(state=M.WAITING).exists():
            at_once([partial(run, crown.partner.pk)] * 4)
        assert inbox.ids == ids
        assert inbox.most == 1


def test_workers_at_once_probe_a_partner_that_is_away_once():
    crown = partners.other_site()
    with inbox_of(crown.partner, Slow()) as inbox:
        inbox.status = 503
        written(crown.partner)
        written(crown.partner)
        at_once([partial(run, crown.partner.pk)] * 6)
        assert len(inbox.asked) == 1


def test_no_transaction_is_open_while_a_partner_is_called():
    crown = partners.other_site()

    class Watching(Inbox):
        def answer_to(self, asked: Asked) -> Inbox:
            try:
                written(crown.partner)  # on SQLite it would wait for the transaction of the worker
            finally:
                connection.close()
            return self

    with inbox_of(crown.partner, Watching()):
        written(crown.partner)
        assert next(deliver_to(crown.partner.pk)).state == M.SENT
    assert OutgoingMessage.objects.filter(state=M.WAITING).count() == 1


def test_an_answer_while_it_is_given_up_counts_once():
    crown = partners.other_site()
    with inbox_of(crown.partner, Slow()):
        for _ in range(8):
            written(crown.partner)
        time_passes(days=15)
        jobs: list[Callable[[], int]] = [partial(run, crown.partner.pk), given_up]
        assert sum(at_once(jobs * 2)) == 8
    assert not OutgoingMessage.objects.filter(state=M.WAITING).exists()


def test_sweeps_at_once_ping_a_silent_partner_once():
    crown = partners.other_site()
    time_passes(days=2)
    counts = at_once([lambda: len(list(ping_the_silent()))] * 6)
    assert sum(counts) == 1
    assert OutgoingMessage.objects.get().partner == crown.partner


def test_a_sweep_starts_what_waits_and_a_task_delivers_it(monkeypatch):
    crown, away = partners.other_site(), partners.other_site("Saltmarsh")
    started = []
    monkeypatch.setattr(
        "mutualaid.partners.tasks.enqueue_on_commit",
        lambda task, *ids: started.append((task.name, *ids)),
    )
    with inbox_of(crown.partner, Inbox()) as inbox:
        written(crown.partner)
        written(away.partner)
        sweep()
        name = "mutualaid.partners.tasks.deliver"
        assert sorted(started) == sorted([(name, crown.partner.pk), (name, away.partner.pk)])
        deliver(crown.partner.pk)
        assert len(inbox.asked) == 1
        started.clear()
        sweep()
        assert started == [(name, away.partner.pk)]


def test_what_is_left_after_the_time_budget_goes_on_in_a_task_of_its_own(monkeypatch):
    crown = partners.other_site()
    started = []
    monkeypatch.setattr("mutualaid.celery.SWEEP_SECONDS", -1.0)
    monkeypatch.setattr(
        "mutualaid.partners.tasks.enqueue_on_commit", lambda task, *ids: started.append(ids)
    )
    with inbox_of(crown.partner, Inbox()) as inbox:
        written(crown.partner)
        written(crown.partner)
        deliver(crown.partner.pk)
        assert (len(inbox.asked), started) == (1, [(crown.partner.pk,)])
        deliver(crown.partner.pk)
        assert (len(inbox.asked), len(started)) == (2, 1)


def test_a_body_is_the_same_bytes_whatever_letters_it_holds():
    crown = partners.other_site()
    with inbox_of(crown.partner, Inbox()) as inbox:
        written(crown.partner, partners.an_ask(area="Öland المدينة 城"))
        run(crown.partner.pk)
    assert "Öland المدينة 城" in json.dumps(json.loads(inbox.asked[0].raw), ensure_ascii=False)
