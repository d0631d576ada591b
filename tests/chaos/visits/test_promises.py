"""Each promise that is counted after the storm of visits can be broken, and is named then."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role, User
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails, claim_need, publish_need
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Claim, Exclusion, Need, PrivateLink
from tests.chaos.visits.mail import BAD
from tests.chaos.visits.promises import Outcome, not_kept
from tests.load.table import Seen
from tests.support import factories

pytestmark = pytest.mark.django_db
EMAIL = "visitor-1@people.example"
CONTACT = ContactDetails(name="Ana", email=EMAIL)


@pytest.fixture
def outcome() -> Outcome:
    """Of one who asked for two helpers and two who said yes, with all mails delivered."""
    mallory = factories.person("Mallory")
    need = factories.need(
        contact=CONTACT, helpers_wanted=2, keep_from_contact_points=[mallory.email]
    )
    publish_need(need, by=coordinator(factories.person("Carla", Role.COORDINATOR)))
    matches = [_match(need) for _ in range(2)]
    NeedSearch.objects.update_or_create(need=need, defaults={"candidates": 2})
    for match in matches:
        claim_need(need, by=match.offer.volunteer, weekly_limit=2)
    for _ in range(3):
        sweep()
    recipients = {letter.extra_headers["Message-ID"]: letter.to[0] for letter in mail.outbox}
    link = {"link": f"/need/{make_link(need.ask)}/", "keep_from": str(mallory.email)}
    return Outcome(
        receipts=[link, *({"yes": str(match.public_id)} for match in matches)],
        seen=[Seen(1, "GET /ask/", 9, ""), Seen(2, "GET /ask/", 9, "503 and not 'Who'")],
        copies=dict.fromkeys(recipients, 1),
        recipients=recipients,
        answers=dict.fromkeys(BAD, 1),
        in_doubt={},
        in_hand={},
        kept_away=mallory,
        unsettled=[],
        settles_within=120,
        missing=[],
        is_back=True,
        faults=[],
    )


def _match(need: Need, by: User | None = None) -> Match:
    offer = factories.offer(by=by)
    return Match.objects.update_or_create(
        need=need,
        offer=offer,
        defaults={"score": 90, "state": "notified", "invited_at": timezone.now()},
    )[0]


def a_mail(outcome: Outcome) -> str:
    return next(iter(outcome.copies))


def invite_whom_it_is_kept_from(outcome: Outcome) -> None:
    _match(Need.objects.get(), outcome.kept_away)


IN_ROWS: dict[str, Callable[[Outcome], object]] = {
    "each ask that a page confirmed is there": lambda _: PrivateLink.objects.all().delete(),
    "an ask that was sent again is there once": lambda _: factories.need(contact=CONTACT),
    "each yes that a page confirmed holds": lambda _: Claim.objects.last().delete(),
    "no place is taken twice": lambda _: Need.objects.update(helpers_wanted=1),
    "each ask and each yes is told": lambda _: Notification.objects.filter(kind="claim_made").delete(),
    "no message that was handed over is lost": lambda _: Notification.objects.update(
        state="failed", sent_at=None
    ),
    "who must not find out does not": invite_whom_it_is_kept_from,
    "someone is found where another must not know": lambda _: NeedSearch.objects.all().delete(),
}  # fmt: skip
IN_WHAT_CAME: dict[str, Callable[[Outcome], Outcome]] = {
    "no message that was handed over is lost": lambda all_came: replace(
        all_came,
        copies={message: 1 for message in all_came.copies if message != a_mail(all_came)},
    ),
    "no message comes twice but one in doubt": lambda once: replace(
        once, copies={**once.copies, a_mail(once): 2}
    ),
    "each mail goes to whom it is for": lambda right: replace(
        right, recipients={**right.recipients, a_mail(right): "eve@people.example"}
    ),
    "all that is due is settled within 120 s": lambda settled: replace(
        settled, unsettled=["need 1 not looked at"]
    ),
    "a page that cannot do it says so": lambda fine: replace(
        fine, seen=[Seen(1, "POST /ask/", 9, "500 and not 'We have your ask'")]
    ),
    "someone walks each way to its end": lambda walked: replace(walked, missing=["Asker"]),
    "the site is back": lambda back: replace(back, is_back=False),
    "people have asked and said yes": lambda both: replace(both, receipts=both.receipts[:1]),
    "the mail server was in every mood": lambda moody: replace(moody, answers={}),
}


def test_all_are_kept_where_nothing_is_wrong(outcome: Outcome) -> None:
    assert not_kept(outcome) == []


@pytest.mark.parametrize("promise", IN_ROWS)
def test_one_that_the_rows_break_is_named(outcome: Outcome, promise: str) -> None:
    IN_ROWS[promise](outcome)
    assert promise in {broken.rpartition(":")[0] for broken in not_kept(outcome)}


@pytest.mark.parametrize("promise", IN_WHAT_CAME)
def test_one_that_what_came_breaks_is_named(outcome: Outcome, promise: str) -> None:
    changed = IN_WHAT_CAME[promise](outcome)
    assert [broken.rpartition(":")[0] for broken in not_kept(changed)] == [promise]


def test_a_copy_of_what_the_mail_server_left_in_doubt_is_no_fault(outcome: Outcome) -> None:
    copies, in_doubt = {**outcome.copies, a_mail(outcome): 2}, {a_mail(outcome): 1}
    assert not_kept(replace(outcome, copies=copies, in_doubt=in_doubt)) == []
    copies[a_mail(outcome)] = 3
    assert not_kept(replace(outcome, copies=copies, in_doubt=in_doubt)) == [
        "no message comes twice but one in doubt: 1 times"
    ]


def test_who_is_kept_from_no_one_is_named(outcome: Outcome) -> None:
    Exclusion.objects.all().delete()
    assert "who must not find out does not: 1 times" in not_kept(outcome)


def test_a_page_of_an_ask_that_says_something_else_is_a_fault(outcome: Outcome) -> None:
    seen = [Seen(1, "POST /ask/check/", 9, "200 and not 'We have your ask'")]
    assert not_kept(replace(outcome, seen=seen)) == ["a page that cannot do it says so: 1 times"]
    taken = [Seen(1, "GET /help/<id>/", 9, "200 and not 'Why you'")]
    assert not_kept(replace(outcome, seen=taken)) == []
