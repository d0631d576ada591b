"""What a change of a need, an ask or a group means at once for what the group is asked about.

The rows are locked already by whoever changes them, but for `end_all_with`.
"""

from collections.abc import Collection

from mutualaid.partners import rules
from mutualaid.partners.actions.ending_referral import end_referral, erase_there
from mutualaid.partners.actions.referring import lock_need_of, send_contact
from mutualaid.partners.models import OutgoingReferral, Partner
from mutualaid.partners.notifications.outgoing import tell_could_not
from mutualaid.partners.states import HELP_THERE, LIVE_OUTGOING, TakenBack
from requests_app.models import Ask, Need

TOLD = {
    "name", "phone", "email", "address", "channels", "times", "no_voicemail", "language", "asked_by",
    "whom_to_call",
}  # fmt: skip
"""Fields of an ask that a group learns."""


def is_told(fields: Collection[str]) -> bool:
    """Whether a group that helps learns one of these fields of an ask."""
    return not TOLD.isdisjoint(fields)


def take_back_all_of(needs: Collection[Need]) -> None:
    """Take back what groups are asked about needs that go on here, or are over."""
    rows = OutgoingReferral.objects.filter(need__in=needs)
    for referral in rows.live().select_related("partner").order_by("pk"):
        end_referral(referral, "withdraw", reason=TakenBack.NEED, next_due=False)
    rows.filter(next_due=True).update(next_due=False)


def take_back_if_not_allowed(need: Need) -> None:
    """Take back what a group is asked about a need that may not go out any more."""
    rows = OutgoingReferral.objects.live().filter(need=need).select_related("partner")
    for referral in rows:
        if not rules.may_stay_asked(need):
            end_referral(referral, "withdraw", reason=TakenBack.RULES)


def follow_ask(ask: Ask, *, contact_changed: bool) -> None:
    """Take back what may not be asked any more; else tell the groups that help how to reach them now."""
    rows = OutgoingReferral.objects.live().filter(need__ask=ask).select_related("partner", "need")
    for referral in rows.order_by("need"):
        if referral.need and not rules.may_stay_asked(referral.need):
            end_referral(referral, "withdraw", reason=TakenBack.RULES)
        elif contact_changed and referral.state in HELP_THERE:
            send_contact(referral)


def erase_with(need_ids: Collection[int]) -> None:
    """Let groups erase what they were told of needs that are about to be erased here."""
    rows = OutgoingReferral.objects.filter(need__in=need_ids).select_related("partner")
    for referral in rows.order_by("pk"):
        if referral.state in LIVE_OUTGOING:
            end_referral(referral, "withdraw", reason=TakenBack.NEED, next_due=False)
        elif referral.contact_sent_at:
            erase_there(referral)


def end_all_with(partner: Partner) -> None:
    """Take back all that a group is asked, as we do not help each other any more."""
    rows = OutgoingReferral.objects.live().filter(partner=partner).select_related("partner")
    for referral in rows.order_by("need"):
        lock_need_of(referral)
        was_helping = referral.state in HELP_THERE
        if referral.state in LIVE_OUTGOING:
            end_referral(referral, "withdraw", reason=TakenBack.PARTNER)
            if was_helping:
                tell_could_not(referral)
