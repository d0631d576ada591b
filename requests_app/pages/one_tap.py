"""What a person can say in one tap, or by a text message, about what they took on or asked for."""

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
    """Which need it is: no name, no address."""
    claims = Claim.objects.select_related("need__category", "need__locality").filter(pk=claim_id)
    need = claims[0].need if claims else None
    return f"{need.category.label} · {need.locality} · {need.when}" if need else ""


@one_tap_action(
    "in_touch",
    question=gettext_lazy("Did you get in touch with your neighbour?"),
    button=gettext_lazy("I got in touch"),
    about=about,
)
def in_touch(claim_id: int, user: User | None) -> Outcome:
    return _of_volunteer(claim_id, user, actions.report_in_touch, _("Good to know. Thank you!"))


@one_tap_action(
    "done",
    question=gettext_lazy("Is it done?"),
    button=gettext_lazy("It is done"),
    about=about,
)
def done(claim_id: int, user: User | None) -> Outcome:
    words = _("Thank you! We ask the neighbour whether it arrived.")
    return _of_volunteer(claim_id, user, actions.deliver_claim, words)


@one_tap_action(
    "let_go",
    question=gettext_lazy("Do you want to let it go?"),
    button=gettext_lazy("Let it go"),
    about=about,
)
def let_go(claim_id: int, user: User | None) -> Outcome:
    words = _("That is all right. We ask somebody else now.")
    return _of_volunteer(claim_id, user, actions.release_claim, words)


@one_tap_action(
    "arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("Yes, it arrived"),
)
def arrived(claim_id: int, user: User | None) -> Outcome:
    need = Claim.objects.select_related("need").get(pk=claim_id).need
    words = _("Thank you for telling us. We are glad that it arrived.")
    return _try(lambda: actions.confirm_arrival(need), words)


@one_tap_action(
    "not_arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("No, it did not"),
)
def not_arrived(claim_id: int, user: User | None) -> Outcome:
    need = Claim.objects.select_related("need").get(pk=claim_id).need
    words = _("Thank you for telling us. We look for somebody else now.")
    return _try(lambda: actions.report_not_arrived(need), words)


def _of_volunteer(
    claim_id: int, user: User | None, step: Callable[..., None], words: str
) -> Outcome:
    """A step of the volunteer whose claim it is; for anybody else nothing happens."""
    claim = Claim.objects.select_related("need", "volunteer").get(pk=claim_id)
    if user != claim.volunteer:
        return _changed()
    page = reverse("claim", args=[claim.public_id]), _("Look at it")
    return _try(lambda: step(claim, by=volunteer(claim.volunteer)), words, *page)


def _try(step: Callable[[], None], words: str, url: str = "", label: str = "") -> Outcome:
    try:
        step()
    except StateChanged:
        return _changed(url, label)
    return Outcome(words, url, label)


def _changed(url: str = "", label: str = "") -> Outcome:
    return Outcome(_("This has changed in the meantime."), url, label, is_done=False)
