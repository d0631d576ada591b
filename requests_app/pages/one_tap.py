"""One-tap actions on a claim: of its volunteer, and of the neighbour; also by text message."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.catalog.area_names import in_text
from mutualaid.notify.links.one_tap import Missed, Outcome, one_tap_action
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from requests_app.pages.claim import sentence_for
from requests_app.pages.standing import standing_of
from requests_app.states import CLAIM_TRANSITIONS, NEED_TRANSITIONS


def summary(need: Need) -> str:
    """Which need it is, with no name and no address: its category, area and time."""
    return f"{need.category.label} · {in_text(need.locality)} · {need.when}"


def about(claim_id: int) -> str:
    """Which need it is; "" where the claim is gone."""
    claims = Claim.objects.select_related("need__category", "need__locality")
    claim = claims.filter(pk=claim_id).first()
    return summary(claim.need) if claim else ""


def _missed_by_volunteer(action: str) -> Missed:
    """What a volunteer reads instead of the question, once their claim is past it."""

    def missed(claim_id: int, user: User | None) -> Outcome | None:
        claim = Claim.objects.select_related("need", "volunteer").filter(pk=claim_id).first()
        if claim is None or user != claim.volunteer:
            return Outcome(_("This has changed in the meantime."), is_done=False)
        if claim.state in CLAIM_TRANSITIONS[action].sources:
            return None
        page = reverse("claim", args=[claim.public_id]), _("Look at it")
        return Outcome(str(sentence_for(claim)), *page, is_done=False)

    return missed


def _missed_by_neighbour(action: str) -> Missed:
    def missed(claim_id: int, user: User | None) -> Outcome | None:
        claim = Claim.objects.select_related("need").filter(pk=claim_id).first()
        if claim is None:
            return Outcome(_("This has changed in the meantime."), is_done=False)
        if claim.need.state in NEED_TRANSITIONS[action].sources:
            return None
        return Outcome(str(standing_of(claim.need, claims=[]).sentence), is_done=False)

    return missed


@one_tap_action(
    "in_touch",
    question=gettext_lazy("Did you get in touch with your neighbour?"),
    button=gettext_lazy("I got in touch"),
    about=about,
    missed=_missed_by_volunteer("contact"),
)
def in_touch(claim_id: int, user: User | None) -> Outcome:
    return _by_volunteer(claim_id, user, actions.report_in_touch, _("Thanks for telling us."))


@one_tap_action(
    "done",
    question=gettext_lazy("Is it done?"),
    button=gettext_lazy("It is done"),
    about=about,
    missed=_missed_by_volunteer("deliver"),
)
def done(claim_id: int, user: User | None) -> Outcome:
    thanks = _("Thank you! We'll ask if it arrived.")
    return _by_volunteer(claim_id, user, actions.deliver_claim, thanks)


@one_tap_action(
    "let_go",
    question=gettext_lazy("Do you want to let it go?"),
    button=gettext_lazy("Let it go"),
    about=about,
    missed=_missed_by_volunteer("release"),
)
def let_go(claim_id: int, user: User | None) -> Outcome:
    thanks = _("That's all right. We'll ask someone else now.")
    return _by_volunteer(claim_id, user, actions.release_claim, thanks)


@one_tap_action(
    "arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("Yes, it arrived"),
    missed=_missed_by_neighbour("confirm"),
)
def arrived(claim_id: int, user: User | None) -> Outcome:
    thanks = _("Thanks for telling us. We're glad it arrived.")
    return _by_neighbour(claim_id, actions.confirm_arrival, thanks)


@one_tap_action(
    "not_arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("No, it didn't"),
    missed=_missed_by_neighbour("not_arrived"),
)
def not_arrived(claim_id: int, user: User | None) -> Outcome:
    thanks = _("Thanks for telling us. We're looking for someone else now.")
    return _by_neighbour(claim_id, actions.report_not_arrived, thanks)


def _by_volunteer(
    claim_id: int, user: User | None, action: Callable[..., None], thanks: str
) -> Outcome:
    """An action of the volunteer whose claim it is; for anyone else nothing happens.

    Where it is not possible any more, they are told how the claim stands.
    """
    claim = Claim.objects.select_related("need", "volunteer").get(pk=claim_id)
    if user != claim.volunteer:
        return Outcome(_("This has changed in the meantime."), is_done=False)
    page = reverse("claim", args=[claim.public_id]), _("Look at it")
    try:
        action(claim, by=volunteer(claim.volunteer))
    except StateChanged:
        claim.refresh_from_db()
        return Outcome(str(sentence_for(claim)), *page, is_done=False)
    return Outcome(thanks, *page)


def _by_neighbour(claim_id: int, action: Callable[[Need], None], thanks: str) -> Outcome:
    """An action of the neighbour on the need of this claim, or how the need stands; no one is named."""
    need = Claim.objects.select_related("need").get(pk=claim_id).need
    try:
        action(need)
    except StateChanged:
        return Outcome(str(standing_of(need, claims=[]).sentence), is_done=False)
    return Outcome(thanks)
