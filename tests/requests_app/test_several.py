"""One ask of several things, or of one that comes back: a need for each task and each day."""

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from django.utils import timezone

from mutualaid.catalog.models import Category
from mutualaid.catalog.time_slots import ANY_TIME, within
from mutualaid.notify.models import Notification
from requests_app import actions, tasks
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Ask, Need, Series
from requests_app.rules import can_claim
from tests.support import asking, factories
from tests.support.at_once import at_once
from tests.support.clock import later

pytestmark = pytest.mark.django_db
WITH_EMAIL = actions.ContactDetails(name="Ana", email="ana@people.example", phone="555 0100")
EVERY_DAY = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@pytest.fixture
def food():
    asking.words_and_places()
    return factories.category("food")


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def weekly(need, until=60):
    return actions.repeat_need(need, weekdays=["MO", "TH"], until=in_days(until))


def days():
    return sorted(Need.objects.values_list("recurrence_id", flat=True))


def test_two_things_in_one_ask_are_two_needs_of_it(client, food):
    factories.category("water", parent=food)
    link = asking.ask(client, kind={"category": ["groceries", "water"]})
    first, second = Need.objects.order_by("pk")
    assert {first.category.slug, second.category.slug} == {"groceries", "water"}
    assert first.ask == second.ask == Ask.objects.get()
    page = client.get(link).content.decode()
    assert "Groceries" in page
    assert "Water" in page


def test_something_else_asked_later_is_of_the_same_ask_and_shares_all_of_it(sam):
    ask = factories.ask(contact=WITH_EMAIL, keep_from_contact_points=[sam.email])
    new = factories.need(of=ask, category=factories.category("rides"))
    assert (new.ask, new.state) == (ask, "triage")
    assert not can_claim(sam, new)
    assert Notification.objects.filter(kind="need_received").count() == 1


def test_an_ask_whose_needs_are_all_closed_gets_another_until_it_is_erased():
    ask = factories.ask()
    actions.withdraw_need(ask.needs.get())
    assert factories.need(of=ask).state == "open"
    actions.erase_ask(ask)
    with pytest.raises(actions.Erased):
        factories.need(of=ask)


@pytest.mark.parametrize("chosen", [[], ["nonsense"], ["groceries"] * 3 + ["\0"]])
def test_nothing_or_nonsense_is_told_beside_the_question(client, food, chosen):
    asking.answer(client, "who")
    asking.answer(client, "what")
    answer = asking.answer(client, "kind", category=chosen)
    assert answer.status_code == 200
    assert 'id="id_category_error"' in answer.content.decode()


def test_a_coordinator_makes_several_tasks_of_one_need(carla):
    need = factories.need(contact=WITH_EMAIL, notes="stairs")
    water = factories.category("water")
    [new] = actions.split_need(need, into=[water], by=coordinator(carla))
    need.refresh_from_db()
    assert (new.category, new.state, new.ask) == (water, "open", need.ask)
    assert new.notes.text == "stairs"
    assert need.events.last().action == "split"
    assert Notification.objects.filter(kind="need_received").count() == 1


def test_what_is_taken_or_over_is_not_split(carla, sam):
    need = factories.need()
    actions.claim_need(need, by=sam, weekly_limit=2)
    with pytest.raises(actions.StateChanged):
        actions.split_need(need, into=[factories.category("water")], by=coordinator(carla))


def test_it_is_made_for_each_day_two_weeks_ahead_and_no_further():
    weekly(factories.need(contact=WITH_EMAIL))
    due = [in_days(n) for n in range(15) if in_days(n).weekday() in (0, 3)]
    assert days() == due
    for need in Need.objects.all():
        assert need.needed_by == need.recurrence_id
        assert need.ask.contact.email == "ana@people.example"
    assert Notification.objects.filter(kind="need_received").count() == 1


def test_the_clock_makes_the_next_ones_once_however_often_and_late_it_looks():
    series = weekly(factories.need())
    Series.objects.update(made_until=in_days(0))
    Need.objects.filter(recurrence_id__gt=in_days(7)).delete()
    before = days()
    Series.objects.update(made_until=max(before))
    for _ in range(3):
        tasks.sweep()
    due = [in_days(n) for n in range(15) if in_days(n).weekday() in (0, 3)]
    assert days() == due
    series.refresh_from_db()
    assert series.made_until == in_days(14)


def test_a_clock_that_stood_still_makes_nothing_for_days_that_are_over():
    weekly(factories.need())
    Need.objects.filter(recurrence_id__gt=min(days())).delete()
    Series.objects.update(made_until=in_days(-30), starts_on=in_days(-40))
    Need.objects.update(recurrence_id=in_days(-31))
    tasks.sweep()
    made = [day for day in days() if day >= in_days(0)]
    assert len(made) == len(days()) - 1
    assert made


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_make_each_day_once():
    weekly(factories.need())
    first = min(days())
    Need.objects.filter(recurrence_id__gt=first).delete()
    Series.objects.update(made_until=first)
    at_once([partial(tasks.sweep)] * 4)
    assert days() == [in_days(n) for n in range(15) if in_days(n).weekday() in (0, 3)]


def test_one_day_is_skipped_and_another_is_covered_by_someone_else(sam, vera):
    weekly(factories.need())
    first, second, third, *_ = Need.objects.order_by("recurrence_id")
    actions.claim_need(first, by=sam, weekly_limit=5)
    actions.claim_need(second, by=vera, weekly_limit=5)
    actions.withdraw_need(third)
    tasks.sweep()
    states = list(Need.objects.order_by("recurrence_id").values_list("state", flat=True))
    assert states[:3] == ["claimed", "claimed", "closed"]
    assert set(states[3:]) <= {"open"}


def test_stopping_withdraws_what_no_one_has_claimed_and_makes_no_more(sam):
    weekly(factories.need())
    first = Need.objects.earliest("recurrence_id")
    actions.claim_need(first, by=sam, weekly_limit=5)
    actions.stop_repeating(first)
    Series.objects.update(made_until=in_days(0))
    tasks.sweep()
    assert set(Need.objects.exclude(pk=first.pk).values_list("state", flat=True)) == {"closed"}
    first.refresh_from_db()
    assert first.state == "claimed"
    with pytest.raises(actions.StateChanged):
        actions.stop_repeating(first)


def test_the_last_day_is_the_last():
    actions.repeat_need(factories.need(), weekdays=EVERY_DAY, until=in_days(3))
    assert days() == [in_days(n) for n in range(4)]


def test_every_week_is_asked_only_where_it_makes_sense_and_needs_days_and_an_end(client, food):
    asking.answer_all(client)
    assert 'name="weekdays"' not in client.get("/ask/when/").content.decode()
    Category.objects.filter(slug="groceries").update(may_repeat=True)
    for typed in (
        {"weekdays": ["MO"], "repeat_until": ""},
        {"weekdays": [], "repeat_until": in_days(30).isoformat()},
        {"weekdays": ["MO"], "repeat_until": in_days(900).isoformat()},
        {"weekdays": ["MO"], "repeat_until": in_days(1).isoformat()},
        {"weekdays": ["XX"], "repeat_until": in_days(30).isoformat()},
    ):
        answer = asking.answer(client, "when", **typed)
        assert answer.status_code == 200, typed
        assert "error" in answer.content.decode()
    good = {"weekdays": EVERY_DAY[:2], "repeat_until": in_days(30).isoformat()}
    asking.answer_all(client, when=good)
    assert "Monday, Tuesday" in client.get("/ask/check/").content.decode()
    link = asking.ask(client, when=good)
    assert Need.objects.count() in (4, 5)
    page = client.get(link).content.decode()
    assert "comes back every week." in page
    first = Need.objects.earliest("recurrence_id")
    client.post(f"{link}{first.public_id}/stop_repeating/")
    assert not Need.objects.open().exists()


def test_this_weeks_may_stay_when_no_more_are_wanted():
    weekly(factories.need())
    first = Need.objects.earliest("recurrence_id")
    actions.stop_repeating(first, keep=first)
    states = list(Need.objects.order_by("recurrence_id").values_list("state", flat=True))
    assert states[0] == "open"
    assert set(states[1:]) == {"closed"}


def test_an_occurrence_ends_with_its_day_whatever_its_kind_says():
    """No one is invited for a day that is over, and no one keeps it open."""
    actions.repeat_need(factories.need(), weekdays=EVERY_DAY, until=in_days(60))
    first = Need.objects.get(recurrence_id=in_days(0))
    assert first.ends_at == timezone.make_aware(datetime.combine(in_days(1), time.min))
    with pytest.raises(actions.StateChanged):
        actions.keep_open(first)
    with pytest.raises(actions.StateChanged):
        actions.change_need(first, {"needed_by": None})
    later(days=1)
    assert not Need.objects.open().filter(pk=first.pk).exists()
    tasks.sweep()
    first.refresh_from_db()
    assert (first.state, first.close_reason) == ("closed", "expired")


def test_an_occurrence_given_back_after_its_day_is_not_looked_for_again(sam):
    actions.repeat_need(factories.need(), weekdays=EVERY_DAY, until=in_days(60))
    first = Need.objects.get(recurrence_id=in_days(0))
    claim = actions.claim_need(first, by=sam, weekly_limit=2)
    later(days=1)
    claim.refresh_from_db()
    actions.release_claim(claim, by=volunteer(sam))
    assert Need.objects.get(pk=first.pk).close_reason == "expired"


def test_a_moved_occurrence_is_for_its_new_day_alone_and_made_once(sam):
    series = weekly(factories.need(week_parts=ANY_TIME))
    first = Need.objects.earliest("recurrence_id")
    assert first.needed_by
    saturday: date = first.needed_by + timedelta(days=(5 - first.needed_by.weekday()) % 7)
    actions.change_need(first, {"needed_by": saturday})
    assert first.time_slots_that_count == within(ANY_TIME, saturday, saturday)
    Need.objects.filter(recurrence_id__gt=first.recurrence_id).delete()
    Series.objects.update(made_until=first.recurrence_id)
    actions.make_occurrences(series)
    assert Need.objects.filter(recurrence_id=first.recurrence_id).get() == first


def test_a_change_for_the_later_days_reaches_each_and_those_still_to_be_made():
    series = weekly(factories.need(notes="size 3"))
    second = Need.objects.order_by("recurrence_id")[1]
    actions.change_need(second, {"notes": "size 4"}, later_days=True)
    later(days=7)
    tasks.sweep()
    texts = [one.notes.text for one in Need.objects.order_by("recurrence_id")]
    assert texts[0] == "size 3"
    assert set(texts[1:]) == {"size 4"}
    assert series.needs.count() == len(texts) > 4


def test_a_day_that_is_made_late_is_looked_for_first_and_then_asked_about_once():
    need = factories.need(contact=WITH_EMAIL)
    actions.repeat_need(need, weekdays=EVERY_DAY, until=in_days(60))
    Need.objects.filter(recurrence_id__gt=in_days(0)).delete()
    Series.objects.update(made_until=in_days(0))
    later(days=20)
    tasks.sweep()
    today = Need.objects.get(recurrence_id=in_days(0))
    asked = Notification.objects.filter(kind="need_expiring", about_id=today.pk)
    assert not asked.exists()
    later(hours=7)
    for _ in range(2):
        tasks.sweep()
        assert asked.count() == 1
