"""How it stands with a need that a neighbouring group is asked about, in sentences to the neighbour."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.local_time import format_day, moment_in_words
from mutualaid.partners.models import OutgoingReferral
from mutualaid.partners.states import OutgoingState
from mutualaid.promises import PROMISES

O = OutgoingState  # noqa: E741
SENTENCES: Mapping[str, StrOrPromise] = {
    O.ASKED: _(
        "We asked {group} on {day} whether someone there can help. They have until {until} to answer."
    ),
    O.DECLINED: _("No one at {group} can help with it just now."),
    O.SILENT: _("No answer came in time, so {group} isn't asked any more."),
    O.ACCEPTED: _(
        "Someone at {group} can help. Do you want that? You have until {until} to answer."
    ),
    O.NOT_WANTED: _("You said no, so {group} isn't asked any more."),
    O.AGREED: _("You said yes. {group} is looking for someone who will get in touch with you."),
    O.TAKEN: _("Someone from {group} is coming, and will get in touch with you."),
    O.DONE: _("{group} says it's done. They ask you whether it arrived."),
    O.CONFIRMED: _("The help from {group} arrived."),
    O.UNMET: _("{group} couldn't help after all. We're sorry."),
    O.NOT_NEEDED: _("It isn't needed any more. {group} knows."),
    O.WITHDRAWN: _("It was taken back, so {group} isn't asked any more."),
}
ICONS: Mapping[str, str] = {
    O.ASKED: "clock",
    O.DECLINED: "cancelled",
    O.SILENT: "lapsed",
    O.ACCEPTED: "alert",
    O.NOT_WANTED: "cancelled",
    O.AGREED: "check",
    O.TAKEN: "claimed",
    O.DONE: "delivered",
    O.CONFIRMED: "confirmed",
    O.UNMET: "cancelled",
    O.NOT_NEEDED: "cancelled",
    O.WITHDRAWN: "cancelled",
}
ANSWERED: Mapping[str, StrOrPromise] = {
    O.AGREED: _("You said yes to {group} already."),
    O.TAKEN: _("You said yes to {group} already."),
    O.DONE: _("You said yes to {group} already."),
    O.CONFIRMED: _("You said yes to {group} already."),
    O.NOT_WANTED: _("You said no to {group} already. They don't know who you are."),
}
TOO_LATE = _("{group} isn't asked any more. You don't have to do anything.")


class Step(NamedTuple):
    at: datetime
    sentence: StrOrPromise


def sentence_for(referral: OutgoingReferral) -> SafeString:
    """Say how it stands."""
    return format_html(
        str(SENTENCES[referral.state]),
        group=_name(referral),
        day=format_day(referral.asked_at),
        until=moment_in_words(referral.answer_by),
    )


def why_not_answered(referral: OutgoingReferral) -> SafeString:
    """Say, of a question that does not wait for an answer any more, what became of it."""
    return format_html(str(ANSWERED.get(referral.state, TOO_LATE)), group=_name(referral))


def steps_of(referral: OutgoingReferral) -> Iterator[Step]:
    """Say what the other group was told, and when, and what was erased there."""
    yield Step(referral.asked_at, PROMISES["partners_told_at_first"])
    if referral.contact_sent_at:
        sent = gettext("After your yes: your name, how to reach you, and what you wrote.")
        if referral.heard_on_phone:
            sent = gettext(
                "After your yes on the phone: your name, how to reach you, and what you wrote."
            )
        yield Step(referral.contact_sent_at, sent)
    if referral.erase_asked_at:
        yield Step(referral.erase_asked_at, gettext("We asked them to erase your details."))
    if referral.erased_there_at:
        yield Step(referral.erased_there_at, gettext("They erased your details."))


def _name(referral: OutgoingReferral) -> SafeString:
    return format_html("<bdi>{}</bdi>", referral.partner.name)
