"""Who hears in a digest is invited beside the wave; who wishes for no invitation is in no wave."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach import match_need
from mutualaid.notify.models import Notification
from requests_app.models import Need
from tests.support import factories
from tests.support.people import rows, wishes

pytestmark = pytest.mark.django_db
URGENT = 4


def volunteers(many: int, **preferences: object) -> None:
    for _ in range(many):
        person = factories.person()
        wishes(person, **preferences)
        factories.offer(by=person)


def look(need: Need) -> None:
    """The next look for someone is now."""
    Need.objects.filter(pk=need.pk).update(match_due_at=timezone.now() - timedelta(seconds=5))
    match_need.match_need(need.pk)


def invited(need: Need) -> list[str]:
    """When those who were invited wish to hear of it."""
    notified = need.matches.filter(state="notified")
    return sorted(notified.values_list("offer__volunteer__preferences__pace", flat=True))


def test_a_wave_is_as_large_as_if_those_who_hear_later_were_not_there():
    factories.set_policy(wave_chances=[0.25] * 4)
    volunteers(4, pace="weekly")
    volunteers(4, pace="at_once")
    need = factories.need()
    look(need)
    assert invited(need) == ["at_once"] * 2 + ["weekly"] * 2


def test_no_wave_waits_for_someone_who_has_not_heard_yet():
    volunteers(2, pace="daily")
    need = factories.need()
    look(need)
    assert invited(need) == ["daily", "daily"]
    assert NeedSearch.objects.get().handed_over_at, "a coordinator has it meanwhile"


def test_while_someone_has_not_heard_yet_no_one_says_that_all_were_invited(settings):
    settings.TEAM_CHAT_URLS = ["json://127.0.0.1:9/"]
    volunteers(1, pace="daily")
    need = factories.need()
    for _ in range(2):
        look(need)
    assert not Notification.objects.filter(kind="team_chat_all_invited").exists()
    Notification.objects.filter(kind="need_digest").update(state="cancelled")
    look(need)
    assert Notification.objects.filter(kind="team_chat_all_invited").count() == 1


def test_what_is_needed_today_all_of_them_hear_at_once():
    factories.set_policy(wave_chances=[0.25] * 4)
    volunteers(4, pace="weekly")
    need = factories.need(urgency=URGENT)
    look(need)
    assert invited(need) == ["weekly"] * 2
    assert set(Notification.objects.values_list("kind", flat=True)) == {"need_fits"}


@pytest.mark.parametrize(
    "nothing",
    [
        {"ways": {"invitations": [], "urgent": [], "tasks": ["email"]}},
        {"max_invitations_per_week": 0},
        {"ways": {"invitations": []}},
    ],
    ids=str,
)
@pytest.mark.parametrize("urgency", [2, URGENT])
def test_who_wishes_for_no_invitation_is_in_no_wave_and_finds_it_on_their_page(
    sam, signed_in, nothing, urgency
):
    wishes(sam, **nothing)
    factories.offer(by=sam)
    need = factories.need(urgency=urgency)
    look(need)
    assert Match.objects.get().state == "suggested"
    assert not Notification.objects.filter(recipient=sam).exists()
    assert str(Match.objects.get().public_id) in signed_in(sam).get("/help/").content.decode()


def test_who_wants_only_urgent_invitations_gets_only_those(sam):
    wishes(sam, ways={"invitations": [], "urgent": ["email"], "tasks": []})
    factories.offer(by=sam)
    calm, urgent = factories.need(), factories.need(urgency=URGENT)
    for need in (calm, urgent):
        look(need)
    assert [need.matches.get().state for need in (calm, urgent)] == ["suggested", "notified"]


def test_who_chose_no_channel_of_invitations_has_the_usual_ones(sam):
    wishes(sam, ways={"tasks": ["email"]})
    factories.offer(by=sam)
    need = factories.need()
    look(need)
    assert need.matches.get().state == "notified"
    assert rows("need_fits") == {"email": "waiting"}


def test_who_never_said_what_they_wish_is_invited(sam):
    factories.offer(by=sam)
    need = factories.need()
    look(need)
    assert need.matches.get().state == "notified"
