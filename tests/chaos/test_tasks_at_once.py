"""Each task ten times at once does what it does once. A new task needs a line here. Bar R8."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from mutualaid.celery import app
from mutualaid.fund.models import Pot
from mutualaid.importing.actions import upload
from mutualaid.matching.outreach.match_need import match_need
from mutualaid.notify.models import Notification
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.tasks import sweep as send_what_waits
from mutualaid.people.models import Role, User
from mutualaid.simulation.metrics import Metrics
from mutualaid.trials import actions
from mutualaid.trials.actions import ask_for_trial
from offers_app.models import Offer
from requests_app.actions import (
    claim_need,
    deliver_claim,
    report_in_touch,
    withdraw_need,
)
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, LinkRecoveryRequest, Need
from tests.support import (
    carrying,
    factories,
    hours,
    lending,
    money,
    partner_inbox,
    partners,
    recorded,
    referrals,
    voting,
    winding,
)
from tests.support.at_once import at_once
from tests.support.clock import later
from tests.support.people import MAIL, comes_onto_the_call_list
from tests.support.subjects import unmarked

pytestmark = pytest.mark.django_db(transaction=True)
Arrange = Callable[[], tuple[int | str, ...]]
NOTHING = Metrics(0, 0, 0, 0, 0, 0, 0, 0)
NOT_THE_RECORD = {
    "sessions.Session",
    "matching.BacklogRun",
    "matching.BacklogLease",
    "matching.BacklogChange",
}
"""How often the backlog was solved, or is told of the same change, says nothing about anyone."""
STATES = {"state", "close_reason", "tries", "kind", "slot"}
"""The columns that are compared: ids and times differ."""


def a_message() -> tuple[int, ...]:
    factories.need(contact=MAIL)
    return (Notification.objects.get().pk,)


def a_need_and_an_offer() -> tuple[int, ...]:
    factories.offer()
    return (factories.need().pk,)


def an_offer_and_needs() -> tuple[int, ...]:
    for _ in range(3):
        factories.need()
    return (factories.offer().pk,)


def silent_claims() -> tuple[int, ...]:
    """A claim to be reminded of, one to be asked how it went, one that lapses, one done and not confirmed."""
    claims = [claim_need(factories.need(), by=factories.person(), weekly_limit=2) for _ in range(4)]
    for claim in claims[1:3]:
        report_in_touch(claim, by=volunteer(claim.volunteer))
    deliver_claim(claims[3], by=volunteer(claims[3].volunteer))
    Notification.objects.all().delete()
    later(days=4)
    Claim.objects.filter(pk=claims[2].pk).update(reminded_at=long_ago())
    return ()


def an_invitation() -> tuple[int, ...]:
    factories.offer()
    match_need(factories.need().pk)
    return ()


def a_call_that_is_past() -> tuple[int, ...]:
    claim = claim_need(factories.need(), by=factories.person(), weekly_limit=2)
    with transaction.atomic():
        enqueue("need_followup", about_id=claim.pk, recipient=Recipient(phone="555 0100"))
    comes_onto_the_call_list(Notification.objects.get(kind="need_followup"))
    return ()


def a_week_with_something_to_say() -> tuple[int, ...]:
    factories.person("Carla", Role.COORDINATOR)
    factories.need()
    return ()


def a_lost_link() -> tuple[int, ...]:
    ask = factories.ask(contact=MAIL)
    fingerprint = ask.contact_points.get().fingerprint
    return (LinkRecoveryRequest.objects.create(fingerprints=fingerprint).pk,)


def an_old_offer() -> tuple[int, ...]:
    Offer.objects.filter(pk=factories.offer().pk).update(confirmed_at=long_ago())
    return ()


def an_old_need_and_account() -> tuple[int, ...]:
    EmailAddress.objects.filter(user=factories.person()).update(verified=False)
    User.objects.update(created_at=long_ago())
    need = factories.need(contact=MAIL)
    withdraw_need(need)
    Need.objects.filter(pk=need.pk).update(closed_at=long_ago())
    return ()


def contact_from_another_group() -> tuple[int, ...]:
    crown = referrals.partner()
    referral = referrals.accepted(crown, by=factories.person())
    referrals.comes(crown, referrals.contact_of(referral.public_id))
    return (referral.pk,)


def a_need_of_another_group_that_ended() -> tuple[int, ...]:
    referral = referrals.received(referrals.partner(), by=factories.person())
    withdraw_need(Need.objects.get())
    return (referral.pk,)


def a_month_that_is_over() -> tuple[int, ...]:
    Need.objects.filter(pk=factories.need().pk).update(created_at=long_ago())
    Pot.objects.filter(pk=money.pot("Common", holds=0).pk).update(created_at=long_ago())
    return ()


def entries_that_wait() -> tuple[int, ...]:
    factories.set_policy(has_record=True)
    recorded.happen(1, 2, 3)
    return ()


def entries_that_are_sealed() -> tuple[int, ...]:
    entries_that_wait()
    recorded.seal()
    return ()


def a_group_that_winds_down() -> tuple[int, ...]:
    factories.need(contact=MAIL)
    winding.agreed(*(factories.person(name, Role.COORDINATOR) for name in ("Carla", "Dora")))
    return ()


def someone_who_carries_a_lot() -> tuple[int, ...]:
    factories.set_policy(asks_about_breaks=True)
    carrying.tasks(factories.person("Sam"), per_week=1, each_week=2)
    return ()


def a_proposal_whose_time_is_over() -> tuple[int, ...]:
    voting.together()
    people = voting.members(3)
    decision = voting.proposed(people[0])
    voting.say(decision, voting.FOR, *people)
    voting.last_moment_comes(decision)
    voting.proposed(people[1], {"wave_minutes_high": 11})
    return ()


def hours_that_no_one_answered() -> tuple[int, ...]:
    hours.on()
    hours.days_go_by(hours.proposed(factories.person("Sam"), factories.person("Vera")), 14)
    return ()


def an_uploaded_sheet() -> tuple[int, ...]:
    carla = factories.person("Carla", Role.COORDINATOR)
    return (
        upload(kind="needs", file_name="march.csv", raw=b"Need,Area\nfood,Old Town\n", by=carla).pk,
    )


def a_message_to_a_partner() -> tuple[int, ...]:
    """Whose address leads to this machine, so that it is never called."""
    partner = partners.other_site().partner
    partner_inbox.moved_to(partner, "http://127.0.0.1:9")
    partner_inbox.written(partner)
    return (partner.pk,)


def a_silent_partner() -> tuple[int, ...]:
    partners.other_site()
    partner_inbox.time_passes(days=2)
    return ()


def a_trial() -> tuple[int, ...]:
    return (ask_for_trial({"near": 3}).pk,)


def things_that_are_due() -> tuple[int, ...]:
    """A wish that no one answered, and two loans of which both are to be reminded."""
    lending.on(live_claims_per_person=20)
    sam = factories.person()
    lending.hours_go_by(lending.wish(lending.thing(sam)))
    for days in (1, -1):
        lending.due_in(lending.lent(sam), days)
    return ()


def long_ago() -> datetime:
    return timezone.now() - timedelta(days=60)


def without(arrange: Arrange) -> Arrange:
    """For a sweep, which takes no id."""
    return lambda: arrange()[:0]


ARRANGED: dict[str, Arrange] = {
    "mutualaid.notify.tasks.deliver": a_message,
    "mutualaid.notify.tasks.sweep": without(a_message),
    "mutualaid.matching.tasks.match_most_urgent": without(a_need_and_an_offer),
    "mutualaid.matching.tasks.match_offer": an_offer_and_needs,
    "mutualaid.matching.tasks.sweep": without(a_need_and_an_offer),
    "mutualaid.matching.tasks.learn": an_invitation,
    "mutualaid.matching.tasks.tell_the_week": a_week_with_something_to_say,
    "mutualaid.matching.backlog.tasks.warm": without(a_need_and_an_offer),
    "mutualaid.matching.backlog.tasks.cold": without(a_need_and_an_offer),
    "mutualaid.notify.tasks.tidy_calls": a_call_that_is_past,
    "mutualaid.decisions.tasks.sweep": a_proposal_whose_time_is_over,
    "mutualaid.ending.tasks.sweep": a_group_that_winds_down,
    "mutualaid.fair_work.tasks.sweep": someone_who_carries_a_lot,
    "mutualaid.health.tasks.heartbeat": lambda: ("worker-celery",),
    "mutualaid.hours.tasks.sweep": hours_that_no_one_answered,
    "mutualaid.importing.tasks.work_on": an_uploaded_sheet,
    "mutualaid.importing.tasks.sweep": without(an_uploaded_sheet),
    "mutualaid.lending.tasks.sweep": things_that_are_due,
    "mutualaid.numbers.tasks.sweep": a_month_that_is_over,
    "mutualaid.partners.tasks.deliver": a_message_to_a_partner,
    "mutualaid.partners.tasks.sweep": a_silent_partner,
    "mutualaid.partners.tasks.report": a_need_of_another_group_that_ended,
    "mutualaid.partners.tasks.take_up": contact_from_another_group,
    "mutualaid.record.tasks.check": entries_that_are_sealed,
    "mutualaid.record.tasks.sweep": entries_that_wait,
    "mutualaid.retention.tasks.sweep": an_old_need_and_account,
    "mutualaid.trials.tasks.play": a_trial,
    "mutualaid.trials.tasks.sweep": without(a_trial),
    "offers_app.tasks.sweep": an_old_offer,
    "requests_app.tasks.answer_link_recovery": a_lost_link,
    "requests_app.tasks.sweep": silent_claims,
}


app.loader.import_default_modules()


@pytest.fixture(autouse=True)
def trials_end_at_once(monkeypatch):
    """The processes of a simulation take minutes."""
    monkeypatch.setattr(actions, "simulate_all", lambda *_, **__: [NOTHING, NOTHING])


def ours() -> set[str]:
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_task_has_its_line_here():
    assert ours() == ARRANGED.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ARRANGED))
def test_ten_at_once_do_what_one_does(name):
    untouched = outcome(name, times=0)
    once = outcome(name, times=1)
    ten = outcome(name, times=10)
    assert once != untouched, "what cannot be seen cannot be compared"
    assert ten == once


def outcome(name: str, *, times: int) -> list[object]:
    """Return all rows without ids and times, and the mails, after so many at once in an empty database."""
    call_command("flush", interactive=False, verbosity=0)
    mail.outbox.clear()
    task = app.tasks[name]
    args = ARRANGED[name]()
    if times:
        at_once([partial(task, *args)] * times)
        send_what_waits()
    return [sorted(unmarked(letter.subject) for letter in mail.outbox), *map(rows_of, record())]


def record() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.label not in NOT_THE_RECORD]


def rows_of(model) -> tuple[str, list[str]]:
    fields = [field.name for field in model._meta.concrete_fields if field.name in STATES]
    rows = [str(row) for row in model._base_manager.values_list("pk", *fields)] if fields else []
    without_pk = sorted(row.partition(",")[2] for row in rows)
    return (model._meta.label, without_pk or ["a row"] * model._base_manager.count())
