"""What was typed waits, sealed, until its owner has shown once more who they are."""

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from mutualaid.notify.models import Preferences
from mutualaid.people.models import KeptForm, Role
from mutualaid.retention.erasing import erase_expired
from tests.people.test_signing_in import code_in_mail
from tests.support import factories
from tests.support.admin_form import as_it_stands, person_page
from tests.support.factors import app_code, has_app
from tests.support.people import E164
from tests.support.signing_in import location, sign_in, time_passes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
AGAIN = "/account/reauthenticate/code/"
KEPT = "/account/typed/"
MINUTE, HOUR = 60, 3600


def test_what_a_coordinator_typed_waits_and_is_sent_by_a_new_submit(carlas, rosa):
    path = person_page(rosa)
    form = as_it_stands(carlas, path) | {"name": "Rosalía <b>"}
    time_passes(carlas, 11 * MINUTE)
    to = location(carlas.post(path, form))
    assert to.endswith(f"?next={KEPT.replace('/', '%2F')}")
    carlas.post("/account/ways/reauthenticate/", {"code": app_code(), "next": KEPT})
    page = carlas.get(KEPT)
    assert f'action="{path}"' in page.content.decode()
    assert 'value="Rosalía &lt;b&gt;"' in page.content.decode()
    assert "Nothing has been saved yet" in page.content.decode()
    rosa.refresh_from_db()
    assert rosa.name == "Rosa"
    kept = dict(page.context["kept"].fields)
    assert carlas.post(path, {**kept, "kept": "1"}).status_code == 302
    rosa.refresh_from_db()
    assert rosa.name == "Rosalía <b>"
    assert not KeptForm.objects.exists()


def test_it_waits_too_when_the_session_ran_out_in_the_middle_of_a_form(carlas, carla, rosa):
    path = person_page(rosa)
    form = as_it_stands(carlas, path) | {"name": "Rosalía"}
    time_passes(carlas, 3 * HOUR)
    assert location(carlas.post(path, form)) == f"/account/login/?next={KEPT.replace('/', '%2F')}"
    assert carlas.get("/me/").status_code == 302
    rosa.refresh_from_db()
    assert rosa.name == "Rosa"
    carlas.post("/account/login/", {"login": carla.email, "next": KEPT})
    carlas.post("/account/login/code/confirm/", {"code": code_in_mail(), "next": KEPT})
    assert location(carlas.post("/account/ways/authenticate/", {"code": app_code()})) == KEPT
    assert 'value="Rosalía"' in carlas.get(KEPT).content.decode()


def test_it_is_sealed_for_the_same_account_and_for_a_quarter_of_an_hour(carlas, carla, rosa):
    path = person_page(rosa)
    form = as_it_stands(carlas, path) | {"name": "Rosalía"}
    time_passes(carlas, 3 * HOUR)
    carlas.post(path, form)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_keptform")
        assert "Rosal" not in repr(cursor.fetchall())
    dora = factories.person("Dora", Role.COORDINATOR)
    for other in (dora, rosa):
        page = sign_in(Client(), other).get(KEPT).content.decode()
        assert "Nothing is waiting here" in page
    assert sign_in(Client(), carla).get(KEPT).context["kept"]
    KeptForm.objects.update(kept_until=Now())
    assert "Nothing is waiting here" in sign_in(Client(), carla).get(KEPT).content.decode()
    erase_expired()
    assert not KeptForm.objects.exists()


def test_what_was_typed_in_the_admin_is_shown_to_no_session_without_a_second_factor(
    carlas, carla, rosa
):
    form = as_it_stands(carlas, person_page(rosa))
    time_passes(carlas, 3 * HOUR)
    carlas.post(person_page(rosa), form)
    half = sign_in(Client(), carla, second_factor=False)
    assert location(half.get(KEPT)).startswith("/account/ways/reauthenticate/")


def test_codes_and_passwords_are_never_kept(carla):
    has_app(carla)
    client = time_passes(sign_in(Client(), carla, second_factor=False), 3 * HOUR)
    client.post("/account/ways/reauthenticate/", {"code": app_code()})
    client = time_passes(sign_in(Client(), carla), 11 * MINUTE)
    client.post(
        "/account/password/set/", {"password1": "secret words", "password2": "secret words"}
    )
    assert not KeptForm.objects.exists()


def test_a_number_someone_typed_for_texts_waits_as_well(sam, settings):
    settings.SMS_URL = "sink://"
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post("/messages/phone/", {"phone": "212 555 0143"})
    assert not Preferences.objects.filter(user=sam).exists()
    client.post(AGAIN, {"send": "email"})
    client.post(AGAIN, {"code": code_in_mail()})
    kept = client.get(KEPT).context["kept"]
    assert (kept.path, dict(kept.fields)) == ("/messages/phone/", {"phone": "212 555 0143"})
    client.post(kept.path, {**dict(kept.fields), "kept": "1"})
    assert Preferences.objects.get(user=sam).phone == E164


def test_no_form_of_another_site_puts_words_into_it(carla, rosa):
    client = sign_in(Client(enforce_csrf_checks=True), carla)
    time_passes(client, 3 * HOUR)
    assert client.post(person_page(rosa), {"name": "Evil"}).status_code == 403
    assert not KeptForm.objects.exists()


FROM_HERE = {"origin": "http://testserver"}


def test_what_was_typed_waits_in_the_browser_whose_session_is_gone(sam, client):
    sam_again = Client()
    assert location(sam_again.post("/me/vouch/", {"code": "ABCD-2345", "next": ""})) == (
        f"/account/login/?next={KEPT.replace('/', '%2F')}"
    )
    assert "What you typed is kept for you." in sam_again.get("/account/login/").content.decode()
    sam_again.post("/account/login/", {"login": sam.email, "next": KEPT})
    answer = sam_again.post("/account/login/code/confirm/", {"code": code_in_mail(), "next": KEPT})
    assert location(answer) == KEPT
    page = sam_again.get(KEPT)
    assert page.context["kept"].shown == [("code", "ABCD-2345")]
    sam_again.post("/me/vouch/", {"code": "ABCD-2345", "kept": "1"})
    assert "Nothing is waiting here" in sam_again.get(KEPT).content.decode()
    assert "Nothing is waiting here" in sign_in(client, sam).get(KEPT).content.decode()


def test_without_an_account_nothing_of_the_admin_waits_anywhere(rosa, client):
    client.post(person_page(rosa), {"name": "Rosalía"})
    assert "typed" not in client.session


@pytest.mark.parametrize("path", ["/need/find/", "/need/lost/", "/ask/what/", "/me/vouch/"])
def test_where_the_token_is_gone_what_was_typed_is_shown_and_sent_again(path):
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post(path, {"code": "<b>my words</b>"}, headers=FROM_HERE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Nothing has been saved yet. What you typed is still here." in page
    assert 'name="code" value="&lt;b&gt;my words&lt;/b&gt;"' in page
    assert f'<form method="post" action="{path}">' in page


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
def test_no_other_site_fills_in_a_form_that_way(headers):
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post("/need/find/", {"code": "their words"}, headers=headers)
    assert answer.status_code == 403
    assert "their words" not in answer.content.decode()


def test_codes_and_passwords_are_not_shown_again_either():
    careful = Client(enforce_csrf_checks=True)
    path = "/account/login/?next=/offer/"
    answer = careful.post(path, {"password": "secret words"}, headers=FROM_HERE)
    assert "secret words" not in answer.content.decode()
    assert f'href="{path}"' in answer.content.decode(), "what they came for is kept"


@pytest.mark.parametrize("size", [200_000, 3_000_000])
def test_more_than_any_form_holds_is_not_kept(carlas, rosa, size):
    time_passes(carlas, 11 * MINUTE)
    assert carlas.post(person_page(rosa), {"name": "x" * size}).status_code in (302, 400, 413)
    assert not KeptForm.objects.exists()


def test_where_it_was_too_often_what_was_typed_is_there_to_be_copied(client):
    path = f"/near/{factories.resource().public_id}/wrong/"
    said = {"what": "hours", "words": "Closed on <b>Fridays</b>"}
    for _ in range(11):
        page = client.post(path, said).content.decode()
    assert "We take a break" in page
    assert "Closed on &lt;b&gt;Fridays&lt;/b&gt;" in page
    assert "The times are wrong" in page
