"""Many needs at once: what an action on a list costs, keeps, and leads back to."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.encryption.fingerprints import fingerprints, veil
from mutualaid.notify.models import Notification, Suppression
from mutualaid.people.models import BlockedContactPoint
from requests_app.actions import (
    ContactDetails,
    ImportedAsk,
    Origin,
    close_need,
    import_asks,
    publish_need,
    publish_needs,
)
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, Need, NeedEvent
from requests_app.signals import need_opened
from requests_app.states import CloseReason
from tests.support import factories

pytestmark = pytest.mark.django_db
NEEDS = "/admin/requests_app/need/"
MOST_QUERIES = 30


def waiting(count: int) -> list[Need]:
    """Needs in triage, each of an ask of its own by someone with an e-mail."""
    factories.set_policy(needs_open_at_once=False)
    import_asks(
        [
            ImportedAsk(
                Origin("sheet", str(n)),
                [factories.details()],
                ContactDetails(name="Ana", email=f"{n}@people.example"),
                [factories.language()],
            )
            for n in range(count)
        ]
    )
    return list(Need.objects.order_by("pk"))


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("count", [1, 3, 500])
def test_publishing_many_costs_hardly_more_than_one(carla, count, django_assert_max_num_queries):
    needs = waiting(count)
    with django_assert_max_num_queries(MOST_QUERIES):
        published = publish_needs(needs, by=coordinator(carla))
    assert len(published) == count
    assert set(Need.objects.values_list("state", flat=True)) == {"open"}
    assert not Need.objects.filter(match_due_at=None).exists()
    assert NeedEvent.objects.filter(action="publish", state="open", actor=carla).count() == count
    assert Notification.objects.filter(kind="need_opened", channel="email").count() == count
    assert not Ask.objects.filter(read_at=None).exists()


def test_publishing_many_does_what_publishing_each_does(carla):
    """Beside each other: by the same rows, one at a time and together."""
    together, apart = waiting(8)[:4], list(Need.objects.order_by("pk"))[4:]
    for half in (together, apart):
        factories.set_contact(half[1].ask, email="", channels="sms", phone="+1 608 555 0142")
        Need.objects.filter(pk=half[2].pk).update(urgency=4, held_back="site")
        day = timezone.localdate() - timedelta(days=2)
        Need.objects.filter(pk=half[3].pk).update(needed_by=day, open_until=None)
    publish_needs(list(Need.objects.filter(pk__in=[n.pk for n in together])), by=coordinator(carla))
    for need in Need.objects.filter(pk__in=[n.pk for n in apart]):
        publish_need(need, by=coordinator(carla))
    assert rows_about(together) == rows_about(apart)


def rows_about(needs: list[Need]) -> list[Any]:
    found = []
    for need in Need.objects.filter(pk__in=[n.pk for n in needs]).order_by("pk"):
        messages = Notification.objects.filter(kind="need_opened", about_id=need.pk)
        events = need.events.values_list("action", "state", "actor_kind", "actor", "reason")
        found.append(
            (
                need.state,
                need.held_back,
                need.needed_by,
                need.match_due_at is not None,
                sorted(messages.values_list("channel", "urgent", "state", "recipient")),
                list(events),
            )
        )
    return found


def test_each_that_was_opened_is_announced_and_no_other(carla):
    needs = waiting(3)
    close_need(needs[1], by=coordinator(carla), reason=CloseReason.OTHER_HELP)
    heard = []
    need_opened.connect(heard_by := lambda need, **_: heard.append(need.pk))
    published = publish_needs(list(Need.objects.order_by("pk")), by=coordinator(carla))
    need_opened.disconnect(heard_by)
    assert heard == [need.pk for need in published] == [needs[0].pk, needs[2].pk]


def test_nobody_is_written_to_where_a_coordinator_blocked_or_the_owner_said_stop(carla):
    needs = waiting(3)
    blocked, stopped = (fingerprints(f"{n}@people.example").pop() for n in (0, 1))
    BlockedContactPoint.objects.create(fingerprint=blocked, reason="adverts")
    Suppression.add("email", veil(stopped), "stop")
    publish_needs(needs, by=coordinator(carla))
    told = Notification.objects.filter(kind="need_opened").values_list("about_id", flat=True)
    assert list(told) == [needs[2].pk]


def test_details_that_no_key_opens_hold_up_no_one(carla):
    needs = waiting(2)
    lost = "UPDATE requests_app_askcontact SET email = 'lost:2:AAAA' WHERE ask_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(lost, [needs[0].ask_id])
    assert len(publish_needs(needs, by=coordinator(carla))) == 2
    assert Notification.objects.filter(kind="need_opened").count() == 2


def test_what_a_coordinator_publishes_from_the_list_is_done_in_one_step(admin):
    needs = waiting(3)
    body = {"action": "publish", "_selected_action": [need.pk for need in needs]}
    page = text(admin.post(NEEDS, body, follow=True))
    assert "Done for 3 needs." in page
    page = text(admin.post(NEEDS, body, follow=True))
    assert "Left as they are, for their state does not allow it: 3 needs." in page


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


def test_from_the_page_of_a_need_one_comes_back_to_the_list_one_came_from(admin):
    (need,) = waiting(1)
    listed = admin.get(f"{NEEDS}?state__exact=triage").content.decode()
    came_from = "_changelist_filters=state__exact%3Dtriage"
    assert f'href="{NEEDS}{need.pk}/change/?{came_from}"' in listed
    page = admin.post(f"{NEEDS}{need.pk}/newcomers/?{came_from}")
    assert page["Location"] == f"{NEEDS}{need.pk}/change/?{came_from}"


@pytest.mark.parametrize("rows", [50, 100, 500])
def test_up_to_500_rows_are_on_a_page_with_the_same_few_queries(
    admin, rows, django_assert_max_num_queries
):
    waiting(510)
    with django_assert_max_num_queries(12):
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
        with django_assert_max_num_queries(12):
            assert admin.get(f"/admin/{model}/?rows=500").status_code == 200


@pytest.mark.filterwarnings("error::django.core.paginator.UnorderedObjectListWarning")
@pytest.mark.parametrize(
    ("app", "model", "field"),
    [
        ("matching", "match", "need"),
        ("requests_app", "claim", "volunteer"),
        ("requests_app", "need", "category"),
        ("requests_app", "need", "locality"),
        ("requests_app", "ask", "languages"),
    ],
)
def test_no_picker_shows_its_rows_in_a_different_order_each_time(admin, app, model, field):
    factories.need()
    query = f"app_label={app}&model_name={model}&field_name={field}"
    assert admin.get(f"/admin/autocomplete/?{query}&term=").status_code in (200, 403)
