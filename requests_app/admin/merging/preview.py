"""What would become of two asks, before they are put together: it is done, looked at, and rolled back."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.admin.dry_run import dry_run
from mutualaid.notify.models import Notification
from requests_app import actions
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import Actor
from requests_app.models import Ask, Claim, Need, PrivateLink
from requests_app.states import NeedState


@dataclass(frozen=True)
class MergePreview:
    """The ask in which the contact details of `keeps` stay; the needs as (need, how it stands)."""

    keeps: Ask
    needs: list[tuple[str, str]]
    neighbour: list[str]
    volunteers: list[str]


def preview_merges(ask: Ask, other: Ask, *, by: Actor) -> list[MergePreview]:
    """Return what both ways to put them together would bring; none where it is refused."""
    try:
        return [_preview(other, ask, by), _preview(ask, other, by)]
    except tuple(REFUSALS):
        return []


def _preview(goes: Ask, stays: Ask, by: Actor) -> MergePreview:
    both = [goes.pk, stays.pk]
    links = PrivateLink.objects.filter(ask__in=both, revoked_at=None).count()
    coming = Claim.objects.on_the_way().filter(need__ask__in=both).order_by("pk")
    claims = list(coming.select_related("volunteer", "need__category", "need__locality"))
    new_links = Notification.objects.filter(kind="ask_link", about_id=stays.pk)
    before = new_links.count()
    with dry_run():
        actions.merge_asks(Ask.objects.get(pk=goes.pk), into=Ask.objects.get(pk=stays.pk), by=by)
        needs = list(stays.needs.select_related("category", "locality").order_by("pk"))
        still_coming = set(coming.values_list("pk", flat=True))
        is_mailed = new_links.count() > before
    return MergePreview(
        keeps=stays,
        needs=[(f"{need} · {need.when}", str(need.get_state_display())) for need in needs],
        neighbour=[
            *_about_links(links),
            _about_new_link(is_mailed=is_mailed),
            *_about_accounts(goes, stays),
            *_about_reading(needs),
        ],
        volunteers=[
            _about_claim(claim, goes, is_coming=claim.pk in still_coming) for claim in claims
        ]
        or [_("Nobody has said yes yet. Whoever was invited is not written to.")],
    )


def _about_links(count: int) -> list[str]:
    sentence = ngettext(
        "%d private link no longer works.", "%d private links no longer work.", count
    )
    return [sentence % count] if count else []


def _about_new_link(*, is_mailed: bool) -> str:
    if is_mailed:
        return _("A new link goes to the e-mail address that stays.")
    return _("There is no safe e-mail address: a coordinator calls, and makes a code.")


def _about_accounts(goes: Ask, stays: Ask) -> list[str]:
    """What becomes of the pages of two accounts. Which they are is not said: an ask may be veiled."""
    if goes.owner == stays.owner:
        return []
    lost, gained = (
        _("The account with which %s was sent does not show its needs any more."),
        _("The account with which %s was sent shows all of them."),
    )
    accounts = ((goes, lost), (stays, gained))
    return [sentence % ask.code for ask, sentence in accounts if ask.owner]


def _about_reading(needs: Iterable[Need]) -> list[str]:
    waiting = sum(need.state == NeedState.TRIAGE for need in needs)
    sentence = ngettext(
        "%d need waits until a coordinator has read it.",
        "%d needs wait until a coordinator has read them.",
        waiting,
    )
    return [sentence % waiting] if waiting else []


def _about_claim(claim: Claim, goes: Ask, *, is_coming: bool) -> str:
    if not is_coming:
        sentence = _(
            "%(name)s need not come any more for %(need)s, and is told so: it is kept from them."
        )
    elif claim.need.ask_id == goes.pk:
        sentence = _(
            "%(name)s still comes for %(need)s, and from now on sees the contact details that stay. No one"
            " writes to them about it."
        )
    else:
        sentence = _("%(name)s still comes for %(need)s. No one writes to them about it.")
    return sentence % {"name": claim.volunteer, "need": claim.need}
