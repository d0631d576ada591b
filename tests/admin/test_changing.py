"""What a need is cannot be changed to what could not be asked, nor once it is over; what was typed stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.notify.models import Notification
from requests_app import actions
from requests_app.actions import erase_ask, repeat_need, withdraw_need
from requests_app.models import Ask, Need
from tests.support import factories
from tests.support.admin_form import as_it_stands, contact_as_it_stands

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TODAY = timezone.localdate()


def path_of(row: Need | Ask) -> str:
    return f"/admin/requests_app/{row._meta.model_name}/{row.pk}/change/"


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), "2020-01-01"])
def test_a_day_that_has_passed_is_refused_beside_the_field_and_the_rest_as_typed(admin, day):
    need = factories.need()
    typed = as_it_stands(admin, path_of(need)) | {"needed_by": day, "urgency": "3"}
    answer = admin.post(path_of(need), typed)
    assert errors(answer) == {"needed_by": ["This day has passed. Choose today or a later day."]}
    assert answer.context["adminform"].form["urgency"].value() == "3"
    need.refresh_from_db()
    assert (need.needed_by, need.urgency) == (None, 2)


def test_a_day_that_has_passed_since_is_no_hindrance_to_change_something_else(admin, sam):
    need = factories.need(needed_by=timezone.localdate())
    actions.claim_need(need, by=sam, weekly_limit=2)
    Need.objects.update(needed_by=TODAY - timedelta(days=2))
    typed = as_it_stands(admin, path_of(need)) | {"urgency": 4}
    assert admin.post(path_of(need), typed).status_code == 302
    need.refresh_from_db()
    assert need.urgency == 4


def test_a_form_that_was_open_when_it_ended_says_so_beside_the_field_and_keeps_what_was_typed(
    admin,
):
    need = factories.need()
    typed = as_it_stands(admin, path_of(need)) | {"urgency": "4"}
    withdraw_need(need)
    before = need.events.count()
    answer = admin.post(path_of(need), typed)
    assert errors(answer) == {"urgency": ["This need is over, so it cannot be changed any more."]}
    assert answer.context["adminform"].form["urgency"].value() == "4"
    assert need.events.count() == before


def test_the_page_of_a_need_that_is_over_has_nothing_to_fill_in(admin):
    need = factories.need()
    withdraw_need(need)
    form = admin.get(path_of(need)).context["adminform"].form
    assert set(form.fields) <= {"seen", "later_days", "people_count"}
    assert "later_days" not in text(admin.get(path_of(need)))


@pytest.mark.parametrize("name", ["for_whom", "languages"])
def test_an_ask_whose_needs_are_over_is_not_changed(admin, name):
    ask = factories.ask()
    spanish = factories.language("es")
    new = {"for_whom": "someone_else", "languages": [spanish.pk]}[name]
    typed = as_it_stands(admin, path_of(ask)) | {name: new}
    withdraw_need(ask.needs.get())
    sentence = "All needs of this ask are over, so it cannot be changed any more."
    assert errors(admin.post(path_of(ask), typed)) == {name: [sentence]}
    contact = f"/admin/requests_app/ask/{ask.pk}/contact/"
    answer = admin.post(contact, contact_as_it_stands(admin, contact) | {"phone": "555 0199"})
    assert answer.context["form"].errors == {"phone": [sentence]}


def test_what_an_action_refuses_after_all_is_said_on_the_form(admin, monkeypatch):
    """Between the form's look and the action someone may be faster."""

    def refuse(*_: Any, **__: Any) -> None:
        raise actions.StateChanged("change")

    monkeypatch.setattr(actions, "change_need", refuse)
    need = factories.need()
    answer = admin.post(path_of(need), as_it_stands(admin, path_of(need)) | {"urgency": "4"})
    assert "This has changed in the meantime." in errors(answer)["__all__"][0]
    assert answer.context["adminform"].form["urgency"].value() == "4"


def test_after_erasing_nothing_is_written_by_a_form_that_was_open(admin):
    ask = factories.ask()
    contact = f"/admin/requests_app/ask/{ask.pk}/contact/"
    shown, typed = as_it_stands(admin, path_of(ask)), contact_as_it_stands(admin, contact)
    erase_ask(ask)
    assert "erased" in text(admin.post(contact, typed | {"name": "Ana again"}, follow=True))
    assert admin.post(path_of(ask), shown | {"for_whom": "someone_else"}).status_code == 200
    assert ask.contact.__class__.objects.get(ask=ask).name == ""


def test_the_kind_stays_while_someone_is_on_their_way_to_it(admin, sam):
    need, water = factories.need(), factories.category("water")
    actions.claim_need(need, by=sam, weekly_limit=2)
    answer = admin.post(path_of(need), as_it_stands(admin, path_of(need)) | {"category": water.pk})
    assert errors(answer) == {
        "category": ["Someone said yes to the kind it is now. Release them first."]
    }
    assert not Notification.objects.filter(kind="need_changed").exists()


@pytest.fixture
def series() -> list[Need]:
    """Every Monday and Thursday for the weeks to come."""
    need = factories.need()
    repeat_need(need, weekdays=["MO", "TH"], until=TODAY + timedelta(days=60))
    return list(Need.objects.order_by("recurrence_id"))


@pytest.mark.parametrize("later", [{"later_days": "on"}, {}])
def test_of_a_series_the_later_days_are_changed_as_well_where_that_is_chosen(admin, series, later):
    first = series[1]
    typed = as_it_stands(admin, path_of(first)) | {"week_parts": ["4"]}
    admin.post(path_of(first), typed | later)
    changed = [need.pk for need in Need.objects.filter(week_parts=4)]
    assert len(series) > 3
    assert sorted(changed) == sorted(n.pk for n in (series[1:] if later else [first]))
    assert len({need.needed_by for need in Need.objects.all()}) == len(series)


def test_what_comes_back_keeps_a_day(admin, series):
    typed = as_it_stands(admin, path_of(series[0])) | {"needed_by": ""}
    assert "always for a day" in errors(admin.post(path_of(series[0]), typed))["needed_by"][0]
    alone = factories.need()
    assert "later_days" not in text(admin.get(path_of(alone)))
