"""Mistakes and nonsense on the way: told beside the field, kept as typed, never a fault."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mutualaid.catalog.models import Category
from requests_app.models import Need
from tests.support import asking
from tests.support.few import examples

pytestmark = pytest.mark.django_db
MILLION = "x" * 1_000_000
PAST = (timezone.localdate() - timedelta(days=1)).isoformat()


@pytest.fixture(autouse=True)
def _words_and_places():
    asking.words_and_places()


FORTY_ONE = " ".join(f"person{n}@x.example" for n in range(41))
WRONG = [
    ("who", {"for_whom": "the cat"}, "Choose one of these."),
    ("what", {"group": ""}, "Choose what you need."),
    ("what", {"group": "no-such-group"}, "Choose one of these."),
    ("what", {"group": "fo\0od"}, "Choose one of these."),
    ("kind", {"category": "no-such-kind"}, "Choose one of these."),
    ("kind", {"category": "nul\0"}, "Choose one of these."),
    ("where", {"locality": ""}, "Choose your area."),
    ("where", {"locality": "atlantis"}, "Choose one of the areas in the list."),
    ("when", {"urgency": ""}, "Choose how soon."),
    ("when", {"urgency": "99"}, "Choose one of these."),
    ("when", {"needed_by": PAST}, "This day has passed."),
    ("when", {"needed_by": "soon"}, "Write the day like this: 2026-12-31."),
    ("when", {"needed_by": "99999-01-01"}, "Write the day like this: 2026-12-31."),
    ("details", {"notes": MILLION}, "Use 2000 at most."),
    ("contact", {"name": ""}, "Write a name we can call you."),
    ("contact", {"name": MILLION}, "Use 60 at most."),
    ("contact", {"email": "not an address"}, "Write an e-mail address like name@example.org."),
    ("contact", {"email": "a@x.example, b@x.example"}, "Write one e-mail address here"),
    ("contact", {"phone": "after six"}, "We could not read “after six”."),
    ("contact", {"keep_from_contact_points": "bo@x.example; Bo"}, "We could not read “Bo”."),
    ("contact", {"keep_from_contact_points": "555 0142"}, "with its area code"),
    ("contact", {"keep_from_contact_points": FORTY_ONE}, "Write 40 at most here."),
    ("contact", {"languages": []}, "Choose at least one language."),
    ("contact", {"languages": ["tlh"]}, "Choose one of these."),
    ("contact", {"phone": "", "email": "", "address": ""}, "We need a way to reach you"),
]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("step", "typed", "message"), WRONG, ids=[f"{s}-{m[:24]}" for s, _t, m in WRONG]
)
def test_a_mistake_is_told_at_its_field_and_in_the_title(client, step, typed, message):
    asking.answer_all(client)
    page = asking.answer(client, step, **typed)
    text = page.content.decode()
    assert page.status_code == 200
    assert "<title>Error:" in text.replace("\n", "")
    assert text.count(message) >= 2, "once in the summary, once at the field"
    assert 'aria-describedby="id_' in text
    assert client.post("/ask/check/").headers["Location"] == f"/ask/{step}/"
    assert not Need.objects.exists()


def test_what_was_typed_is_kept_beside_the_message(client):
    asking.answer_all(client)
    text = asking.answer(client, "contact", name="Ana Maria", email="oops").content.decode()
    assert 'value="Ana Maria"' in text
    assert 'value="oops"' in text
    assert "7 Hill Road" in text


def test_a_category_that_went_out_of_use_on_the_way_is_asked_again(client):
    asking.answer_all(client)
    Category.objects.filter(slug="groceries").update(is_active=False)
    assert client.post("/ask/check/").headers["Location"] == "/ask/kind/"


def test_a_body_that_is_too_large_is_refused_kindly(client):
    answer = client.post("/ask/details/", {"notes": "x" * 4_000_000})
    assert answer.status_code == 413
    assert "too long" in answer.content.decode()


def test_a_page_that_does_not_exist_is_said_to_be_missing(client):
    assert client.get("/ask/nonsense/").status_code == 404


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.dictionaries(st.sampled_from([*asking.ANSWERS, "check"]), st.lists(TEXT, max_size=2)))
def test_no_nonsense_is_ever_a_fault(client, typed):
    for step, values in typed.items():
        fields = asking.ANSWERS.get(step, {"check": ""})
        body = {name: values or [""] for name in fields}
        assert client.post(f"/ask/{step}/", body).status_code in (200, 302)
