"""Every address × every person × every method. A new address without a row here fails."""

from urllib.parse import urlsplit

import pytest

from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.links.unsubscribe import unsubscribe_url
from tests.support import scene, walking
from tests.support.walking import EVERYBODY

# Who gets it: everybody | whoever is signed in | Sam, for the others it does not exist | …
# Outsiders are all but coordinators, who use the admin for what others asked.
# What the rest gets stands in REST. Of PUT and DELETE see below.
PAGES = """
    ROUTE                                               GET             POST
    /                                                   everybody:200   everybody:405
    /about/                                             everybody:200   everybody:405
    /data/                                              everybody:200   everybody:405
    /.well-known/security.txt                           everybody:200   everybody:405
    /manifest.webmanifest                               everybody:200   everybody:405
    /worker.js                                          everybody:200   everybody:405
    /offline/                                           everybody:200   everybody:405
    /home-screen/                                       everybody:200   everybody:405
    /leave/                                             everybody:302   everybody:302
    /language/                                          everybody:302   everybody:302
    /group/<slug:digest>.css                            everybody:200   everybody:405
    /group/<slug:digest>/<slug:kind>.png                everybody:404   everybody:405
    /healthz                                            everybody:200   everybody:405
    /readyz                                             everybody:200   everybody:405
    /metrics                                            everybody:404   everybody:405
    /numbers/                                           everybody:200   everybody:405
    /numbers/numbers.csv                                everybody:200   everybody:405
    /numbers/money.csv                                  everybody:404   everybody:405
    /numbers/numbers.json                               everybody:200   everybody:405
    /record/                                            everybody:404   everybody:405
    /record/seals.jsonl                                 everybody:404   everybody:405
    /record/seals.py                                    everybody:404   everybody:405
    /record/<int:number>/                               everybody:404   everybody:405
    /record/<int:number>/seal.jsonl                     everybody:404   everybody:405
    /winding-down/                                      everybody:200   everybody:405
    /principles/                                        everybody:404   everybody:405
    /near/                                              everybody:200   everybody:405
    /near/<uuid:public_id>/                             everybody:200   everybody:405
    /near/<uuid:public_id>/wrong/                       everybody:200   everybody:200
    /decisions/                                         everybody:404   everybody:404
    /decisions/agreed/                                  everybody:404   everybody:404
    /decisions/code/                                    everybody:404   everybody:404
    /decisions/code/open/                               everybody:404   everybody:404
    /decisions/code/<uuid:public_id>/                   everybody:404   everybody:404
    /decisions/vouch/                                   everybody:404   everybody:404
    /decisions/propose/forget/                          everybody:404   everybody:404
    /decisions/propose/keep/<int:pk>/                   everybody:404   everybody:404
    /decisions/propose/<slug:name>/                     everybody:404   everybody:404
    /decisions/<uuid:public_id>/                        everybody:404   everybody:404
    /need/<str:token>/decisions/                        everybody:404   everybody:404
    /need/<str:token>/decisions/<uuid:public_id>/       everybody:404   everybody:404
    /pot/                                               members:404     members:404
    /pot/people/                                        members:404     members:404
    /pot/people/ready/                                  members:404     members:404
    /pot/entries/                                       members:404     members:404
    /pot/entries/new/                                   members:404     members:404
    /pot/entries/<uuid:public_id>/                      members:404     members:404
    /pot/pots/                                          members:404     members:404
    /pot/pots/<int:pk>/                                 members:404     members:404
    /pot/pots/<int:pk>/pledge/                          members:404     members:404
    /pot/ask/<slug:way>/                                members:404     members:404
    /pot/mine/<uuid:public_id>/                         members:404     members:404
    /pot/mine/<uuid:public_id>/change/                  members:404     members:404
    /pot/mine/<uuid:public_id>/photo/                   members:404     members:404
    /pot/mine/<uuid:public_id>/spent/                   members:404     members:404
    /pot/mine/<uuid:public_id>/withdraw/                members:404     members:404
    /pot/mine/<uuid:public_id>/answer/                  members:404     members:404
    /pot/receipt/<uuid:public_id>.jpg                   members:404     members:404
    /pot/waiting/                                       members:404     members:404
    /pot/waiting/again/                                 members:404     members:404
    /pot/waiting/<uuid:public_id>/                      members:404     members:404
    /pot/waiting/<uuid:public_id>/<pot_step:step>/      members:404     members:404
    /need/<str:token>/money/ask/                        everybody:404   everybody:404
    /need/<str:token>/money/<uuid:public_id>/           everybody:404   everybody:404
    /need/<str:token>/groups/<uuid:public_id>/          everybody:404   everybody:404
    /board/                                             everybody:200   everybody:405
    /board/text/                                        everybody:200   everybody:405
    /ask/                                               everybody:302   everybody:405
    /ask/forget/                                        everybody:302   everybody:302
    /ask/leave-out/<int:thing>/                         everybody:302   everybody:302
    /ask/<slug:name>/                                   everybody:200   everybody:200
    /need/find/                                         outsiders:200   outsiders:200
    /need/lost/                                         everybody:200   everybody:200
    /need/lost/sent/                                    everybody:200   everybody:405
    /need/<str:token>/                                  outsiders:200   everybody:405
    /need/<str:token>/new-link/                         outsiders:200   outsiders:302
    /need/<str:token>/send/                             everybody:302   outsiders:302
    /need/<str:token>/change/                           outsiders:200   everybody:405
    /need/<str:token>/change/<slug:thing>/              outsiders:200   outsiders:200
    /need/<str:token>/add/                              outsiders:200   outsiders:200
    /need/<str:token>/not/<uuid:claim>/                 outsiders:200   outsiders:302
    /need/<str:token>/data/                             outsiders:200   everybody:405
    /need/<str:token>/data/download/                    everybody:302   outsiders:200
    /need/<str:token>/data/erase/                       everybody:302   outsiders:302
    /need/<str:token>/<uuid:need>/change/               outsiders:200   everybody:405
    /need/<str:token>/<uuid:need>/change/<slug:thing>/  outsiders:200   outsiders:200
    /need/<str:token>/<uuid:need>/withdraw/sure/        outsiders:200   everybody:405
    /need/<str:token>/<uuid:need>/stop/                 outsiders:302   everybody:405
    /need/<str:token>/<uuid:need>/<need_step:step>/     everybody:302   outsiders:302
    /claims/<uuid:public_id>/                           sam:200         members:405
    /claims/<uuid:public_id>/contact/                   members:302     sam:200
    /claims/<uuid:public_id>/in-touch/                  members:302     sam:302
    /claims/<uuid:public_id>/day/                       members:302     sam:200
    /claims/<uuid:public_id>/done/                      members:302     sam:302
    /claims/<uuid:public_id>/release/                   members:302     sam:302
    /offer/                                             givers:200      everybody:405
    /offer/forget/                                      everybody:302   everybody:302
    /offer/again/                                       members:302     helpers:302
    /offer/change/<slug:name>/                          givers:200      givers:200
    /offer/<slug:name>/                                 offerless:200   everybody:200
    /me/                                                members:200     members:405
    /me/asks/<uuid:public_id>/                          members:302     rosa:302
    /me/calendar/                                       members:302     members:200
    /me/calendar/stop/                                  members:302     members:302
    /me/route/                                          members:200     members:200
    /me/vouch/                                          members:200     members:200
    /hours/                                             members:404     members:404
    /hours/note/                                        members:404     members:404
    /hours/help/<uuid:public_id>/                       members:404     members:404
    /hours/<uuid:public_id>/                            members:404     members:404
    /calls/                                             members:404     members:404
    /calls/<uuid:public_id>/                            members:404     members:404
    /group.json                                         everybody:404   everybody:405
    /things/                                            everybody:404   everybody:405
    /things/mine/                                       members:404     members:404
    /things/add/                                        members:404     members:404
    /things/wish/<uuid:public_id>/                      members:404     members:404
    /things/loan/<uuid:public_id>/                      members:404     members:404
    /things/<uuid:public_id>/                           everybody:404   everybody:404
    /things/<uuid:public_id>/change/                    members:404     members:404
    /things/<uuid:public_id>/near/                      members:404     members:404
    /things/<uuid:public_id>/do/                        members:404     members:404
    /need/<str:token>/loan/<uuid:public_id>/            everybody:404   everybody:404
    /calendar/<str:token>.ics                           everybody:200   everybody:405
    /offer/pause/                                       members:302     helpers:302
    /offer/keep/                                        members:302     helpers:302
    /offer/stop/                                        members:302     helpers:302
    /offer/resume/                                      members:302     helpers:302
    /help/                                              members:200     members:405
    /help/<uuid:public_id>/                             sam:200         members:405
    /help/<uuid:public_id>/yes/                         members:302     sam:302
    /help/<uuid:public_id>/no/                          members:302     sam:302
    /help/<uuid:public_id>/thinking/                    members:302     sam:302
    /help/again/<int:pk>/                               members:302     sam:302
    /help/need/<uuid:public_id>/                        unmatched:200   members:405
    /help/need/<uuid:public_id>/ask/                    members:302     members:302
    /account/data/                                      members:200     members:405
    /account/data/download/                             members:302     members:200
    /account/data/erase/                                members:302     members:302
    /messages/                                          members:200     members:200
    /messages/devices/                                  members:302     members:302
    /messages/phone/                                    members:302     members:200
    /messages/phone/code/                               members:302     members:302
    /m/<str:token>/                                     everybody:200   everybody:200
    /m/off/<str:token>/                                 everybody:200   everybody:200
    /texts/                                             everybody:302   everybody:403
    /partners/inbox/                                    everybody:404   everybody:404
    /.well-known/mutualaid                              everybody:404   everybody:404
    /account/login/                                     nobody:200      nobody:200
    /account/logout/                                    members:200     everybody:302
    /account/inactive/                                  everybody:200   everybody:405
    /account/signup/                                    nobody:200      nobody:200
    /account/signup/code/                               everybody:302   everybody:302
    /account/reauthenticate/                            members:302     members:302
    /account/reauthenticate/code/                       members:200     members:200
    /account/second-factor/                             members:200     members:405
    /account/second-factor/go-on/                       members:302     members:405
    /account/typed/                                     members:200     members:405
    /account/sign-out-everywhere/                       members:302     members:302
    /account/ways/                                      members:200     members:405
    /account/ways/authenticate/                         everybody:302   everybody:302
    /account/ways/reauthenticate/                       members:302     members:302
    /account/ways/totp/activate/                        members:200     members:200
    /account/ways/totp/deactivate/                      members:404     members:404
    /account/ways/recovery-codes/                       members:404     members:405
    /account/ways/recovery-codes/generate/              members:200     members:200
    /account/ways/recovery-codes/download/              members:404     members:404
    /account/ways/webauthn/                             members:200     members:405
    /account/ways/webauthn/add/                         members:200     members:200
    /account/ways/webauthn/reauthenticate/              members:302     members:302
    /account/ways/webauthn/keys/<int:pk>/remove/        members:404     members:404
    /account/ways/webauthn/keys/<int:pk>/edit/          members:404     members:404
    /account/ways/webauthn/login/                       everybody:302   everybody:302
    /account/email/                                     members:200     members:302
    /account/confirm-email/                             everybody:302   everybody:302
    /account/password/change/                           everybody:302   everybody:302
    /account/password/set/                              members:200     members:200
    /account/password/reset/                            everybody:200   everybody:200
    /account/password/reset/done/                       everybody:200   everybody:405
    /account/password/reset/key/done/                   everybody:200   everybody:405
    /account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$   everybody:200 everybody:200
    /account/login/code/                                everybody:302   everybody:302
    /account/login/code/confirm/                        everybody:302   everybody:302
"""
LINES = [line.split() for line in PAGES.strip().splitlines()[1:]]
ROWS = {route: {"GET": get, "POST": post} for route, get, post in LINES}
WHO = {
    "everybody": EVERYBODY,
    "outsiders": ("nobody", "rosa", "sam", "mallory"),
    "nobody": ("nobody",),
    "members": ("rosa", "sam", "carla", "mallory"),
    "helpers": ("sam", "mallory"),
    "givers": ("sam", "mallory"),
    "offerless": ("nobody", "rosa", "carla"),
    "sam": ("sam",),
    "rosa": ("rosa",),
    "carla": ("carla",),
    "unmatched": ("rosa", "carla", "mallory"),
}
REST = {
    "outsiders": 403,
    "sam": 404,
    "rosa": 404,
    "carla": 404,
    "helpers": 404,
    "givers": 302,
    "offerless": 302,
    "unmatched": 302,
    "nobody": 302,
    "members": 302,
}
"""For whoever is signed in. Nobody at all is led to the sign-in."""
BY_SIGNATURE = {"/partners/inbox/": 404}
"""What no cookie speaks for, and what it answers: here no group works with another."""


@pytest.mark.one_database
def test_every_address_has_a_row():
    ours = {route for route in walking.routes() if not route.startswith("/admin/")}
    assert ours == set(ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("route", ROWS)
def test_everybody_gets_what_is_meant_for_them(route: str, here: scene.Scene):
    """Looking changes nothing, leads to a page, and no other method is a way around."""
    path = path_of(route, here)
    browsers = walking.clients(here)
    before = scene.record()
    with walking.rolled_back():  # looks are counted where too many are refused
        for who, browser in browsers.items():
            statuses = walking.look(browser, path)
            assert statuses["GET"] == statuses["HEAD"] == expected(route, "GET", who), who
        assert scene.record() == before
    for who, browser in browsers.items():
        answer = walking.try_out(browser, "POST", path)
        assert answer.status_code == expected(route, "POST", who), who


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("route", ROWS)
def test_nothing_is_written_for_a_form_of_another_site(route: str, here: scene.Scene):
    path = path_of(route, here)
    browsers = walking.clients(here, enforce_csrf_checks=True)
    before = scene.record()
    for who, client in browsers.items():
        assert client.post(path).status_code == BY_SIGNATURE.get(route, 403), who
    assert scene.record() == before


@pytest.mark.one_database
def test_who_is_not_signed_in_is_led_to_the_sign_in(here: scene.Scene):
    for route, row in ROWS.items():
        if row["GET"].startswith(("members", "sam", "helpers", "unmatched")):
            path = path_of(route, here)
            answer = walking.client(here, "nobody").get(path)
            if not route.startswith("/account/"):
                assert answer.headers["Location"] == f"/account/login/?next={path}"


def expected(route: str, method: str, who: str) -> int:
    meant_for, status = ROWS[route][method].split(":")
    if who in WHO[meant_for]:
        return int(status)
    return 302 if who == "nobody" else REST[meant_for]


def path_of(route: str, here: scene.Scene) -> str:
    """The address behind a route, for what is Sam's in this scene."""
    row_of_sam = here.claim if route.startswith("/claims/") else here.match
    named = {
        "/need/<uuid:public_id>": f"/need/{here.open_need.public_id}",
        "/near/<uuid:public_id>": f"/near/{here.resource.public_id}",
        "/me/asks/<uuid:public_id>": f"/me/asks/{here.claim.need.ask.public_id}",
        "/calendar/<str:token>": f"/calendar/{here.calendar}",
        "<uuid:public_id>": str(row_of_sam.public_id),
        "<int:thing>": "1",
        "<int:number>": "1",
        "<uuid:claim>": str(here.claim.public_id),
        "<uuid:need>": str(here.claim.need.public_id),
        "/m/<str:token>/": urlsplit(one_tap_url("need_no", here.match.pk, here.people["sam"])).path,
        "/m/off/<str:token>/": urlsplit(
            unsubscribe_url("invitations", "email", here.people["sam"].pk, "")
        ).path,
        "<int:pk>": str(here.ruled_out),
        "<str:token>": here.token,
        "<slug:name>": "what",
        "<slug:digest>": "0000",
        "<slug:kind>": "page",
        "<slug:way>": "back",
        "<slug:thing>": "where" if "<uuid:need>" in route else "languages",
        "<need_step:step>": "withdraw",
        "<pot_step:step>": "approve",
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-set/",
    }
    for pattern, value in named.items():
        route = route.replace(pattern, value)
    return route
