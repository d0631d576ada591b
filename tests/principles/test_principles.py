"""Six principles on one page: what the group says, public numbers, and a day to look again."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.group.actions import change_group
from mutualaid.numbers.models import Month, MonthPart
from mutualaid.people.models import Role
from mutualaid.principles.charter import Key
from mutualaid.principles.figures import Sources, figures_of
from mutualaid.principles.models import Principle
from tests.support import factories

pytestmark = [pytest.mark.django_db]
SIX = ("Equity", "Good work", "Ecology", "Cooperation", "No profit", "Our surroundings")


@pytest.fixture
def on(db):
    factories.set_policy(has_principles=True)


@pytest.fixture
def october(db):
    month = Month.objects.create(first_day=date(2026, 10, 1), asked=40, met=25, unmet=0, days=3)
    lend = factories.category("lend")
    goods = factories.category("goods")
    MonthPart.objects.create(month=month, kind=lend, asked=10, met=10, unmet=0, days=1)
    MonthPart.objects.create(month=month, kind=goods, asked=None, met=None, unmet=0)
    return month


def text_of(client, path="/principles/", **headers):
    page = client.get(path, headers=headers).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_without_the_switch_there_is_no_page_and_no_link(client):
    factories.set_policy(has_principles=False)
    assert client.get("/principles/").status_code == 404
    assert "/principles/" not in client.get("/about/").content.decode()


def test_with_it_the_page_is_one_step_from_every_page(on, client):
    for path in ("/", "/board/", "/nothing/here/"):
        assert 'href="/principles/"' in client.get(path).content.decode().partition("<footer>")[2]


def test_all_six_are_there_before_the_group_has_written_anything(on, client):
    page = text_of(client)
    assert sorted(SIX, key=page.index) == list(SIX)


def test_numbers_of_needs_are_those_of_the_last_frozen_month(on, october, client):
    page = text_of(client)
    assert "Needs that were met 25" in page
    assert "Needs that were not met fewer than 5" in page
    assert "Lent or shared 10" in page
    assert "October 2026, and rounded to 5" in page


def test_what_the_numbers_leave_out_stays_out_here_too(on, october, client):
    assert "Things passed on" not in text_of(client)


def test_nothing_is_counted_anew_so_today_changes_no_number(on, october, client):
    factories.need()
    before = text_of(client)
    for _ in range(7):
        factories.need()
    assert text_of(client) == before


def test_each_principle_has_its_figures_and_none_has_more_than_three(on, october):
    counts = {key: len(figures_of(key, Sources())) for key in Key}
    assert set(counts.values()) == {2, 3}


def test_the_group_says_it_in_its_words_and_in_the_readers_language(on, client):
    Principle.objects.create(key="equity", texts={"en": "We all count.", "es": "Todas contamos."})
    assert "We all count." in text_of(client)
    page = client.get("/principles/", headers={"accept-language": "es"}).content.decode()
    assert '<blockquote lang="es"><bdi>Todas contamos.</bdi></blockquote>' in page


def test_who_reads_a_language_without_words_gets_the_groups_first_one(on, client):
    change_group(by=None, changes={"languages": "es en fr"})
    Principle.objects.create(key="equity", texts={"en": "We all count.", "es": "Todas contamos."})
    assert "Todas contamos." in text_of(client, **{"accept-language": "fr"})


def test_what_the_group_writes_is_text(on, client):
    Principle.objects.create(key="work", texts={"en": "<script>x()</script>"})
    assert "&lt;script&gt;" in client.get("/principles/").content.decode()


def test_the_day_to_look_again_is_shown(on, client):
    Principle.objects.create(key="work", look_again_on=date(2027, 3, 1))
    assert "We look at this again on March 1, 2027." in text_of(client)


def test_it_takes_few_questions_to_the_database(on, october, client, django_assert_max_num_queries):
    for key in Key:
        Principle.objects.create(key=key, texts={"en": "So."}, look_again_on=date(2027, 3, 1))
    client.get("/principles/")
    with django_assert_max_num_queries(12):
        assert len(client.get("/principles/").content) < 50_000


@pytest.mark.parametrize(("days", "waits"), [(-1, True), (0, True), (1, False)])
def test_what_is_due_waits_for_the_coordinators(on, carla, signed_in, days, waits):
    day = timezone.localdate() + timedelta(days=days)
    Principle.objects.create(key="work", look_again_on=day)
    page = text_of(signed_in(carla), "/admin/")
    assert ("1 principle of ours that you wanted to look at again" in page) is waits


def test_a_group_without_the_page_is_reminded_of_nothing(carla, signed_in):
    Principle.objects.create(key="work", look_again_on=timezone.localdate())
    assert "of ours" not in text_of(signed_in(carla), "/admin/")


def form(client, path, **typed):
    """Send the form of this page with what is typed, as a browser does."""
    page = client.get(path)
    fields = page.context["adminform"].form
    values = {name: fields[name].value() or "" for name in fields.fields}
    return client.post(path, {**values, **typed})


def test_a_coordinator_writes_it_in_each_language(on, carla, signed_in):
    browser = signed_in(carla)
    typed = {"key": "equity", "text_en": "We all count.", "look_again_on": "2027-03-01"}
    assert form(browser, "/admin/principles/principle/add/", **typed).status_code == 302
    row = Principle.objects.get()
    assert (row.texts, row.look_again_on) == ({"en": "We all count."}, date(2027, 3, 1))
    path = f"/admin/principles/principle/{row.pk}/change/"
    assert form(browser, path, text_es="Todas contamos.", text_en="").status_code == 302
    row.refresh_from_db()
    assert row.texts == {"es": "Todas contamos."}
    browser.post(f"/admin/principles/principle/{row.pk}/delete/", {"post": "yes"})
    assert not Principle.objects.exists()


def test_one_principle_is_written_about_once(on, carla, signed_in):
    Principle.objects.create(key="equity")
    answer = form(signed_in(carla), "/admin/principles/principle/add/", key="equity")
    assert "You have written about this one already." in answer.content.decode()


def test_only_who_looks_after_the_site_writes_it(on, sam, signed_in):
    for who in (sam, factories.person("Ida", Role.INTAKE), factories.person("Uma", Role.AUDITOR)):
        answer = signed_in(who).get("/admin/principles/principle/add/")
        assert answer.status_code in (302, 403)


def test_the_admin_leaves_it_out_where_the_group_has_no_such_page(carla, signed_in):
    page = signed_in(carla).get("/admin/").content.decode()
    assert "/admin/principles/" not in page


def test_no_seventh_principle_and_none_twice():
    for fields in ({"key": "growth"}, {"key": "work"}):
        Principle.objects.get_or_create(key="work")
        with pytest.raises(IntegrityError), transaction.atomic():
            Principle.objects.create(**fields)
