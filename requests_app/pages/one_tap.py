"""One-tap actions on a claim: of its volunteer, and of the neighbour; also by text message."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.notify.links.one_tap import Outcome, one_tap_action
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need


def summary(need: Need) -> str:
    """Which need it is, with no name and no address: its category, area and time."""
    return f"{need.category.label} · {need.locality} · {need.when}"


def about(claim_id: int) -> str:
    """Which need it is; "" where the claim is gone."""
    claims = Claim.objects.select_related("need__category", "need__locality")
    claim = claims.filter(pk=claim_id).first()
    return summary(claim.need) if claim else ""


@one_tap_action(
    "in_touch",
    question=gettext_lazy("Did you get in touch with your neighbour?"),
    button=gettext_lazy("I got in touch"),
    about=about,
)
def in_touch(claim_id: int, user: User | None) -> Outcome:
    return _by_volunteer(claim_id, user, actions.report_in_touch, _("Thanks for telling us."))


@one_tap_action(
    "done",
    question=gettext_lazy("Is it done?"),
    button=gettext_lazy("It is done"),
    about=about,
)
def done(claim_id: int, user: User | None) -> Outcome:
    thanks = _("Thank you! We'll ask the neighbour if it arrived.")
    return _by_volunteer(claim_id, user, actions.deliver_claim, thanks)


@one_tap_action(
    "let_go",
    question=gettext_lazy("Do you want to let it go?"),
    button=gettext_lazy("Let it go"),
    about=about,
)
def let_go(claim_id: int, user: User | None) -> Outcome:
    thanks = _("That's all right. We'll ask someone else now.")
    return _by_volunteer(claim_id, user, actions.release_claim, thanks)


@one_tap_action(
    "arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("Yes, it arrived"),
)
def arrived(claim_id: int, user: User | None) -> Outcome:
    thanks = _("Thank you for telling us. We're glad it arrived.")
    return _by_neighbour(claim_id, actions.confirm_arrival, thanks)


@one_tap_action(
    "not_arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("No, it didn't"),
)
def not_arrived(claim_id: int, user: User | None) -> Outcome:
    thanks = _("Thank you for telling us. We're looking for someone else now.")
    return _by_neighbour(claim_id, actions.report_not_arrived, thanks)


def _by_volunteer(
    claim_id: int, user: User | None, action: Callable[..., None], thanks: str
) -> Outcome:
    """An action of the volunteer whose claim it is; for anyone else nothing happens."""
    claim = Claim.objects.select_related("need", "volunteer").get(pk=claim_id)
    if user != claim.volunteer:
        return _changed()
    page = reverse("claim", args=[claim.public_id]), _("Look at it")
    return _attempt(lambda: action(claim, by=volunteer(claim.volunteer)), thanks, *page)


def _by_neighbour(claim_id: int, action: Callable[[Need], None], thanks: str) -> Outcome:
    """An action of the neighbour on the need of this claim."""
    need = Claim.objects.select_related("need").get(pk=claim_id).need
    return _attempt(lambda: action(need), thanks)


def _attempt(action: Callable[[], None], thanks: str, url: str = "", label: str = "") -> Outcome:
    try:
        action()
    except StateChanged:
        return _changed(url, label)
    return Outcome(thanks, url, label)


def _changed(url: str = "", label: str = "") -> Outcome:
    return Outcome(_("This has changed in the meantime."), url, label, is_done=False)
