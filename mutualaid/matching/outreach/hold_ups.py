"""Why somebody who fits a need would not be invited to it at this moment, in words for a coordinator."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.matching.models import Match
from mutualaid.matching.outreach.pacing import availability, held, pace_of
from mutualaid.matching.search.invitation_history import NEVER, invitations_of
from mutualaid.people.models import BlockedContactPoint
from requests_app.models import Need


class HoldUp(TextChoices):
    """`BLOCKED` holds until the block ends, the others only against the site's own waves."""

    BLOCKED = (
        "blocked",
        _("A phone or e-mail of theirs is blocked, so nothing is sent there."),
    )
    ASKED_OFTEN = "asked_often", _("They were asked often of late, so they rest for now.")
    UNWILLING = (
        "unwilling",
        _("They do not want to be asked about needs like this. They find it on their page."),
    )
    ASLEEP = "asleep", _("It is their quiet time just now.")
    HELD = (
        "held",
        _("This need can wait a little, and other needs have few people but them."),
    )


def hold_ups(need: Need, matches: Iterable[Match]) -> dict[int, list[HoldUp]]:
    """Return what holds up each of these matches, by the id of its offer.

    It takes as many queries for one as for all, if their offers come with them.
    """
    matches = list(matches)
    pace, now = pace_of(need), clock.now()
    offers = [match.offer_id for match in matches]
    past = invitations_of(offers, now)
    when = availability(need, offers, now)
    waiting_back = held(need, matches, now)
    blocked = BlockedContactPoint.objects.users()
    return {
        match.offer_id: [
            hold_up
            for hold_up, holds in (
                (HoldUp.BLOCKED, match.offer.volunteer_id in blocked),
                (HoldUp.ASKED_OFTEN, not pace.may_invite(past.get(match.offer_id, NEVER))),
                (HoldUp.UNWILLING, match.offer_id in when.unwilling),
                (HoldUp.ASLEEP, match.offer_id in when.asleep),
                (HoldUp.HELD, match in waiting_back),
            )
            if holds
        ]
        for match in matches
    }
