"""Coordinators answer what other groups ask, and see where a need came from."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.partners.actions.answering import say_no, say_yes
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, Partner
from mutualaid.partners.states import DeclineReason, IncomingState, PartnerState
from mutualaid.partners.sweep import sweep
from mutualaid.people.models import User
from requests_app.actions import close_need, exclude
from requests_app.lifecycle.actors import coordinator
from requests_app.states import CloseReason
from tests.support import factories, referrals
from tests.support.referrals import anew

NEEDS = "/admin/partners/needs/"


@pytest.fixture
def crown(db: None) -> Partner:
    return referrals.partner()


def page_of(referral: IncomingReferral) -> str:
    return f"{NEEDS}{referral.pk}/"


def shown(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_list_shows_the_most_urgent_first_and_until_when(crown, carlas):
    soon = timezone.now() + timedelta(hours=3)
    for urgency, area, answer_by in [
        (2, "Later", timezone.now() + timedelta(days=3)),
        (2, "Sooner", soon),
        (4, "Urgent", timezone.now() + timedelta(days=5)),
    ]:
        referrals.asked(crown, urgency=urgency, area=area, answer_by=answer_by)
    page = shown(carlas, NEEDS)
    order = [page.index(area) for area in ("Urgent", "Sooner", "Later")]
    assert order == sorted(order)
    assert "answer by" in page
    assert "Crown Heights" in page


def test_the_list_asks_as_much_for_thirty_as_for_three(
    crown, carlas, django_assert_max_num_queries
):
    for _ in range(30):
        referrals.asked(crown)
    with django_assert_max_num_queries(16):
        carlas.get(NEEDS)


def test_a_yes_in_one_tap_where_kind_and_area_are_known(crown, carlas, carla):
    referral = referrals.asked(crown)
    page = shown(carlas, page_of(referral))
    assert "Which kind of help" not in page
    assert "555 0199" in page
    answer = carlas.post(page_of(referral), {"do": "yes"}, follow=True)
    assert "We said yes." in answer.content.decode()
    assert (anew(referral).state, anew(referral).answered_by) == (IncomingState.ACCEPTED, carla)


def test_a_coordinator_chooses_what_is_not_known_here(crown, carlas):
    referral = referrals.asked(crown, category="dragons", category_name="Dragons", area="Atlantis")
    area, kind = factories.locality("saltmarsh"), factories.category()
    factories.category("papers", sensitive=True)
    page = shown(carlas, page_of(referral))
    assert "Dragons" in page
    assert "We don't know this area." in page
    assert "Papers" not in page
    refused = carlas.post(page_of(referral), {"do": "yes", "locality": area.pk})
    assert refused.content.decode().count("Choose one.") == 1
    assert "<title>Error:" in refused.content.decode()
    assert anew(referral).state == IncomingState.ASKED
    chosen = {"do": "yes", "locality": area.pk, "category": kind.pk}
    carlas.post(page_of(referral), chosen)
    assert (anew(referral).category, anew(referral).locality) == (kind, area)


def test_a_no_needs_a_reason_and_any_is_fine(crown, carlas):
    referral = referrals.asked(crown)
    refused = carlas.post(page_of(referral), {"do": "no"})
    assert "<details open>" in refused.content.decode()
    assert not OutgoingMessage.objects.exists()
    carlas.post(page_of(referral), {"do": "no", "reason": "too_many"})
    assert (anew(referral).state, anew(referral).reason) == (IncomingState.DECLINED, "too_many")
    assert "we have too much to do already" in shown(carlas, page_of(referral))


@pytest.mark.parametrize("sent", [{"do": "yes"}, {"do": "no", "reason": "other"}])
def test_who_is_second_is_told_kindly(crown, carlas, sent):
    referral = referrals.asked(crown)
    form = carlas.get(page_of(referral))
    assert form.status_code == 200
    say_no(referral, DeclineReason.TOO_FAR, by=factories.person("Dora"))
    answer = carlas.post(page_of(referral), sent, follow=True)
    assert "Nothing was sent." in answer.content.decode()
    assert OutgoingMessage.objects.count() == 1


def test_after_its_time_there_is_no_yes(crown, carlas):
    referral = referrals.asked(crown)
    IncomingReferral.objects.update(answer_by=timezone.now() - timedelta(minutes=1))
    assert "Yes, we can help" not in shown(carlas, page_of(referral))
    answer = carlas.post(page_of(referral), {"do": "yes"}, follow=True)
    assert "Nothing was sent." in answer.content.decode()


def test_while_we_rest_nothing_can_be_answered(crown, carlas):
    referral = referrals.asked(crown)
    Partner.objects.update(state=PartnerState.PAUSED)
    page = shown(carlas, page_of(referral))
    assert "<form" not in page.partition('id="content"')[2].partition("</main>")[0]


def test_their_words_are_text_and_nothing_else(crown, carlas):
    referral = referrals.asked(
        crown, category="x", category_name="<script>alert(1)</script>", area="=1+1\u202e<b>"
    )
    for path in (NEEDS, page_of(referral)):
        page = shown(carlas, path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "\u202e" not in page


def test_languages_no_one_here_speaks_stand_by_their_codes(crown, carlas):
    referral = referrals.asked(crown, languages=("en", "tlh"))
    assert "tlh" in shown(carlas, page_of(referral))


def test_the_page_leads_to_the_need_and_the_need_says_who_to_call(crown, carlas, carla):
    here = referrals.received(crown, by=carla)
    need = f"/admin/requests_app/need/{here.need_id}/change/"
    assert need in shown(carlas, page_of(here))
    page = shown(carlas, need)
    assert "Crown Heights passed this need on to us." in page
    assert "555 0199" in page
    assert page_of(here) in page


def test_no_page_of_a_referral_names_the_neighbour(crown, carlas, carla):
    here = referrals.received(crown, by=carla)
    for path in (NEEDS, page_of(here)):
        page = shown(carlas, path)
        assert not [one for one in ("Noor", "0142", "Canal", "noor@", "pork") if one in page]


def test_what_became_of_it_is_told(crown, carlas, carla):
    here = referrals.received(crown, by=carla)
    IncomingReferral.objects.update(unknown_there_at=timezone.now())
    assert "They no longer know of this need" in shown(carlas, page_of(here))
    assert "We said yes." in shown(carlas, page_of(here))


def test_of_what_they_no_longer_know_the_board_says_so_until_it_is_over(crown, carlas, carla):
    here = referrals.received(crown, by=carla)
    assert "no longer know of" not in shown(carlas, "/admin/")
    IncomingReferral.objects.update(unknown_there_at=timezone.now())
    row = f'<a href="{NEEDS}"><strong>1</strong> need of a neighbouring group that they no longer'
    assert row in shown(carlas, "/admin/")
    assert "They no longer know of this need" in shown(carlas, NEEDS)
    assert here.need
    close_need(here.need, by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    assert "no longer know of" not in shown(carlas, "/admin/")


def test_a_coordinator_from_whom_it_is_kept_gets_no_link_of_the_team_chat(crown, carla):
    """They see it in the admin as any need; nothing is written to them about it."""
    here = referrals.accepted(crown, by=carla)
    referrals.comes(crown, referrals.contact_of(here.public_id, email=carla.email))
    sweep()
    need = anew(here).need
    exclude(need.ask, by=coordinator(carla), people=[carla])
    from mutualaid.notify.models import Notification

    assert not Notification.objects.filter(recipient=carla).exists()


@pytest.mark.parametrize("role", ["VOLUNTEER", "INTAKE", "AUDITOR", "SITE_KEEPER"])
def test_only_coordinators_see_and_answer(crown, signed_in, role):
    from mutualaid.people.models import Role

    referral = referrals.asked(crown)
    browser = signed_in(factories.person("Someone", Role[role]))
    for path in (NEEDS, page_of(referral)):
        assert browser.get(path).status_code in (302, 403)
        assert browser.post(path, {"do": "yes"}).status_code in (302, 403)
    assert anew(referral).state == IncomingState.ASKED


def test_without_partners_there_is_no_page(crown, carlas):
    referral = referrals.asked(crown)
    factories.set_policy(has_partners=False)
    for path in (NEEDS, page_of(referral)):
        assert carlas.get(path).status_code == 404
        assert carlas.post(path, {"do": "yes"}).status_code == 404
    assert "neighbouring group" not in shown(carlas, "/admin/")


def test_one_that_is_not_there_is_not_found(crown, carlas):
    assert carlas.get(f"{NEEDS}999/").status_code == 404


def test_the_board_says_how_many_wait_and_until_when(crown, carlas, carla):
    assert "needs of neighbouring groups wait for an answer" in shown(carlas, "/admin/")
    referral = referrals.asked(crown)
    page = shown(carlas, "/admin/")
    assert f'<a href="{NEEDS}"><strong>1</strong> need of a neighbouring group waits' in page
    assert "first by" in page
    say_yes(referral, by=carla)
    assert "first by" not in shown(carlas, "/admin/")


def test_a_get_answers_nothing(crown, carlas, carla: User):
    referral = referrals.asked(crown)
    carlas.get(page_of(referral) + "?do=yes")
    assert anew(referral).state == IncomingState.ASKED
