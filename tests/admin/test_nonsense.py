"""Whatever is sent to the forms of the admin, they answer with an error beside the field."""

import pytest

from requests_app.models import Ask, Need
from tests.support import factories
from tests.support.admin_form import as_it_stands, contact_as_it_stands

pytestmark = pytest.mark.django_db
NONSENSE = ("x", "-1", "9" * 40, "\0", "(2,)")


@pytest.mark.slow
@pytest.mark.parametrize("field", ["category", "locality", "urgency", "needed_by", "people_count"])
def test_a_need(admin, field):
    path = f"/admin/requests_app/need/{factories.need().pk}/change/"
    shown = as_it_stands(admin, path)
    for typed in NONSENSE:
        answer = admin.post(path, shown | {field: typed})
        assert answer.status_code == 200, typed
        assert "errorlist" in answer.content.decode()
    assert Need.objects.get().events.count() == 1


def test_an_ask(admin):
    path = f"/admin/requests_app/ask/{factories.ask().pk}/change/"
    shown = as_it_stands(admin, path)
    for typed in NONSENSE:
        row = {"exclusions-TOTAL_FORMS": 1, "exclusions-0-person": typed}
        for wrong in ({"languages": [typed]}, {"for_whom": typed}, row):
            answer = admin.post(path, shown | wrong)
            assert answer.status_code == 200, wrong
            assert "errorlist" in answer.content.decode()
    assert [one.code for one in Ask.objects.get().languages.all()] == ["en"]


@pytest.mark.parametrize(
    "page", ["helpers", "split", "same-need", "assign", "invitations", "volunteer", "step"]
)
def test_the_steps_of_a_need(admin, page):
    fields = (
        ("wanted",) if page == "helpers" else ("into", "match", "other", "do", "person", "look_for")
    )
    path = f"/admin/requests_app/need/{factories.need().pk}/{page}/"
    for typed in NONSENSE:
        assert admin.post(path, dict.fromkeys(fields, typed)).status_code == 200, typed
        assert (
            admin.post(path, {"claim": typed, "other": typed, "typed_name": typed}).status_code
            == 200
        ), typed


@pytest.mark.parametrize("page", ["same-household", "different-people", "not-different"])
def test_the_steps_of_two_asks(admin, page):
    path = f"/admin/requests_app/ask/{factories.ask().pk}/{page}/"
    for typed in (*NONSENSE, "", "00000000", "zzzzzzzz"):
        for answer in (admin.get(path, {"other": typed}), admin.post(path, {"other": typed})):
            assert answer.status_code == 200, typed
            assert "errorlist" in answer.content.decode(), typed


def test_contact_details(admin):
    path = f"/admin/requests_app/ask/{factories.ask().pk}/contact/"
    shown = contact_as_it_stands(admin, path)
    for typed in NONSENSE:
        for field in ("phone", "email", "channels", "language", "seen"):
            assert admin.post(path, shown | {field: typed}).status_code in (200, 302)


def test_an_area(admin):
    path = f"/admin/catalog/locality/{factories.locality().pk}/change/"
    shown = as_it_stands(admin, path)
    for typed in NONSENSE:
        for field in ("parent", "lat", "lng"):
            if (field, typed) not in {("lat", "-1"), ("lng", "-1")}:
                answer = admin.post(path, shown | {field: typed})
                assert answer.status_code == 200, (field, typed)


def test_a_form_without_what_was_seen_writes_nothing(admin, rosa):
    """So would whoever sends an empty form, which would read as if all were to be taken away."""
    assert admin.post(f"/admin/people/user/{rosa.pk}/change/", {}).status_code == 200
    rosa.refresh_from_db()
    assert rosa.name == "Rosa"


def test_what_was_seen_may_be_missing_or_made_up(admin):
    """Then it counts as seen just now, or as changed by someone else: never is anything lost by it."""
    path = f"/admin/requests_app/need/{factories.need().pk}/change/"
    typed = as_it_stands(admin, path) | {"urgency": 3}
    for seen in ("x", "a=b c", "salt urgency=0000000000000000"):
        assert admin.post(path, typed | {"seen": seen}).status_code in (200, 302)
