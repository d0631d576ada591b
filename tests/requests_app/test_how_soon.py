"""How soon a need is needed is true whenever it is read: on the board, on pages and on the desk."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings as site
from django.utils import timezone, translation
from django.utils.formats import date_format

from mutualaid.local_time import this_week
from requests_app import actions
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from requests_app.models.how_soon import how_soon_in_words
from requests_app.states import Urgency
from tests.support import clock, factories
from tests.support.admin_form import as_it_stands
from tests.support.change_pages import ChangePages

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LOW, NORMAL, HIGH, CRITICAL = Urgency
LONG_AGO = "Asked 12 days ago, needed that day"
NEEDS = "/admin/requests_app/need/"


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def seen_in(page: str) -> str:
    """What the form on this page has in its hidden input."""
    return str(re.findall(r'name="seen" value="([^"]+)"', page)[0])


@pytest.mark.parametrize(
    ("urgency", "days", "words"),
    [
        (CRITICAL, 0, "Today"),
        (CRITICAL, 1, "Asked 1 day ago, needed that day"),
        (CRITICAL, 12, LONG_AGO),
        (HIGH, 0, "In two days"),
        (HIGH, 3, "Asked 3 days ago, needed within two days"),
        (NORMAL, 0, "This week"),
        (NORMAL, 30, "Asked 30 days ago, needed that week"),
        (LOW, 0, "No hurry"),
        (LOW, 400, "No hurry"),
    ],
)
def test_the_words_of_the_neighbour_stand_as_long_as_they_are_true(urgency, days, words):
    assert how_soon_in_words(urgency, days_ago(days)) == words


def test_this_week_is_true_from_its_monday_to_its_sunday():
    assert how_soon_in_words(NORMAL, this_week()) == "This week"
    assert "needed that week" in how_soon_in_words(NORMAL, this_week() - timedelta(days=1))


def test_arabic_counts_the_days_in_its_own_way():
    with translation.override("ar"):
        shown = {how_soon_in_words(CRITICAL, days_ago(days)) for days in (1, 2, 3, 11, 100)}
    assert len(shown) == 5
    assert not any("Asked" in words for words in shown)


@pytest.mark.parametrize("language", [code for code, _name in site.LANGUAGES if code != "en"])
def test_it_is_said_in_every_language_however_long_ago_it_was(language):
    with translation.override(language):
        shown = [how_soon_in_words(urgency, days_ago(12)) for urgency in Urgency]
        assert date_format(date(2026, 6, 7), "l F") != "Sunday June"
    assert not any("Asked" in words or "No hurry" in words for words in shown)


@pytest.mark.parametrize("path", ["/board/", "/help/need/{}/"])
def test_neighbours_read_of_an_old_need_when_it_was_asked(signed_in, sam, path):
    factories.offer(by=sam)
    need = factories.need(urgency=4)
    clock.later(days=12)
    page = signed_in(sam).get(path.format(need.public_id)).content.decode()
    assert LONG_AGO in page
    assert 'tag-wait">Today' not in page


@pytest.mark.parametrize(
    "path",
    [NEEDS, "/admin/requests_app/need/{need}/change/",
     "/admin/requests_app/ask/{ask}/change/"],
)  # fmt: skip
def test_the_desk_reads_so_too(signed_in, carla, path):
    need = factories.need(urgency=4)
    clock.later(days=12)
    address = path.format(need=need.pk, ask=need.ask_id)
    assert LONG_AGO in signed_in(carla).get(address).content.decode()


def test_its_age_counts_the_same_days(signed_in, carla):
    need = factories.need(urgency=4, held_back="site")
    assert need.age.startswith("0")
    clock.later(days=12)
    desk = signed_in(carla)
    assert ">12\xa0days</td>" in desk.get(NEEDS).content.decode()
    assert "12\xa0days ago" in desk.get("/admin/review/").content.decode()


def test_who_says_anew_how_soon_is_heard_from_then_on():
    need = factories.need(urgency=2)
    clock.later(days=12)
    need.refresh_from_db()
    actions.change_need(need, {"urgency": CRITICAL})
    assert need.how_soon == "Today"
    clock.later(days=3)
    need.refresh_from_db()
    assert need.how_soon == "Asked 3 days ago, needed that day"


def test_the_sooner_of_two_kept_together_says_since_when_and_taken_apart_each_is_as_it_was(carla):
    ask = factories.ask(factories.details(urgency=1))
    old = Need.objects.get(ask=ask)
    clock.later(days=5)
    new = factories.need(of=ask, urgency=4)
    clock.later(days=1)
    old.refresh_from_db()
    new.refresh_from_db()
    actions.merge_need(new, into=old, by=coordinator(carla))
    old.refresh_from_db()
    assert old.how_soon == "Asked 1 day ago, needed that day"
    new.refresh_from_db()
    actions.unmerge_need(new, by=coordinator(carla))
    old.refresh_from_db()
    assert old.how_soon == "No hurry"


def test_taken_apart_after_it_was_kept_open_longer_it_is_as_soon_as_it_was(carla):
    old = factories.need(urgency=1)
    new = factories.need(of=old.ask, urgency=4)
    clock.later(days=13)
    for need in (old, new):
        need.refresh_from_db()
    actions.merge_need(new, into=old, by=coordinator(carla))
    old.refresh_from_db()
    actions.keep_open(old)
    kept_until = old.open_until
    new.refresh_from_db()
    actions.unmerge_need(new, by=coordinator(carla))
    old.refresh_from_db()
    assert (old.how_soon, old.open_until) == ("No hurry", kept_until)


def test_taken_apart_it_has_its_own_time_again_and_not_the_day_of_the_other(carla):
    old = factories.need(urgency=1)
    own_time = old.open_until
    new = factories.need(of=old.ask, urgency=1, needed_by=days_ago(-2))
    actions.merge_need(new, into=old, by=coordinator(carla))
    actions.change_need(Need.objects.get(pk=old.pk), {"urgency": NORMAL}, by=coordinator(carla))
    new.refresh_from_db()
    actions.unmerge_need(new, by=coordinator(carla))
    old.refresh_from_db()
    assert (old.urgency, old.needed_by, old.open_until) == (NORMAL, None, own_time)


def test_a_day_of_a_series_is_as_soon_as_it_was_once_what_came_twice_stands_alone(carla):
    day = factories.need(urgency=1)
    actions.repeat_need(day, weekdays=["MO"], until=days_ago(-21))
    day.refresh_from_db()
    own_day = day.needed_by
    new = factories.need(of=day.ask, urgency=4, needed_by=days_ago(0))
    actions.merge_need(new, into=day, by=coordinator(carla))
    new.refresh_from_db()
    actions.unmerge_need(new, by=coordinator(carla))
    day.refresh_from_db()
    assert (day.urgency, day.needed_by) == (1, own_day)


def test_what_was_said_long_ago_can_be_said_anew_on_the_desk(signed_in, carla):
    admin = signed_in(carla)
    need = factories.need(urgency=4)
    clock.later(days=12)
    path = f"/admin/requests_app/need/{need.pk}/change/"
    page = admin.get(path).content.decode()
    assert f'<option value="" selected>{LONG_AGO}</option>' in page
    assert admin.post(path, as_it_stands(admin, path) | {"urgency": 4}).status_code == 302
    need.refresh_from_db()
    assert need.how_soon == "Today"
    assert '<option value="4" selected>Today</option>' in admin.get(path).content.decode()


def test_a_neighbour_says_it_anew_on_their_own_page(client):
    page = ChangePages(client, urgency=4)
    clock.later(days=12)
    shown = page.get("when")
    assert f">{LONG_AGO}</label>" in re.sub(r"\s+(?=<)|(?<=>)\s+", "", shown)
    assert "We have changed it." in page.change("when", urgency="4", seen=seen_in(shown))
    assert page.need.how_soon == "Today"


def test_a_neighbour_who_changes_only_the_day_of_the_week_leaves_when_it_was_said(client):
    page = ChangePages(client, urgency=4)
    clock.later(days=12)
    page.change("when", urgency="", week_parts=["1"], seen=seen_in(page.get("when")))
    assert (page.need.week_parts, page.need.how_soon) == (1, LONG_AGO)


@pytest.mark.parametrize(
    ("typed", "words"), [("3", "In two days"), ("4", "Asked 1 day ago, needed that day")]
)
def test_a_page_left_open_over_night_writes_what_they_chose_and_nothing_else(client, typed, words):
    page = ChangePages(client, urgency=4)
    opened = seen_in(page.get("when"))
    clock.later(days=1)
    assert "While you were here" not in page.change("when", urgency=typed, seen=opened)
    assert page.need.how_soon == words


def test_a_page_left_open_while_the_desk_says_it_anew_changes_nothing_of_it(client):
    page = ChangePages(client, urgency=4)
    clock.later(days=12)
    opened = seen_in(page.get("when"))
    actions.change_need(Need.objects.get(pk=page.need.pk), {"urgency": HIGH})
    page.change("when", urgency="", week_parts=["1"], seen=opened)
    assert (page.need.week_parts, page.need.how_soon) == (1, "In two days")
    assert "this was changed to: In two days." in page.change("when", urgency="4", seen=opened)


def test_who_changes_something_else_leaves_as_it_is_what_was_said_long_ago(signed_in, carla):
    admin = signed_in(carla)
    need = factories.need(urgency=4)
    clock.later(days=12)
    path = f"/admin/requests_app/need/{need.pk}/change/"
    opened = as_it_stands(admin, path)
    wrong = admin.post(path, opened | {"people_count": "0"})
    assert (wrong.status_code, LONG_AGO in wrong.content.decode()) == (200, True)
    actions.change_need(Need.objects.get(pk=need.pk), {"urgency": HIGH})
    assert admin.post(path, opened | {"people_count": "3"}).status_code == 302
    need.refresh_from_db()
    assert (need.people_count, need.how_soon) == (3, "In two days")


def test_the_list_is_filtered_by_what_they_said_and_says_so(signed_in, carla):
    factories.need(urgency=4)
    clock.later(days=12)
    page = signed_in(carla).get("/admin/requests_app/need/?urgency__exact=4").content.decode()
    assert "By how soon, as they said" in page
    assert LONG_AGO in page
