"""What a person can say in one tap, or by a text message, about what she took on or asked for."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.notify.links.one_tap import Said, taps
from mutualaid.people.models import User
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.lifecycle.transitions import StateChanged
from requests_app.models import Claim


def about(claim_id: int) -> str:
    """Which need it is: no name, no address."""
    claims = Claim.objects.select_related("need__category", "need__locality").filter(pk=claim_id)
    need = claims[0].need if claims else None
    return f"{need.category.label} · {need.locality} · {need.when}" if need else ""


@taps(
    "in_touch",
    question=gettext_lazy("Did you get in touch with your neighbour?"),
    button=gettext_lazy("I got in touch"),
    about=about,
)
def in_touch(claim_id: int, user: User | None) -> Said:
    return _hers(claim_id, user, actions.say_in_touch, _("Good to know. Thank you!"))


@taps(
    "done",
    question=gettext_lazy("Is it done?"),
    button=gettext_lazy("It is done"),
    about=about,
)
def done(claim_id: int, user: User | None) -> Said:
    words = _("Thank you! We ask the neighbour whether it arrived.")
    return _hers(claim_id, user, actions.deliver_claim, words)


@taps(
    "let_go",
    question=gettext_lazy("Do you want to let it go?"),
    button=gettext_lazy("Let it go"),
    about=about,
)
def let_go(claim_id: int, user: User | None) -> Said:
    words = _("That is all right. We ask somebody else now.")
    return _hers(claim_id, user, actions.release_claim, words)


@taps(
    "arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("Yes, it arrived"),
)
def arrived(claim_id: int, user: User | None) -> Said:
    need = Claim.objects.select_related("need").get(pk=claim_id).need
    words = _("Thank you for telling us. We are glad that it arrived.")
    return Said(_try(lambda: actions.confirm_arrival(need), words))


@taps(
    "not_arrived",
    question=gettext_lazy("Did it arrive?"),
    button=gettext_lazy("No, it did not"),
)
def not_arrived(claim_id: int, user: User | None) -> Said:
    need = Claim.objects.select_related("need").get(pk=claim_id).need
    words = _("Thank you for telling us. We look for somebody else now.")
    return Said(_try(lambda: actions.deny_arrival(need), words))


def _hers(claim_id: int, user: User | None, step: Callable[..., None], words: str) -> Said:
    """A step of the volunteer whose claim it is; for anybody else nothing happens."""
    claim = Claim.objects.select_related("need", "volunteer").get(pk=claim_id)
    if user != claim.volunteer:
        return Said(_changed())
    page = reverse("claim", args=[claim.public_id]), _("Look at it")
    return Said(_try(lambda: step(claim, by=volunteer(claim.volunteer)), words), *page)


def _try(step: Callable[[], None], words: str) -> str:
    try:
        step()
    except StateChanged:
        return _changed()
    return words


def _changed() -> str:
    return _("This has changed in the meantime.")
