"""What came of a call: one tap, the next try, and a log on the ask or the person without a word of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.lending.models import Loan
from mutualaid.notify.models import CallTask, Notification
from mutualaid.notify.outcomes import LATEST_CALL_BACK, CallOutcome
from mutualaid.notify.registry import Group, all_kinds
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app.actions.calls import note_call_of_list
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Ask, AskContact, ContactLogEntry
from requests_app.notifications.participants import ask_called_about
from requests_app.pages import data_export
from tests.support import factories, lending
from tests.support.calling import text
from tests.support.people import PHONE_ONLY, ask_by, comes_onto_the_call_list

pytestmark = pytest.mark.django_db
CALLS = "/admin/notify/calltask/"
TO_RING = "/admin/requests_app/ask/?call_back_at__isempty=0"


@pytest.fixture
def ask() -> Ask:
    """Ana lost her link and waits for a call."""
    ask = factories.ask()
    Ask.objects.update(call_back_at=timezone.now())
    return ask


@pytest.fixture
def task(sam: User) -> CallTask:
    """Ana has only a phone, and the one who wanted to come cannot."""
    claim = actions.claim_need(ask_by(PHONE_ONLY), by=sam, weekly_limit=2)
    actions.release_claim(claim, by=volunteer(sam))
    sweep()
    return CallTask.calls.to_make().get()


def page_of(ask: Ask) -> str:
    return f"/admin/requests_app/ask/{ask.pk}/change/"


def tap(browser: Client, ask: Ask, outcome: str, **typed: Any) -> Any:
    return browser.post(f"/admin/requests_app/ask/{ask.pk}/call/", {"outcome": outcome} | typed)


def in_hours(hours: float) -> datetime:
    return timezone.localtime(timezone.now() + timedelta(hours=hours)).replace(
        second=0, microsecond=0
    )


def typed_time(at: datetime) -> dict[str, str]:
    return {"call_back_at": at.strftime("%Y-%m-%dT%H:%M")}


# On an ask.


@pytest.mark.parametrize(
    ("outcome", "still_waits", "hours"),
    [
        ("reached", False, None),
        ("no_answer", True, 3),
        ("voicemail", True, 24),
        ("wrong_number", True, None),
    ],
)
def test_one_tap_says_who_called_when_and_when_to_try_again(
    carlas, carla, ask, outcome, still_waits, hours
):
    page = text(carlas.get(page_of(ask)))
    assert f'name="outcome" value="{outcome}"' in page, "the button stands on the page of the ask"
    assert tap(carlas, ask, outcome)["Location"] == page_of(ask)
    entry = ask.contact_log.get()
    assert (entry.by, entry.outcome, entry.person) == (carla, outcome, None)
    assert (entry.next_try is None) == (hours is None)
    if entry.next_try:
        assert abs(entry.next_try - in_hours(hours)) < timedelta(minutes=5)
    assert (ask.code in text(carlas.get(TO_RING))) == still_waits
    assert str(CallOutcome(outcome).label) in text(carlas.get(page_of(ask))).split("Contact log")[1]


def test_call_back_at_the_time_they_said(carlas, ask):
    at = in_hours(30)
    tap(carlas, ask, "call_back", **typed_time(at))
    assert ask.contact_log.get().next_try == at


def test_who_was_not_waiting_waits_once_they_are_to_be_called_again(carlas):
    ask = factories.ask()
    assert ask.code not in text(carlas.get(TO_RING))
    tap(carlas, ask, "no_answer")
    assert ask.code in text(carlas.get(TO_RING))
    tap(carlas, ask, "reached")
    assert ask.code not in text(carlas.get(TO_RING))
    assert ask.contact_log.count() == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Choose what came of the call."),
        ({"outcome": "sold"}, "Choose what came of the call."),
        ({"outcome": "call_back"}, "Write when they want to be called."),
        ({"outcome": "call_back", "call_back_at": "soon"}, "Write the time like this"),
        ({"outcome": "call_back", "call_back_at": "2020-01-01T10:00"}, "Choose a time from now on"),
        ({"outcome": "call_back", "call_back_at": "9999-12-31T23:59"}, "Choose a time from now on"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(carlas, ask, typed, says):
    answer = carlas.post(f"/admin/requests_app/ask/{ask.pk}/call/", typed)
    assert says in text(answer)
    assert f'value="{typed["call_back_at"]}"' in text(answer) if "call_back_at" in typed else True
    assert not ContactLogEntry.objects.exists()


def test_who_wants_no_voice_message_is_called_with_that_in_sight(carlas, ask):
    warning = "They asked us to leave no voice message."
    assert warning not in text(carlas.get(page_of(ask)))
    AskContact.objects.update(no_voicemail=True)
    assert warning in text(carlas.get(page_of(ask)))


def test_the_latest_time_is_two_months_away():
    assert timedelta(days=60) == LATEST_CALL_BACK


def test_of_an_erased_ask_nothing_is_logged(carlas, ask):
    actions.erase_ask(ask)
    assert "Everything about this person is erased." in text(tap(carlas, ask, "reached"))
    assert "What came of the call?" not in text(carlas.get(page_of(ask)))


def test_whoever_takes_calls_logs_those_of_their_own_callers(signed_in, ask):
    mei = factories.person("Mei", Role.INTAKE)
    browser, own = signed_in(mei), factories.ask(taken_in_by=mei)
    assert tap(browser, ask, "reached").status_code == 404
    assert tap(browser, own, "voicemail").status_code == 302
    assert "Left a voice message" in text(browser.get(page_of(own)))
    with pytest.raises(actions.NotForYou):
        actions.log_call(ask, outcome=CallOutcome.REACHED, by=mei)


# On the call list.


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("reached", "sent"),
        ("no_answer", "to_call"),
        ("voicemail", "to_call"),
        ("wrong_number", "failed"),
        ("call_back", "to_call"),
    ],
)
def test_a_call_of_the_list_ends_with_the_same_taps(carlas, carla, task, outcome, state):
    carlas.post(CALLS, {"action": "take", "_selected_action": task.pk})
    page = text(carlas.get(f"{CALLS}{task.pk}/change/"))
    assert f'name="outcome" value="{outcome}"' in page
    typed = {"outcome": outcome} | typed_time(in_hours(5))
    assert carlas.post(f"{CALLS}{task.pk}/outcome/", typed)["Location"] == CALLS
    row = Notification.objects.get(pk=task.pk)
    assert (row.state, row.taken_by) == (state, None)
    assert (row.due_at > timezone.now() + timedelta(hours=1)) == (state == "to_call")
    entry = Ask.objects.get().contact_log.get()
    assert (entry.by, entry.outcome) == (carla, outcome)


def test_a_wrong_number_stands_among_what_could_not_be_sent(carlas, task):
    carlas.post(f"{CALLS}{task.pk}/outcome/", {"outcome": "wrong_number"})
    page = text(carlas.get("/admin/notify/notification/?state__exact=failed"))
    assert "wrong number" in page


def test_of_two_who_end_one_call_the_second_is_told(carlas, task, signed_in):
    doras = signed_in(factories.person("Dora", Role.COORDINATOR))
    path = f"{CALLS}{task.pk}/outcome/"
    assert doras.post(path, {"outcome": "reached"}).status_code == 302
    late = carlas.post(path, {"outcome": "no_answer"})
    assert "Someone else is calling them, or it is done already." in text(late)
    assert ContactLogEntry.objects.count() == 1
    assert "This need not be said any more." in text(carlas.get(f"{CALLS}{task.pk}/change/"))


def test_a_call_to_a_volunteer_is_logged_on_their_page(carlas, sam):
    row = Notification.objects.create(kind="claim_ended", about_id=1, key="v", recipient=sam)
    comes_onto_the_call_list(row)
    carlas.post(f"{CALLS}{row.pk}/outcome/", {"outcome": "voicemail"})
    assert sam.contact_log.get().ask is None
    page = text(carlas.get(f"/admin/people/user/{sam.pk}/change/"))
    assert "Left a voice message" in page.split("Contact log")[1]


def test_each_kind_of_call_to_a_neighbour_finds_its_ask(sam):
    """Some are about a need and some about a claim: an id of the one is none of the other."""
    factories.need()
    factories.need()
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=9)
    assert claim.pk != need.pk
    factories.set_policy(has_lending=True)
    wish = lending.wish(lending.thing(factories.person("Vera")), need=need)
    loan = Loan.objects.create(request=wish, back_by=timezone.localdate())
    ids = {"need": need.pk, "claim": claim.pk, "loan": loan.pk}
    kinds = [kind for kind in all_kinds() if kind.by_phone and kind.group == Group.NEEDS]
    assert {kind.about for kind in kinds} == set(ids)
    for kind in kinds:
        about = claim.pk if kind.name in CALLS_ABOUT_A_CLAIM else ids[kind.about]
        assert ask_called_about(kind.name, about) == need.ask, kind.name


CALLS_ABOUT_A_CLAIM = {"need_reopened", "need_followup"}


# What is kept of it, and for how long.


def test_it_stands_in_who_did_what_by_code_and_names_no_neighbour(carlas, ask, task, sam):
    tap(carlas, ask, "no_answer")
    carlas.post(f"{CALLS}{task.pk}/outcome/", {"outcome": "reached"})
    page = text(carlas.get("/admin/people/stafflogentry/?kind=call"))
    assert f"ask {ask.code}" in page
    assert page.count("Called someone") >= 2
    for kept in ("Ana", "555 0100", "7 Hill Road"):
        assert kept not in page


def test_it_is_erased_with_the_ask_and_the_neighbour_gets_a_copy_before(carlas, ask):
    tap(carlas, ask, "voicemail")
    (copied,) = data_export.data_of(ask)["when_our_team_called_you"]
    assert copied["what_came_of_it"] == "Left a voice message"
    assert "Carla" not in str(copied)
    actions.erase_ask(ask)
    assert not ContactLogEntry.objects.exists()


def test_it_is_erased_with_the_account_of_whom_was_called_and_of_who_called(ask, sam):
    dora = factories.person("Dora", Role.COORDINATOR)
    factories.person("Carla", Role.COORDINATOR)
    note_call_of_list(CallOutcome.REACHED, about=sam, by=dora)
    actions.log_call(ask, outcome=CallOutcome.REACHED, by=dora)
    erase_account(sam)
    erase_account(dora)
    entry = ContactLogEntry.objects.get()
    assert (entry.ask, entry.by) == (ask, None)


def test_a_call_is_about_an_ask_or_a_person_and_never_about_both(ask, carla, sam):
    for whom in ({}, {"ask": ask, "person": sam}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactLogEntry.objects.create(outcome="reached", by=carla, **whom)


# Whose an ask is.


@pytest.mark.parametrize("sensitive", [False, True])
def test_an_ask_that_a_coordinator_took_for_someone_else_is_let_go_by_them(
    carlas, carla, sensitive
):
    kind = factories.category("papers", sensitive=sensitive)
    ask = factories.ask(factories.details(category=kind), account=carla)
    page = f"/admin/requests_app/ask/{ask.pk}/not-mine/"
    assert page in text(carlas.get(page_of(ask)))
    assert "Papers" in text(carlas.get("/me/"))
    assert carlas.post(page).status_code == 302
    ask.refresh_from_db()
    assert (ask.account, ask.veiled_account, ask.taken_in_by) == (None, "", carla)
    assert "Papers" not in text(carlas.get("/me/"))
    assert page not in text(carlas.get(page_of(ask)))
    assert "This has changed in the meantime." in text(carlas.post(page))
    history = text(carlas.get(f"/admin/requests_app/ask/{ask.pk}/history/"))
    assert "not theirs: taken for someone else" in history


def test_no_one_lets_go_of_what_is_another_persons(carlas, rosa):
    ask = factories.ask(account=rosa)
    page = f"/admin/requests_app/ask/{ask.pk}/not-mine/"
    assert page not in text(carlas.get(page_of(ask)))
    assert "This has changed in the meantime." in text(carlas.post(page))
    ask.refresh_from_db()
    assert ask.account == rosa
