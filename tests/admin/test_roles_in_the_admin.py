"""Role × page × verb: what each role of the team gets of the admin. A coordinator's is the site map."""

import pytest
from django.test import Client

from mutualaid.people.models import Role, User
from mutualaid.people.roles import PERMISSIONS
from requests_app import actions
from tests.support import factories, scene, walking
from tests.support.canary import without_tokens
from tests.test_site_map_admin import ROWS, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_no_role_may_do_more_than_the_table_says_in_words():
    """Read it as the group would: who may write at all, who sees people, who sees needs."""
    writing = {role for role, may in PERMISSIONS.items() if any(".change_" in p for p in may)}
    assert writing == {"intake", "coordinator", "site_keeper"}
    sees = {
        what: {role for role, may in PERMISSIONS.items() if what in may}
        for what in (
            "people.view_user", "people.see_emails", "requests_app.export_contact", "requests_app.view_need",
            "requests_app.coordinate_need", "people.decide", "people.view_stafflogentry",
            "policy.change_policy", "notify.view_notification", "offers_app.view_offer",
            "partners.view_partner", "partners.change_partner",
        )
    }  # fmt: skip
    assert sees == {
        "people.view_user": {"coordinator", "site_keeper"},
        "people.see_emails": {"coordinator"},
        "requests_app.export_contact": {"coordinator"},
        "requests_app.view_need": {"intake", "coordinator"},
        "requests_app.coordinate_need": {"coordinator"},
        "people.decide": {"coordinator", "site_keeper"},
        "people.view_stafflogentry": {"coordinator", "site_keeper", "auditor"},
        "policy.change_policy": {"coordinator", "site_keeper"},
        "notify.view_notification": {"coordinator"},
        "offers_app.view_offer": {"coordinator"},
        "partners.view_partner": {"coordinator", "site_keeper", "auditor"},
        "partners.change_partner": {"coordinator"},
    }


def mei(*roles: Role) -> User:
    return factories.person("Mei", *roles)


STAFF_ROLES = [Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER]


def seen(browser: Client, here: scene.Scene, method: str) -> dict[str, int]:
    browser.raise_request_exception = False
    left_out = ("/admin/logout/", "/admin/login/")
    return {
        route: walking.try_out(browser, method, path_of(route, here)).status_code
        for route in ROWS
        if route not in left_out
    }


@pytest.mark.slow
@pytest.mark.parametrize("role", STAFF_ROLES)
def test_each_role_reaches_its_own_pages_and_no_others(role, here, signed_in):
    """Which pages answer to a GET, by role; everything else is refused or not there."""
    got = seen(signed_in(mei(role)), here, "GET")
    reached = {
        route.removeprefix("/admin") for route, status in got.items() if status in (200, 302)
    }
    assert set(got.values()) <= {200, 302, 403, 404, 405}
    assert reached - EVERYONE == PAGES_OF[role]


APP_INDEX = next(route for route in ROWS if "app_label>" in route).removeprefix("/admin")
EVERYONE = {
    "/", "/password_change/", "/password_change/done/", "/jsi18n/",
    APP_INDEX,
    "/people/twopersondecision/mine/",
    *(
        f"/{model}/<path:object_id>/"
        for model in (
            "people/user", "people/blockedcontactpoint", "people/twopersondecision",
            "catalog/category", "catalog/locality", "catalog/language", "notify/notification",
            "notify/calltask", "offers_app/offer", "requests_app/ask", "requests_app/need",
            "matching/scoringweights", "policy/policy", "matching/backlogrun", "resources/resource",
            "group/groupprofile", "trials/trial", "principles/principle", "partners/partner",
            "lending/thing",
        )
    ),
}  # fmt: skip
"""What leads nowhere else, or to a page that is refused: an old address of Django's admin."""


def pages(model: str, *names: str) -> set[str]:
    return {f"/{model}/"} | {f"/{model}/<path:object_id>/{name}/" for name in names}


def sheets(*names: str) -> set[str]:
    return {f"/sheets/{name}.{kind}" for name in names for kind in ("csv", "xlsx")}


READ_CATALOGUE = (
    pages("catalog/category", "change", "history")
    | pages("catalog/locality", "change", "history")
    | pages("catalog/language", "change", "history")
)
PAGES_OF: dict[str, set[str]] = {
    Role.INTAKE: READ_CATALOGUE
    | {"/requests_app/need/", "/requests_app/need/add/", "/requests_app/ask/", "/find/", "/call/"}
    | sheets("needs", "asks")
    | {"/text/", "/print/needs/"},
    Role.AUDITOR: READ_CATALOGUE
    | pages("policy/policy", "change", "history")
    | pages("group/groupprofile", "change", "history")
    | {"/group/groupprofile/preview.css"}
    | pages("matching/scoringweights", "change", "history")
    | pages("matching/backlogrun", "change", "history")
    | pages("trials/trial", "change", "history")
    | {"/people/stafflogentry/", "/winding-down/"},
    Role.SITE_KEEPER: READ_CATALOGUE
    | pages("catalog/category", "delete")
    | pages("catalog/locality", "delete")
    | {f"/catalog/{name}/add/" for name in ("category", "locality", "language")}
    | pages("policy/policy", "change", "history", "preview")
    | pages("trials/trial", "change", "history")
    | {"/trials/trial/start/<slug:what>/", "/health/"}
    | pages("group/groupprofile", "change", "history", "preview")
    | {"/winding-down/", "/winding-down/propose/"}
    | {"/group/groupprofile/preview.css", "/areas/outlines/"}
    | pages("principles/principle", "change", "history", "delete")
    | {"/principles/principle/add/"}
    | pages("people/blockedcontactpoint", "change", "history", "delete")
    | {"/people/blockedcontactpoint/add/"}
    | pages("people/user", "change", "history")
    | {"/people/user/<int:pk>/rights/"}
    | sheets("people")
    | pages("people/twopersondecision", "change", "history")
    | {"/people/stafflogentry/"},
}


@pytest.mark.slow
def test_an_auditor_writes_nothing_wherever_they_post(here, signed_in):
    browser = signed_in(mei(Role.AUDITOR))
    browser.raise_request_exception = False
    before = scene.record()
    for route in ROWS.keys() - {"/admin/logout/", "/admin/login/", "/admin/password_change/"}:
        for typed in ({}, {"post": "yes", "do": "propose", "kind": "give_coordinator"}):
            assert browser.post(path_of(route, here), typed).status_code < 500, route
    assert scene.record() == before


@pytest.mark.slow
def test_an_auditor_and_a_site_keeper_never_read_of_a_neighbour(here, signed_in, carla_looked):
    """Names of neighbours and volunteers, contact details, notes: none of it stands on any page."""
    for role in (Role.AUDITOR, Role.SITE_KEEPER):
        browser = signed_in(factories.person("Noor", role, email=f"{role}@people.example"))
        browser.raise_request_exception = False
        for route in ROWS:
            answer = browser.get(path_of(route, here))
            page = without_tokens(answer.getvalue().decode(errors="replace"))
            for kept in ("Ana", "555 0100", "7 Hill Road", "@people.example"):
                assert kept not in page, (role, route, kept)
            if role == Role.AUDITOR:
                for name in ("Rosa", "Sam", "Mallory"):
                    assert name not in page, (role, route, name)


@pytest.fixture
def carla_looked(here: scene.Scene) -> None:
    """Carla has looked at contact details, and Sam has; so the log has something to tell."""
    actions.contact_for_coordinator(here.open_need.ask, by=here.people["carla"])
    actions.contact_of_claim(here.claim, by=here.people["sam"])
