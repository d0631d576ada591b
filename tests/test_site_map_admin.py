"""The admin's part of the site map. Coordinators only; everyone else is led to the sign-in."""

import pytest

from mutualaid.matching.models import BacklogRun
from mutualaid.notify.models import Notification
from mutualaid.principles.models import Principle
from mutualaid.trials.models import Trial
from tests.support import scene, walking

# What a coordinator gets. A method other than GET brings the same, unless `POST` says otherwise.
STEPS = """
    ROUTE                            GET  POST
    /                                200  200
    /login/                          302  200
    /logout/                         302  302
    /password_change/                200  200
    /password_change/done/           200  405
    /autocomplete/                   403  405
    /jsi18n/                         200  405
    /r/<path:content_type_id>/<path:object_id>/                404 404
    /^(?P<app_label>policy|group|people|catalog|notify|resources|requests_app|offers_app|matching|trials|principles|partners|lending)/$  200 200
    /(?P<url>.*)$                    404  404
    /notify/notification/preview/                              200 200
    /requests_app/need/undo/<slug:code>/                     404 404
    /requests_app/need/<int:pk>/assign/                        200 200
    /requests_app/need/<int:pk>/split/                         200 200
    /requests_app/need/<int:pk>/helpers/                       200 200
    /requests_app/need/<int:pk>/same-need/                     200 200
    /requests_app/need/<int:pk>/invitations/                   200 200
    /requests_app/need/<int:pk>/volunteer/                     200 200
    /requests_app/need/<int:pk>/step/                          200 200
    /requests_app/need/<int:pk>/words/                         200 200
    /requests_app/need/<int:pk>/groups/                        404 404
    /find/                                                     200 200
    /call/                                                     200 200
    /cannot-come/<uuid:public_id>/                             200 302
    /review/                                                   200 302
    /health/                                                   200 302
    /winding-down/                                             200 405
    /winding-down/propose/                                     302 200
    /winding-down/<int:pk>/agree/                              404 404
    /winding-down/<int:pk>/call-off/                           404 404
    /winding-down/things.zip                                   200 405
    /partners/key/                                             404 404
    /partners/<int:pk>/heads.txt                               404 404
    /partners/partner/<int:pk>/compare/                        404 404
    /partners/partner/<int:pk>/agree/                          404 404
    /partners/partner/<int:pk>/pause/                          404 404
    /partners/partner/<int:pk>/resume/                         404 404
    /partners/partner/<int:pk>/end/                            404 404
    /partners/partner/<int:pk>/talked/                         404 404
    /partners/partner/<int:pk>/renamed/                        404 404
    /partners/needs/                                           404 404
    /partners/needs/<int:pk>/                                  404 404
    /many-hands/                                               404 404
    /many-hands/<int:pk>/hide/                                 404 404
    /together/                                                 404 404
    /together/propose/                                         404 404
    /together/two/<int:pk>/agree/                              404 404
    /together/two/<int:pk>/end/                                404 404
    /together/admit/                                           404 404
    /together/admissions/<int:pk>/take-back/                   404 404
    /imports/                                                  200 200
    /imports/<int:pk>/                                         200 302
    /imports/<int:pk>/corrections.csv                          200 200
    /duplicates/                                               200 200
    /duplicates/apart/                                         302 302
    /duplicates/undo/                                          302 302
    /sheets/needs.csv                                          200 200
    /sheets/needs.xlsx                                         200 200
    /sheets/asks.csv                                           200 200
    /sheets/asks.xlsx                                          200 200
    /sheets/offers.csv                                         200 200
    /sheets/offers.xlsx                                        200 200
    /sheets/people.csv                                         200 200
    /sheets/people.xlsx                                        200 200
    /export/contacts/                                          200 200
    /text/                                                     200 200
    /print/needs/                                              200 200
    /people/user/<int:pk>/route/                               200 200
    /requests_app/ask/<int:pk>/contact/                        200 200
    /requests_app/ask/<int:pk>/code/                           200 200
    /requests_app/ask/<int:pk>/call/                           200 200
    /requests_app/ask/<int:pk>/not-mine/                       200 200
    /requests_app/ask/<int:pk>/same-household/                 200 200
    /requests_app/ask/<int:pk>/not-one-household/              302 302
    /requests_app/ask/<int:pk>/different-people/               200 200
    /requests_app/ask/<int:pk>/not-different/                  200 200
    /notify/calltask/<int:pk>/outcome/                         200 200
    /people/user/<int:pk>/switch/                              200 302
    /people/user/<int:pk>/sessions/                            200 302
    /people/user/<int:pk>/email/                               200 200
    /people/user/<int:pk>/rights/                              200 200
    /people/twopersondecision/mine/                            200 200
    /people/stafflogentry/                                     200 200
    /people/user/<int:pk>/introduce/                           200 200
    /requests_app/need/<int:pk>/newcomers/                     200 302
    /matching/scoringweights/<path:object_id>/preview/         200 200
    /group/groupprofile/<path:object_id>/preview/              200 200
    /group/groupprofile/preview.css                            200 200
    /policy/policy/<path:object_id>/preview/                   200 200
    /trials/trial/start/<slug:what>/                           302 200
    /resources/resource/<int:pk>/checked/                      200 302
    /lending/thing/<int:pk>/withdraw/                          403 403
    /lending/thing/<int:pk>/helped/                            403 403
    /resources/check/                                          200 200
    /areas/outlines/                                           200 200
    /resources/hsds/                                           200 200
    /resources/hsds.json                                       200 200
"""  # noqa: E501  one address is long
MODELS = """
    MODEL                  list  add  change  delete  history
    people/user            200   403  200     403     200
    people/blockedcontactpoint  200   200  200     200     200
    catalog/category       200   200  200     200     200
    catalog/locality       200   200  200     200     200
    catalog/language       200   200  200     403     200
    notify/notification    200   403  200     403     200
    notify/calltask        200   403  200     403     200
    offers_app/offer       200   403  200     403     200
    requests_app/ask       200   403  200     403     200
    requests_app/need      200   302  200     403     200
    matching/scoringweights 200   403  200     403     200
    policy/policy          302  403  200     403     200
    group/groupprofile     302  403  200     403     200
    matching/backlogrun    200   403  200     403     200
    trials/trial           200   403  200     403     200
    people/twopersondecision    200  403  200  403     200
    resources/resource     200   200  200     200     200
    principles/principle   200   200  200     200     200
    partners/partner       404   404  404     403     404
    lending/thing          403   403  403     403     403
"""
PAGES = {
    "list": "/",
    "add": "/add/",
    "change": "/<path:object_id>/change/",
    "delete": "/<path:object_id>/delete/",
    "history": "/<path:object_id>/history/",
}


ONLY_LOOKED_AT = (
    "/admin/matching/backlogrun/<path:object_id>/change/",
    "/admin/trials/trial/<path:object_id>/change/",
    "/admin/people/blockedcontactpoint/<path:object_id>/change/",
    "/admin/people/twopersondecision/<path:object_id>/change/",
    "/admin/notify/notification/<path:object_id>/change/",
    "/admin/notify/calltask/<path:object_id>/change/",
)


def rows() -> dict[str, tuple[int, int]]:
    statuses_of = {}
    for line in STEPS.strip().splitlines()[1:]:
        route, get, post = line.split()
        statuses_of[f"/admin{route}"] = (int(get), int(post))
    for line in MODELS.strip().splitlines()[1:]:
        model, *statuses = line.split()
        statuses_of[f"/admin/{model}/<path:object_id>/"] = (302, 302)
        for page, status in zip(PAGES.values(), map(int, statuses), strict=True):
            statuses_of[f"/admin/{model}{page}"] = (status, status)
    statuses_of |= dict.fromkeys(ONLY_LOOKED_AT, (200, 403))
    return statuses_of


ROWS = rows()
(APP_LABELS,) = (row.removeprefix("/admin/") for row in ROWS if "app_label" in row)
DOORS = ("/account/login/", "/admin/login/")


@pytest.mark.one_database
def test_every_address_of_the_admin_has_a_row():
    assert {route for route in walking.routes() if route.startswith("/admin/")} == set(ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("route", ROWS)
def test_a_coordinator_gets_what_their_work_needs(route: str, here: scene.Scene):
    """Looking changes nothing, leads to a page, and no other method is a way around."""
    path = path_of(route, here)
    carla, nobody = (walking.client(here, who) for who in ("carla", "nobody"))
    get, post = ROWS[route]
    before = scene.record()
    assert walking.look(carla, path)["GET"] == get
    walking.look(nobody, path)
    assert scene.record() == before
    assert walking.try_out(carla, "POST", path).status_code == post


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("who", ["nobody", "rosa", "sam", "mallory"])
def test_nobody_else_gets_anything_of_the_admin(who: str, here: scene.Scene):
    browser = walking.client(here, who)
    before = scene.record()
    for route in ROWS.keys() - {"/admin/login/", "/admin/logout/"}:
        for method in ("GET", "POST"):
            answer = walking.try_out(browser, method, path_of(route, here))
            door = answer.headers["Location"].split("?")[0]
            assert (answer.status_code, door in DOORS) == (302, True), f"{method} {route}"
    assert scene.record() == before


@pytest.mark.one_database
@pytest.mark.slow
def test_no_form_of_another_site_reaches_the_admin(here: scene.Scene):
    browsers = walking.clients(here, enforce_csrf_checks=True)
    before = scene.record()
    for route in ROWS:
        for who in ("nobody", "carla"):
            assert browsers[who].post(path_of(route, here)).status_code == 403, (route, who)
    assert scene.record() == before


@pytest.mark.one_database
def test_a_coordinator_signs_in_by_the_same_door_as_everybody(here: scene.Scene):
    browsers = walking.clients(here)
    answer = browsers["nobody"].get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/?next=")
    assert browsers["sam"].get("/admin/login/").status_code == 403


def path_of(route: str, here: scene.Scene) -> str:
    ids = {
        "people/user": here.people["rosa"].pk,
        "people/blockedcontactpoint": here.blocked,
        "catalog/category": here.open_need.category_id,
        "catalog/locality": here.open_need.locality_id,
        "catalog/language": here.open_need.ask.languages.get().pk,
        "offers_app/offer": here.offer.pk,
        "requests_app/ask": here.open_need.ask_id,
        "requests_app/need": here.open_need.pk,
        "notify/notification": Notification.objects.earliest("pk").pk,
        "notify/calltask": here.call,
        "people/twopersondecision": here.decision,
        "matching/scoringweights": 1,
        "policy/policy": 1,
        "group/groupprofile": 1,
        "resources/resource": here.resource.pk,
        "matching/backlogrun": BacklogRun.objects.get().pk,
        "trials/trial": Trial.objects.get().pk,
        "principles/principle": Principle.objects.get().pk,
        "lending/thing": 1,
        "admin/imports": here.sheet,
        "admin/partners": 1,
    }
    named = {
        "<path:content_type_id>/<path:object_id>": "1/1",
        APP_LABELS: "people/",
        "(?P<url>.*)$": "nothing/here",
        "<slug:code>": "00000000",
        "<slug:what>": "policy",
        "<uuid:public_id>": str(here.claim.public_id),
    }
    for model, pk in ids.items():
        if f"/{model}/" in route:
            named |= {"<path:object_id>": str(pk), "<int:pk>": str(pk)}
    for pattern, value in named.items():
        route = route.replace(pattern, value)
    return route
