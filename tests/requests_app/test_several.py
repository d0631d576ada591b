"""One ask of several things, or of one that comes back: a need for each task and each day."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from mutualaid.catalog.models import Category
from mutualaid.notify.models import Notification
from requests_app import actions, tasks
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need, Series
from tests.support import asking, factories
from tests.support.at_once import at_once
from tests.support.clock import later

pytestmark = pytest.mark.django_db
WITH_EMAIL = actions.Details(
    name="Ana", email="ana@people.example", phone="555 0100", notes="stairs"
)
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
    return sorted(Need.objects.values_list("occurs_on", flat=True))


def test_two_things_in_one_ask_are_two_needs_kept_together(client, food):
    factories.category("water", parent=food)
    link = asking.ask(client, kind={"category": ["groceries", "water"]})
    first, second = Need.objects.order_by("pk")
    assert {first.category.slug, second.category.slug} == {"groceries", "water"}
    assert first.bundle == second.bundle is not None
    assert second.contact.address == first.contact.address == "7 Hill Road"
    page = client.get(link).content.decode()
    assert "What you asked for together with this" in page
    also = client.post(f"{link}also/{second.public_id}/", follow=True)
    assert "<h1>Water</h1>" in also.content.decode()


def test_one_thing_is_one_need_that_stands_alone(client, food):
    link = asking.ask(client)
    assert Need.objects.get().bundle is None
    assert "together with this" not in client.get(link).content.decode()


def test_a_link_opens_nothing_that_was_not_asked_with_it(client, food):
    link = asking.ask(client)
    foreign = factories.need()
    answer = client.post(f"{link}also/{foreign.public_id}/")
    assert answer.headers["Location"] == link
    assert foreign.links.count() == 0


@pytest.mark.parametrize("chosen", [[], ["nonsense"], ["groceries"] * 3 + ["\0"]])
def test_nothing_or_nonsense_is_told_beside_the_question(client, food, chosen):
    asking.answer(client, "what")
    answer = asking.answer(client, "kind", category=chosen)
    assert answer.status_code == 200
    assert 'id="id_category_error"' in answer.content.decode()


def test_a_coordinator_makes_several_tasks_of_one_need(carla):
    need = factories.need(details=WITH_EMAIL)
    water = factories.category("water")
    [new] = actions.split_need(need, into=[water], by=coordinator(carla))
    need.refresh_from_db()
    assert (new.category, new.state, new.bundle) == (water, "open", need.bundle)
    assert (new.contact.email, new.contact.notes) == ("ana@people.example", "stairs")
    assert need.events.last().action == "split"
    assert Notification.objects.filter(kind="need_received").count() == 1


def test_what_is_taken_or_over_is_not_split(carla, sam):
    need = factories.need()
    actions.claim_need(need, by=sam, weekly_limit=2)
    with pytest.raises(actions.StateChanged):
        actions.split_need(need, into=[factories.category("water")], by=coordinator(carla))


def test_it_is_made_for_each_day_two_weeks_ahead_and_no_further():
    weekly(factories.need(details=WITH_EMAIL))
    due = [in_days(n) for n in range(15) if in_days(n).weekday() in (0, 3)]
    assert days() == due
    for need in Need.objects.all():
        assert need.needed_by == need.occurs_on
        assert need.contact.email == "ana@people.example"
    assert Notification.objects.filter(kind="need_received").count() == 1


def test_the_clock_makes_the_next_ones_once_however_often_and_late_it_looks():
    series = weekly(factories.need())
    Series.objects.update(made_until=in_days(0))
    Need.objects.filter(occurs_on__gt=in_days(7)).delete()
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
    Need.objects.filter(occurs_on__gt=min(days())).delete()
    Series.objects.update(made_until=in_days(-30), starts_on=in_days(-40))
    Need.objects.update(occurs_on=in_days(-31))
    tasks.sweep()
    made = [day for day in days() if day >= in_days(0)]
    assert len(made) == len(days()) - 1
    assert made


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_make_each_day_once():
    weekly(factories.need())
    first = min(days())
    Need.objects.filter(occurs_on__gt=first).delete()
    Series.objects.update(made_until=first)
    at_once([partial(tasks.sweep)] * 4)
    assert days() == [in_days(n) for n in range(15) if in_days(n).weekday() in (0, 3)]


def test_one_day_is_skipped_and_another_is_covered_by_somebody_else(sam, vera):
    weekly(factories.need())
    first, second, third, *_ = Need.objects.order_by("occurs_on")
    actions.claim_need(first, by=sam, weekly_limit=5)
    actions.claim_need(second, by=vera, weekly_limit=5)
    actions.withdraw_need(third)
    tasks.sweep()
    states = list(Need.objects.order_by("occurs_on").values_list("state", flat=True))
    assert states[:3] == ["claimed", "claimed", "closed"]
    assert set(states[3:]) <= {"open"}


def test_stopping_takes_back_what_nobody_took_on_and_makes_no_more(sam):
    weekly(factories.need())
    first = Need.objects.earliest("occurs_on")
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
    assert "It comes back every week." in page
    client.post(f"{link}stop_repeating/")
    assert not Need.objects.open().exists()


def test_a_day_that_is_made_late_is_looked_for_first_and_then_asked_about_once():
    need = factories.need(details=WITH_EMAIL)
    actions.repeat_need(need, weekdays=EVERY_DAY, until=in_days(60))
    Need.objects.filter(occurs_on__gt=in_days(0)).delete()
    Series.objects.update(made_until=in_days(0))
    later(days=20)
    tasks.sweep()
    today = Need.objects.get(occurs_on=in_days(0))
    asked = Notification.objects.filter(kind="need_expiring", about_id=today.pk)
    assert not asked.exists()
    later(hours=7)
    for _ in range(2):
        tasks.sweep()
        assert asked.count() == 1
