"""The review queue: one need at a time, in its neighbour's words, and what a coordinator does with it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.notify.registry import compose
from mutualaid.people.models import Membership, Role
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.coordinators import has_confirmed_phone
from requests_app.lifecycle.actors import NEIGHBOUR, coordinator
from requests_app.models import AccessLogEntry, Ask, Need
from tests.support import factories
from tests.support.people import MAIL, ask_by, rows

pytestmark = pytest.mark.django_db
REVIEW = "/admin/review/"
CANARY = "Six eggs and a loaf, please."


@pytest.fixture
def needs(db: None) -> list[Need]:
    """Three that wait to be read, the oldest first, the first of them with words."""
    factories.set_policy(needs_open_at_once=False)
    found = [factories.need(notes=CANARY, contact=MAIL)]
    found += [factories.need(contact=MAIL) for _ in range(2)]
    for age, need in enumerate(reversed(found)):
        Need.objects.filter(pk=need.pk).update(created_at=timezone.now() - timedelta(hours=1 + age))
    return list(Need.objects.order_by("created_at"))


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def do(admin: Any, step: str, need: Need, **typed: Any) -> Any:
    return admin.post(REVIEW, {"do": step, "need": need.pk, **typed}, follow=True)


def shown(page: str) -> int:
    """The id of the need that a page of the queue shows."""
    (pk,) = set(re.findall(r'name="need" value="(\d+)"', page))
    return int(pk)


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_the_oldest_stands_first_with_the_words_and_without_contact_details(admin, needs):
    page = text(admin.get(REVIEW))
    assert shown(page) == needs[0].pk
    for seen in ("1 of 3", CANARY, "Groceries · Riverside", needs[0].code):
        assert seen in page
    for kept in (MAIL.email, MAIL.name):
        assert kept not in page
    assert "Previous" not in page


def test_one_goes_on_and_back_without_deciding(admin, needs):
    page = text(admin.get(f"{REVIEW}?need={needs[1].pk}"))
    assert "2 of 3" in page
    assert f'href="{REVIEW}?need={needs[0].pk}" rel="prev"' in page
    assert f'href="{REVIEW}?need={needs[2].pk}" rel="next"' in page
    assert "They wrote nothing about it." in page


def test_reading_is_logged_once_a_day_and_the_neighbour_can_see_it(admin, carla, needs):
    for _ in range(3):
        admin.get(REVIEW)
    entry = AccessLogEntry.objects.get()
    assert (entry.kind, entry.by, entry.ask_id, entry.slot) == (
        "words",
        carla,
        needs[0].ask_id,
        None,
    )
    assert "read what a neighbour wrote" in text(admin.get("/admin/people/stafflogentry/"))


def test_where_nothing_was_written_there_is_nothing_to_log(admin, needs):
    admin.get(f"{REVIEW}?need={needs[1].pk}")
    assert not AccessLogEntry.objects.exists()


def test_reading_many_does_not_use_up_the_looks_at_contact_details(admin, carla):
    factories.set_policy(needs_open_at_once=False, coordinator_contact_views_per_hour=1)
    for number in range(5):
        actions.read_words(factories.need(notes=f"Note {number}").ask, by=carla)
    assert AccessLogEntry.objects.filter(kind="words").count() == 5
    actions.contact_for_coordinator(Ask.objects.earliest("pk"), by=carla)


def test_reading_the_words_confirms_no_phone(carla):
    """A coordinator has not rung them by reading what they wrote."""
    need = factories.need(notes=CANARY)
    actions.read_words(need.ask, by=carla)
    assert not has_confirmed_phone(need.ask, "555 0100")
    actions.contact_for_coordinator(need.ask, by=carla)
    assert has_confirmed_phone(need.ask, "555 0100")


@pytest.mark.parametrize(
    ("step", "typed", "state", "told"),
    [
        ("publish", {}, "open", "Published. Volunteers may hear of it now."),
        ("hold", {"until": day(3)}, "on_hold", "It waits until that day."),
        (
            "refer",
            {"until": day(3)},
            "referred",
            "It waits until the day on which you ask how it went.",
        ),
        ("close", {"close_reason": "duplicate"}, "closed", "Closed."),
    ],
)
def test_a_step_is_done_and_the_next_need_stands_there(admin, needs, step, typed, state, told):
    page = text(do(admin, step, needs[0], **typed))
    needs[0].refresh_from_db()
    assert needs[0].state == state
    assert told in page
    assert needs[0].code in page, "the outcome says of which"
    assert shown(page) == needs[1].pk
    assert "1 of 2" in page


def test_from_the_last_one_it_goes_on_with_the_first(admin, needs):
    assert shown(text(do(admin, "publish", needs[2]))) == needs[0].pk


def test_when_all_are_read_it_says_thank_you(admin, needs):
    for need in needs:
        page = text(do(admin, "publish", need))
    assert "Nothing waits to be read. Thank you!" in page


def test_closing_can_be_undone_from_there(admin, needs):
    page = text(do(admin, "close", needs[0], close_reason="duplicate"))
    (undo,) = re.findall(r'href="([^"]+/undo/\w+/)">Undo', page)
    admin.post(undo)
    needs[0].refresh_from_db()
    assert needs[0].state == "triage"


@pytest.mark.parametrize(
    ("step", "typed", "refused"),
    [
        ("hold", {"until": "2020-01-01"}, "Choose a day after today."),
        ("refer", {"until": "soon"}, "Write the day like this: 2026-12-31."),
        ("close", {"close_reason": ""}, "To close a need, choose a reason."),
        ("ask", {"question": "nonsense"}, "Choose one of the answers on this page."),
        ("split", {"into": []}, "Please answer this."),
    ],
)
def test_a_refused_step_shows_the_same_need_with_what_was_typed(admin, needs, step, typed, refused):
    answer = admin.post(REVIEW, {"do": step, "need": needs[1].pk, **typed})
    page = text(answer)
    assert answer.status_code == 200
    assert refused in page
    assert shown(page) == needs[1].pk
    assert re.search(f'<details open> <summary>.*?value="{step}"', page), "it is open"
    if typed.get("until"):
        assert f'value="{typed["until"]}"' in page
    assert set(Need.objects.values_list("state", flat=True)) == {"triage"}


def test_a_need_that_is_several_tasks_is_split_and_still_stands_there(admin, needs):
    rides = factories.category("rides")
    page = text(do(admin, "split", needs[0], into=[rides.pk]))
    assert "1 further need was made." in page
    assert shown(page) == needs[0].pk
    assert needs[0].ask.needs.filter(category=rides, state="triage").count() == 1


def test_who_is_asked_back_gets_the_question_and_comes_up_again_with_the_answer(admin, needs):
    page = text(do(admin, "ask", needs[0], question="when"))
    assert "We have written to them with your question." in page
    assert shown(page) == needs[1].pk
    message = compose("need_question", needs[0].pk)
    assert message.recipient.email == MAIL.email
    assert message.context["question"] == "Which day and time are good for you?"
    assert "1 of 2" in page
    actions.change_need(needs[0], {"notes": "Eggs, on Friday."}, reason="notes", by=NEIGHBOUR)
    page = text(admin.get(REVIEW))
    assert shown(page) == needs[0].pk
    assert "Eggs, on Friday." in page
    assert compose("need_question", needs[0].pk) is None, "they have answered"


def test_who_does_not_answer_comes_up_again_by_themself(admin, needs):
    do(admin, "ask", needs[0], question="what")
    needs[0].events.filter(action="ask_back").update(at=timezone.now() - timedelta(days=3))
    assert shown(text(admin.get(REVIEW))) == needs[0].pk


def test_whom_no_message_reaches_is_put_on_the_list_of_calls_with_the_question(admin):
    factories.set_policy(needs_open_at_once=False)
    need = factories.need(contact=ContactDetails(name="Ana", phone="608 555 0142"))
    page = text(do(admin, "ask", need, question="where"))
    assert "It is on the list of calls, with your question." in page
    assert rows("need_question") == {"call": "waiting"}


def test_without_a_safe_way_nothing_is_asked_and_it_says_so(admin):
    factories.set_policy(needs_open_at_once=False)
    need = factories.need(contact=ContactDetails(name="Ana"))
    page = text(do(admin, "ask", need, question="where"))
    assert "No safe way to reach them is known." in page
    assert not need.events.filter(action="ask_back").exists()


def test_what_was_held_back_is_written_about_once_a_person_has_read_it(admin):
    need = factories.ask(factories.details(), contact=MAIL, held_back="site").needs.get()
    page = text(admin.get(REVIEW))
    assert "Held back: very many in all" in page
    do(admin, "ask", need, question="what")
    need.refresh_from_db()
    assert need.held_back == ""
    assert rows("need_question") == {"email": "waiting"}


def test_two_at_once_never_decide_twice_and_the_second_is_told_kindly(
    admin, signed_in, needs, vera
):
    other = signed_in(factories.person("Noor", Role.COORDINATOR))
    other.get(REVIEW)
    page = text(admin.get(REVIEW))
    assert "Noor has just opened it too." in page
    do(other, "publish", needs[0])
    tries: dict[str, dict[str, Any]] = {
        "publish": {},
        "close": {"close_reason": "unsafe"},
        "hold": {"until": day(2)},
        "ask": {"question": "what"},
        "split": {"into": [needs[0].category_id]},
    }
    for step, typed in tries.items():
        page = text(do(admin, step, needs[0], **typed))
        assert "Someone else was first." in page, step
        assert "says “looking” now." in page, step
        assert shown(page) == needs[1].pk
    needs[0].refresh_from_db()
    assert needs[0].state == "open"
    assert list(needs[0].events.values_list("action", flat=True)) == ["post", "publish"]


def test_a_link_to_one_that_was_read_meanwhile_leads_to_the_next(admin, carla, needs):
    actions.publish_need(needs[1], by=coordinator(carla))
    answer = admin.get(f"{REVIEW}?need={needs[1].pk}")
    assert answer["Location"] == f"{REVIEW}?need={needs[2].pk}"


def test_it_is_narrowed_to_the_areas_one_looks_after_and_a_link_shows_all(admin, carla, needs):
    hill = factories.locality("hill")
    Need.objects.filter(pk=needs[1].pk).update(locality=hill)
    Membership.objects.get(user=carla, role=Role.COORDINATOR).areas.add(hill)
    page = text(admin.get(REVIEW))
    assert (shown(page), "1 of 1" in page) == (needs[1].pk, True)
    assert 'href="?areas=all"' in page
    page = text(admin.get(f"{REVIEW}?areas=all"))
    assert (shown(page), "1 of 3" in page) == (needs[0].pk, True)
    assert f"{REVIEW}?areas=all&amp;need={needs[1].pk}" in page
    answer = admin.post(f"{REVIEW}?areas=all", {"do": "publish", "need": needs[0].pk})
    assert answer["Location"] == f"{REVIEW}?areas=all&need={needs[1].pk}"


def test_whoever_takes_calls_does_not_decide_here_and_reads_only_what_they_took_in(
    signed_in, needs
):
    mei = factories.person("Mei", Role.INTAKE)
    assert signed_in(mei).get(REVIEW).status_code == 403
    with pytest.raises(actions.NotForYou):
        actions.read_words(needs[0].ask, by=mei)
    Ask.objects.filter(pk=needs[0].ask_id).update(taken_in_by=mei)
    (words,) = actions.read_words(needs[0].ask, by=mei)
    assert words.text == CANARY


def test_nobody_else_reads_the_words(needs, sam):
    with pytest.raises(actions.NotForYou):
        actions.read_words(needs[0].ask, by=sam)
    assert not AccessLogEntry.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"do": "publish"},
        {"do": "publish", "need": "x"},
        {"do": "publish", "need": "9" * 40},
        {"do": "nonsense", "need": "1"},
    ],
)
def test_nonsense_decides_nothing(admin, needs, sent):
    assert admin.post(REVIEW, sent).status_code == 302
    assert admin.get(f"{REVIEW}?need={sent.get('need', '')}").status_code in (200, 302)
    assert set(Need.objects.values_list("state", flat=True)) == {"triage"}


@pytest.mark.parametrize("count", [1, 3, 100])
def test_a_page_of_the_queue_costs_the_same_however_many_wait(
    admin, count, django_assert_max_num_queries
):
    factories.set_policy(needs_open_at_once=False)
    for _ in range(count):
        factories.need(notes=CANARY)
    with django_assert_max_num_queries(26):
        assert CANARY in text(admin.get(REVIEW))


def test_words_that_no_key_opens_are_said_to_be_kept(admin, needs):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE requests_app_neednotes SET text = 'lost:2:AAAA'")
    assert "It cannot be read with the keys of this site." in text(admin.get(REVIEW))


def test_the_first_to_read_an_ask_is_noted_once_they_decide_and_not_for_looking(admin, needs):
    admin.get(REVIEW)
    assert Ask.objects.get(pk=needs[0].ask_id).read_at is None
    do(admin, "publish", needs[0])
    assert Ask.objects.get(pk=needs[0].ask_id).read_at is not None


def test_by_name_of_who_asks_nothing_is_in_the_queue(admin):
    factories.set_policy(needs_open_at_once=False)
    ask_by(MAIL)
    assert MAIL.name not in text(admin.get(REVIEW))
