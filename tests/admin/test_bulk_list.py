"""The lists of coordinators: what a step on some rows leads back to, and what many rows cost."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions import ContactDetails
from requests_app.models import Need
from tests.support import factories
from tests.support.closing import confirm, text
from tests.support.triage import waiting

pytestmark = pytest.mark.django_db
NEEDS = "/admin/requests_app/need/"


def test_what_a_coordinator_publishes_from_the_list_is_done_in_one_step(admin):
    needs = waiting(3)
    body = {"action": "publish", "_selected_action": [need.pk for need in needs]}
    page = text(admin.post(NEEDS, body, follow=True))
    assert "Done for 3 needs." in confirm(admin, page)
    assert "Left as they are: 3 needs." in confirm(admin, page)


def test_a_step_leads_back_to_the_filter_the_page_and_the_row_above(admin):
    waiting(4)
    where = f"{NEEDS}?state__exact=triage&rows=100&p=1"
    shown = [need.pk for need in admin.get(where).context["cl"].result_list]
    answer = admin.post(where, {"action": "publish", "_selected_action": [shown[2]]})
    assert answer["Location"] == f"{where}#row-{shown[1]}"
    assert f'id="row-{shown[1]}"' in text(admin.get(where))


def test_a_page_that_is_no_more_after_a_step_is_the_last_one_and_keeps_the_filter(admin):
    waiting(51)
    where = f"{NEEDS}?state__exact=triage&p=2"
    *_others, above = admin.get(where.replace("p=2", "p=1")).context["cl"].result_list
    (last,) = admin.get(where).context["cl"].result_list
    answer = admin.post(where, {"action": "publish", "_selected_action": [last.pk]}, follow=True)
    assert answer.redirect_chain == [(f"{where}#row-{above.pk}", 302)]
    cl = answer.context["cl"]
    assert (cl.page_num, cl.result_count) == (1, 50)


def test_a_day_is_asked_for_with_the_chosen_needs_and_leads_back_to_the_same_list(admin):
    needs = waiting(3)
    where = f"{NEEDS}?state__exact=triage"
    chosen = [need.pk for need in needs[:2]]
    page = admin.post(where, {"action": "hold", "_selected_action": chosen})
    assert page.status_code == 200
    assert "Choose a day" not in text(page), "it was not asked for yet"
    (kept,) = re.findall(r'name="chosen" value="([\d,]+)"', text(page))
    assert sorted(map(int, kept.split(","))) == chosen
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    sent = {"action": "hold", "_selected_action": "0", "chosen": kept}
    answer = admin.post(where, sent | {"until": day})
    assert answer.status_code == 302
    assert answer["Location"].startswith(where)
    states = list(Need.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["on_hold", "on_hold", "triage"]


def test_without_a_row_the_chosen_action_stays_and_it_is_said_beside_it(admin):
    waiting(2)
    answer = admin.post(f"{NEEDS}?state__exact=triage", {"index": "0", "action": "hold"})
    assert answer.status_code == 200
    page = text(answer)
    actions_of_list = page.split('<div class="actions">')[1].split("</div>")[0]
    assert '<option value="hold" selected>' in actions_of_list
    assert "Choose at least one row." in actions_of_list
    assert answer.context["cl"].result_count == 2, "the filter is kept"
    assert set(Need.objects.values_list("state", flat=True)) == {"triage"}


def test_without_an_action_the_chosen_rows_stay(admin):
    first, second = waiting(2)
    sent = {"index": "0", "action": "", "_selected_action": [second.pk]}
    page = text(admin.post(NEEDS, sent))
    assert "Choose what to do with these rows." in page
    assert [pk for pk in (first.pk, second.pk) if is_ticked(page, pk)] == [second.pk]


def is_ticked(page: str, pk: int) -> bool:
    (box,) = re.findall(rf'<input [^>]*id="row-{pk}"[^>]*>', page)
    return " checked" in box


def test_from_the_page_of_a_need_one_comes_back_to_the_list_one_came_from(admin):
    (need,) = waiting(1)
    listed = admin.get(f"{NEEDS}?state__exact=triage").content.decode()
    came_from = "_changelist_filters=state__exact%3Dtriage"
    assert f'href="{NEEDS}{need.pk}/change/?{came_from}"' in listed
    page = admin.post(f"{NEEDS}{need.pk}/newcomers/?{came_from}")
    assert page["Location"] == f"{NEEDS}{need.pk}/change/?{came_from}"


@pytest.mark.one_database
@pytest.mark.parametrize("rows", [50, 100, pytest.param(500, marks=pytest.mark.slow)])
def test_up_to_500_rows_are_on_a_page_with_the_same_few_queries(
    admin, rows, django_assert_max_num_queries
):
    waiting(510)
    with django_assert_max_num_queries(13):
        page = admin.get(f"{NEEDS}?rows={rows}")
    assert len(page.context["cl"].result_list) == rows
    assert f'<a href="?rows={rows}" aria-current="true">{rows}</a>' in text(page)


LISTS = [
    "requests_app/need", "requests_app/ask", "people/user", "offers_app/offer", "notify/notification",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("model", LISTS)
def test_no_list_asks_more_for_many_rows_than_for_few(admin, model, django_assert_max_num_queries):
    for count in (1, 3, 60):
        for number in range(count):
            volunteer = factories.person(f"Helper {count} {number}")
            factories.offer(by=volunteer)
            factories.need(contact=ContactDetails(name="Ana", email=f"{number}@people.example"))
        with django_assert_max_num_queries(13):
            assert admin.get(f"/admin/{model}/?rows=500").status_code == 200
