"""What a person can say in one tap, or by a text message, about what she took on or asked for."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.notify.one_tap import Said, taps
from mutualaid.people.models import User
from requests_app import actions
from requests_app.models import Claim
from requests_app.moves import StateChanged, volunteer


@taps(
    "in_touch",
    question=gettext_lazy("Did you get in touch with your neighbour?"),
    button=gettext_lazy("I got in touch"),
)
def in_touch(claim_id: int, user: User | None) -> Said:
    claim = Claim.objects.select_related("need", "volunteer").get(pk=claim_id)
    page = reverse("claim", args=[claim.public_id]), _("Look at it")
    if user != claim.volunteer:
        return Said(_changed())
    words = _("Good to know. Thank you!")
    return Said(
        _try(lambda: actions.say_in_touch(claim, by=volunteer(claim.volunteer)), words), *page
    )


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


def _try(step: Callable[[], None], words: str) -> str:
    try:
        step()
    except StateChanged:
        return _changed()
    return words


def _changed() -> str:
    return _("This has changed in the meantime.")
