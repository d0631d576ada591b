"""The page of one need: its first screen, one form for each step, and what happened in words."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.people.models import Role
from requests_app import actions
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import AccessLogEntry, Need
from requests_app.states import CloseReason
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEEDS = "/admin/requests_app/need/"


def page_of(admin: Any, need: Need) -> str:
    return str(admin.get(f"{NEEDS}{need.pk}/change/").content.decode())


def first_screen(page: str) -> str:
    """What stands before the steps, without tags."""
    facts = page.split('class="need-facts"')[1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", facts).split())


def step(admin: Any, need: Need, do: str, **typed: str) -> str:
    answer = admin.post(f"{NEEDS}{need.pk}/step/", {"do": do, **typed}, follow=True)
    return str(answer.content.decode())


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


def offered(page: str) -> list[str]:
    return re.findall(r'name="do" value="(\w+)"', page)


def test_the_first_screen_says_what_where_when_for_how_many_and_who_comes(admin, sam):
    need = factories.need(urgency=4, people_count=3)
    shown = first_screen(page_of(admin, need))
    for said in (need.code, "Groceries", "Riverside", "Today", "3", "No one yet", "We look for"):
        assert said in shown
    actions.claim_need(need, by=sam, weekly_limit=2)
    page = page_of(admin, need)
    assert "Sam · said yes" in first_screen(page)
    assert f'href="/admin/people/user/{sam.pk}/change/"' in page
    assert "They talk with each other" in first_screen(page)


def test_what_is_next_follows_the_state(admin, carla):
    need = factories.need(category=factories.category("papers", sensitive=True))
    assert "Read it, then publish it or close it." in first_screen(page_of(admin, need))
    day = timezone.localdate() + timedelta(days=3)
    actions.hold_need(need, until=day, by=coordinator(carla))
    assert "Then open it again." in first_screen(page_of(admin, need))
    actions.resume_need(need, by=coordinator(carla))
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.REFERRED)
    shown = first_screen(page_of(admin, need))
    assert "passed on to others" in shown
    assert "are kept until" in shown


def test_nothing_empty_stands_on_it(admin):
    page = page_of(admin, factories.need())
    assert "inline-group" not in page
    assert not re.search(r'class="readonly">\s*[-–]?\s*<', page)
    for heading in ("Who said yes before", "Its other needs", "Who fits best", "Helpers wanted"):
        assert heading not in page


def test_the_ask_and_its_other_needs_are_linked(admin):
    need = factories.need()
    other = factories.need(of=need.ask, category=factories.category("water"))
    page = page_of(admin, need)
    assert f'href="/admin/requests_app/ask/{need.ask_id}/change/"' in page
    assert f'href="{NEEDS}{other.pk}/change/"' in page
    assert other.code in page


def test_only_the_steps_that_its_state_allows_are_offered(admin, sam):
    need = factories.need(category=factories.category("papers", sensitive=True))
    assert offered(page_of(admin, need)) == ["publish", "no_answer", "hold", "refer", "close"]
    step(admin, need, "publish")
    assert offered(page_of(admin, need)) == ["no_answer", "hold", "refer", "close"]
    taken = factories.need()
    actions.claim_need(taken, by=sam, weekly_limit=2)
    assert offered(page_of(admin, taken)) == ["release", "close"]


@pytest.mark.parametrize(
    ("do", "typed", "state"),
    [
        ("hold", {"until": "tomorrow"}, "on_hold"),
        ("no_answer", {"until": "tomorrow"}, "no_answer"),
        ("refer", {"until": "tomorrow"}, "referred"),
        ("close", {"close_reason": "other_help"}, "closed"),
    ],
)
def test_each_step_takes_the_field_it_needs_and_leads_back_to_the_need(admin, do, typed, state):
    need = factories.need()
    if "until" in typed:
        typed = {"until": tomorrow()}
    page = step(admin, need, do, **typed)
    need.refresh_from_db()
    assert need.state == state
    assert first_screen(page)
    assert need.events.last().actor.name == "Carla"


@pytest.mark.parametrize(("do", "field"), [("hold", "until"), ("close", "close_reason")])
@pytest.mark.parametrize("typed", ["", "soon", "2020-01-01", "nonsense"])
def test_a_refused_step_stands_open_beside_its_cause_with_what_was_typed(admin, do, field, typed):
    need = factories.need()
    page = step(admin, need, do, **{field: typed})
    refused = page.split("<details open>")[1].split("</details>")[0]
    assert "errorlist" in refused
    assert f'name="do" value="{do}"' in refused
    if field == "until" and typed:
        assert f'value="{typed}"' in refused
    assert page.count("errorlist") == 1
    need.refresh_from_db()
    assert need.state == "open"


def test_what_someone_else_did_meanwhile_is_told_and_nothing_is_done(admin, carla):
    need = factories.need()
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.REFERRED)
    page = step(admin, need, "hold", until=tomorrow())
    assert "This has changed in the meantime." in page
    need.refresh_from_db()
    assert (need.state, need.close_reason) == ("closed", "referred")


@pytest.mark.parametrize("do", ["", "nonsense", "claim"])
def test_a_step_that_is_none_is_told(admin, do):
    assert "Choose what to do." in step(admin, factories.need(), do)


def test_closing_by_mistake_can_be_undone_from_the_message(admin):
    need = factories.need()
    page = step(admin, need, "close", close_reason=CloseReason.UNABLE)
    undo = re.search(r'href="(/admin/requests_app/need/undo/\w+/)"', page)
    assert undo
    admin.post(undo[1])
    need.refresh_from_db()
    assert need.state == "open"


def test_whoever_takes_calls_is_offered_and_allowed_only_their_own_steps(signed_in):
    """Intake may close and put aside what they took in; publishing and passing on is for coordinators."""
    ines = factories.person("Ines", Role.INTAKE)
    browser = signed_in(ines)
    need = factories.need(category=factories.category("papers", sensitive=True), taken_in_by=ines)
    assert offered(page_of(browser, need)) == ["no_answer", "hold", "close"]
    assert "Choose what to do." in step(browser, need, "publish")
    need.refresh_from_db()
    assert need.state == "triage"


def test_what_they_wrote_is_read_by_one_click_which_is_logged(admin, carla):
    need = factories.need(notes="Oat milk, please")
    words = f"{NEEDS}{need.pk}/words/"
    assert "Oat milk" not in page_of(admin, need)
    assert "Oat milk" not in admin.get(words).content.decode()
    assert not AccessLogEntry.objects.exists()
    assert "Oat milk, please" in admin.post(words).content.decode()
    look = AccessLogEntry.objects.get()
    assert (look.kind, look.by) == (AccessLogEntry.Kind.WORDS, carla)


def test_whoever_takes_calls_reads_neither_the_history_nor_who_said_yes_before(signed_in, sam):
    ines = factories.person("Ines", Role.INTAKE)
    need = factories.need(taken_in_by=ines)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.release_claim(claim, by=volunteer(sam))
    page = page_of(signed_in(ines), need)
    assert "What happened" not in page
    assert "Sam" not in page


def test_the_history_is_in_words_newest_first_and_names_no_neighbour(admin, carla, sam):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.release_claim(claim, by=volunteer(sam))
    actions.change_need(need, {"urgency": 4}, reason="urgency", by=coordinator(carla))
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.UNABLE)
    history = page_of(admin, need).split('class="need-history"')[1].split("</ol>")[0]
    lines = [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in history.split("<li>")[1:]]
    assert [line.split(".m. ")[1] for line in lines] == [
        "Closed: no one could do it Carla",
        "Changed: how soon Carla",
        "Let go Sam",
        "Said yes Sam",
        "Asked the neighbour",
    ]


def test_its_form_is_folded_once_nothing_can_be_changed(admin, carla):
    need = factories.need()
    assert "What is needed" in page_of(admin, need)
    assert "<details><summary>" in page_of(admin, need).split("More about it")[0]
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.UNABLE)
    before = page_of(admin, need).split("What is needed")[0]
    assert before.rstrip().split("<fieldset")[-1].count("<details>") == 1


def test_kind_and_area_are_chosen_from_plain_lists_grouped_and_in_order(admin):
    food = factories.category("food")
    factories.category("bread", parent=food)
    page = page_of(admin, factories.need())
    assert '<optgroup label="Food">' in page
    assert "admin-autocomplete" not in page
