"""One-tap actions, also by a reply to a text message, of a volunteer or a neighbour about a claim."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.notify.links.one_tap import Outcome, one_tap_action
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim


def about(claim_id: int) -> str:
    """Which need it is, without name and address; "" if the claim does not exist any more."""
    claims = Claim.objects.select_related("need__category", "need__locality")
    claim = claims.filter(pk=claim_id).first()
    if claim is None:
        return ""
    return f"{claim.need.category.label} · {claim.need.locality} · {claim.need.when}"


@one_tap_action(
    "in_touch",
    question=gettext_lazy("Did you get in touch with your neighbour?"),
    button=gettext_lazy("I got in touch"),
    about=about,
)
def in_touch(claim_id: int, user: User | None) -> Outcome:
    thanks = _("Good to know. Thank you!")
    return _by_volunteer(claim_id, user, actions.report_in_touch, thanks)


@one_tap_action(
    "done",
    question=gettext_lazy("Is it done?"),
    button=gettext_lazy("It is done"),
    about=about,
)
def done(claim_id: int, user: User | None) -> Outcome:
    thanks = _("Thank you! We ask the neighbour whether it arrived.")
    return _by_volunteer(claim_id, user, actions.deliver_claim, thanks)


@one_tap_action(
    "let_go",
    question=gettext_lazy("Do you want to let it go?"),
    button=gettext_lazy("Let it go"),
    about=about,
)
def let_go(claim_id: int, user: User | None) -> Outcome:
    thanks = _("That is all right. We ask somebody else now.")
    return _by_volunteer(claim_id, user, actions.release_claim, thanks)


@one_tap_action(
    "arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("Yes, it arrived"),
)
def arrived(claim_id: int, user: User | None) -> Outcome:
    need = Claim.objects.select_related("need").get(pk=claim_id).need
    thanks = _("Thank you for telling us. We are glad that it arrived.")
    return _outcome(lambda: actions.confirm_arrival(need), thanks)


@one_tap_action(
    "not_arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("No, it did not"),
)
def not_arrived(claim_id: int, user: User | None) -> Outcome:
    need = Claim.objects.select_related("need").get(pk=claim_id).need
    thanks = _("Thank you for telling us. We look for somebody else now.")
    return _outcome(lambda: actions.report_not_arrived(need), thanks)


def _by_volunteer(
    claim_id: int, user: User | None, action: Callable[..., None], thanks: str
) -> Outcome:
    """Call an action for the volunteer of the claim; for anyone else nothing happens."""
    claim = Claim.objects.select_related("need", "volunteer").get(pk=claim_id)
    if user != claim.volunteer:
        return _refused()
    url, label = reverse("claim", args=[claim.public_id]), _("Look at it")
    return _outcome(lambda: action(claim, by=volunteer(claim.volunteer)), thanks, url, label)


def _outcome(action: Callable[[], None], thanks: str, url: str = "", label: str = "") -> Outcome:
    try:
        action()
    except StateChanged:
        return _refused(url, label)
    return Outcome(thanks, url, label)


def _refused(url: str = "", label: str = "") -> Outcome:
    return Outcome(_("This has changed in the meantime."), url, label, is_done=False)
