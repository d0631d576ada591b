"""Whatever is typed on any page of decisions: never a fault of ours, and nothing is written of it."""

from collections.abc import Iterator

import pytest
from django.test import Client

from mutualaid.decisions.models import Decision, NeighbourAnswer, Say
from mutualaid.people.models import RateLimitWindow, Role
from mutualaid.policy.admin import GROUPS
from requests_app.access.links import make_link
from tests.support import factories, voting
from tests.support.nonsense import VALUES
from tests.support.signing_in import sign_in
from tests.support.voting import member, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WAVES = next(str(n) for n, (_t, names) in enumerate(GROUPS) if "wave_chance_low" in names)
QUIET = next(str(n) for n, (_t, names) in enumerate(GROUPS) if "quiet_from" in names)
ALLOWED = {200, 302, 404}


@pytest.fixture
def browser(db: None) -> Client:
    voting.together()
    factories.set_points()
    return sign_in(Client(), member("Carla", Role.COORDINATOR))


def up_to(browser: Client, kind: str, *names: str, group: str = "") -> None:
    typed = {"what": {"kind": kind}, "group": {"group": group}, "which": {"names": list(names)}}
    for page in ("what", "group", "which") if names else ("what",):
        browser.post(f"/decisions/propose/{page}/", typed[page])


def questions(browser: Client) -> Iterator[tuple[str, str]]:
    """Yield the page and the field of each question that a proposal may ask, once it is asked."""
    up_to(browser, "policy", "wave_chance_low", "wave_minutes_low", group=WAVES)
    for page, field in (("group", "group"), ("which", "names"), ("values", "wave_chance_low")):
        yield page, field
        up_to(browser, "policy", "wave_chance_low", "wave_minutes_low", group=WAVES)
    yield "values", "wave_minutes_low"
    up_to(browser, "policy", "quiet_from", group=QUIET)
    yield "values", "quiet_from"
    up_to(browser, "points")
    yield "values", "near"
    up_to(browser, "agreement")
    for page, field in (("values", "replaces"), ("why", "why"), ("review", "review_on")):
        yield page, field
    yield "what", "kind"


def test_a_proposal_is_asked_for_in_any_words(browser):
    for page, field in questions(browser):
        for value in VALUES:
            answered = browser.post(f"/decisions/propose/{page}/", {field: value})
            assert answered.status_code in ALLOWED, (page, field, value)
            if answered.status_code == 302:  # it was kept
                assert browser.get(f"/decisions/propose/{page}/").status_code in ALLOWED
    assert not Decision.objects.exists()


def test_answers_codes_and_addresses_in_any_words(browser):
    decision, nobody = proposed(member()), Client()
    link = f"/need/{make_link(factories.ask())}/decisions/{decision.public_id}/"
    forms = (
        (browser, f"/decisions/{decision.public_id}/", "answer"),
        (nobody, link, "answer"),
        (nobody, "/decisions/code/", "code"),
        (browser, "/decisions/vouch/", "code"),
    )
    for value in VALUES:
        RateLimitWindow.objects.all().delete()
        for client, path, field in forms:
            typed = {field: value, "sure": value}
            assert client.post(path, typed).status_code in ALLOWED, (path, value)
        for path in ("/decisions/", "/decisions/agreed/"):
            assert browser.get(path, {"page": value}).status_code in ALLOWED, (path, value)
    assert not Say.objects.exclude(answer="").exists()
    assert not NeighbourAnswer.objects.exists()
