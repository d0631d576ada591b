"""The box in every page of the admin: codes lead to their page; people, areas and kinds are found."""

import html
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from requests_app.access.links import code_for, make_link
from requests_app.models import Need
from tests.support import factories
from tests.support.finding import FIND, NOTHING, search
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/requests_app/ask/", "/admin/requests_app/need/", "/admin/people/user/"],
)
def test_the_box_is_in_every_page_named_and_sent_as_a_post(admin, path):
    page = admin.get(path).content.decode()
    box = page.split(f'<form method="post" action="{FIND}"')[1].split("</form>")[0]
    assert "csrfmiddlewaretoken" in box
    assert '<label for="find-anybody">Find anybody</label>' in box
    assert page.count('id="find-anybody"') == 1
    assert 'id="find-anybody"' not in admin.get(FIND).content.decode(), "it has a box of its own"


def test_a_forged_search_is_refused(carla):
    browser = sign_in(Client(enforce_csrf_checks=True), carla)
    assert browser.post(FIND, {"q": "Rosa"}).status_code == 403
    assert not LogEntry.objects.exists()


def spellings(code: str) -> list[str]:
    """Return a code as people read it from a list, a page, a message, or say it on the phone."""
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    return [
        code, code.upper(), f"#{code}", f" {code[:4]} {code[4:]} ", f"{code[:4]}-{code[4:]}", arabic,
        f"Ask {code}", f"Riverside · {code}", f"\u200e{code}\u0000"[:-1],
    ]  # fmt: skip


@pytest.mark.parametrize("spelling", range(9))
def test_a_code_leads_straight_to_its_page_in_every_spelling(admin, spelling):
    ask, _other = factories.ask(), factories.ask()
    need = ask.needs.get()
    for row, model in ((ask, "ask"), (need, "need")):
        answer = admin.post(FIND, {"q": spellings(row.code)[spelling]})
        assert answer.status_code == 302, spellings(row.code)[spelling]
        assert answer.headers["Location"] == f"/admin/requests_app/{model}/{row.pk}/change/"
    assert not LogEntry.objects.exists(), "a code tells of no one"


def test_the_whole_id_and_the_code_of_a_slip_lead_there_too(admin):
    ask = factories.ask()
    way_in = code_for(make_link(ask))
    for typed in (str(ask.public_id), way_in, way_in.lower(), way_in.replace("-", " ")):
        answer = admin.post(FIND, {"q": typed})
        assert answer.headers["Location"] == f"/admin/requests_app/ask/{ask.pk}/change/"
    assert NOTHING in search(admin, "ABCD-2345")


def test_two_with_one_code_are_both_shown(admin):
    ask = factories.ask()
    need = ask.needs.get()
    Need.objects.filter(pk=need.pk).update(public_id=ask.public_id)
    page = search(admin, ask.code)
    for path in (f"ask/{ask.pk}", f"need/{need.pk}"):
        assert f'href="/admin/requests_app/{path}/change/"' in page


def test_people_with_an_account_are_found_by_name_with_what_they_are_here(admin, rosa, mallory):
    page = search(admin, "mallo")
    assert f'<a href="/admin/people/user/{mallory.pk}/change/">Mallory</a>' in page
    assert "volunteer" in page.split("Mallory</a>")[1].split("</li>")[0]
    assert "Rosa" not in page
    assert mallory.email not in page


def test_someone_of_the_team_is_found_by_name_and_all_by_their_role(admin, carla):
    assert f'<a href="/admin/people/user/{carla.pk}/change/">Carla</a>' in search(admin, "Carla")
    page = search(admin, "coordinator")
    link = "/admin/people/user/?memberships__role__exact=coordinator"
    assert f'href="{link}"' in page
    assert "Carla" in admin.get(link).content.decode()


def test_areas_and_kinds_lead_to_their_needs(admin):
    need, other = (
        factories.need(),
        factories.need(
            category=factories.category("meals"), locality=factories.locality("hilltop")
        ),
    )
    for typed, title in (("riversi", "Areas"), ("grocer", "Kinds of help")):
        page = search(admin, typed)
        links = re.findall(r'href="([^"]+)"', page.split(f"<h3>{title}</h3>")[1])
        listed = admin.get(html.unescape(links[0])).content.decode()
        assert need.code in listed
        assert other.code not in listed


def test_a_kind_is_found_in_the_language_of_the_page(admin):
    factories.category("groceries")
    page = admin.post(FIND, {"q": "compras"}, headers={"accept-language": "es"}).content.decode()
    assert "?q=Groceries" in page
