"""What the page of a person shows beside its form: what they do here, how they stand, what the team did.

Each part is shown to whoever may see such rows, and left out where there is nothing. No contact detail
stands there.
"""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.local_time import format_day
from mutualaid.notify.models import CallTask, Preferences
from mutualaid.people.admin.introductions import introduced
from mutualaid.people.admin.log import LogAbout, log_about
from mutualaid.people.introductions import introduction_of, is_newcomer
from mutualaid.people.models import BlockedContactPoint, TwoPersonDecision, User
from mutualaid.people.roles import SEE_EMAILS
from offers_app.models import Offer
from requests_app import rules
from requests_app.models import Ask, Claim, Need
from requests_app.states import LIVE_CLAIM, ClaimState

MOST_SHOWN = 20


class Fact(NamedTuple):
    """A sentence, with the page that it leads to or ""."""

    sentence: str
    url: str = ""


@dataclass
class PersonPage:
    """The parts of the page; `more_…` is whether there are older ones."""

    live_claims: list[Claim] = field(default_factory=list)
    past_claims: list[Claim] = field(default_factory=list)
    more_claims: bool = False
    asks: list[Ask] = field(default_factory=list)
    more_asks: bool = False
    offer: Offer | None = None
    contact: list[Fact] = field(default_factory=list)
    standing: list[Fact] = field(default_factory=list)
    log: list[LogAbout] = field(default_factory=list)


def page_of(person: User, *, viewer: User) -> PersonPage:
    """Return what stands about `person` and what the team may see as `viewer`."""
    page = PersonPage(contact=_contact(person, viewer), standing=_standing(person, viewer))
    if viewer.has_perm("requests_app.view_claim"):
        _add_claims(page, person)
    if viewer.has_perm("requests_app.view_ask"):
        _add_asks(page, person, viewer)
    if viewer.has_perm("offers_app.view_offer"):
        offers = Offer.objects.prefetch_related("categories", "localities", "languages")
        page.offer = offers.filter(volunteer=person).first()
    if viewer.has_perm("people.view_stafflogentry"):
        page.log = log_about(person)
    return page


def _add_claims(page: PersonPage, person: User) -> None:
    claims = Claim.objects.of(person).select_related("need__category", "need__locality")
    page.live_claims = list(claims.live().order_by("claimed_at", "pk"))
    past = list(
        claims.exclude(state__in=LIVE_CLAIM).order_by("-claimed_at", "-pk")[: MOST_SHOWN + 1]
    )
    page.past_claims, page.more_claims = past[:MOST_SHOWN], len(past) > MOST_SHOWN


def _add_asks(page: PersonPage, person: User, viewer: User) -> None:
    needs = Need.objects.select_related("category", "locality").order_by("pk")
    theirs = Ask.objects.of(person) & rules.asks_of_staff(viewer)
    asks = theirs.prefetch_related(Prefetch("needs", needs)).order_by("-created_at", "-pk")
    newest = list(asks[: MOST_SHOWN + 1])
    page.asks, page.more_asks = newest[:MOST_SHOWN], len(newest) > MOST_SHOWN


def _contact(person: User, viewer: User) -> list[Fact]:
    """Which ways there are, and the page that opens one and writes it down."""
    facts = list[Fact]()
    if person.email:
        may_see = viewer.has_perm(SEE_EMAILS)
        page = reverse("admin:people_user_email", args=[person.pk]) if may_see else ""
        facts.append(Fact(_("An e-mail address"), page))
    by_phone = Preferences.objects.filter(user=person)
    for confirmed_at in by_phone.values_list("phone_confirmed_at", flat=True):
        if confirmed_at:
            facts.append(Fact(_("A phone, confirmed on %s") % format_day(confirmed_at)))
    if viewer.has_perm("notify.view_calltask"):
        for call in islice(CallTask.calls.to_make().filter(recipient=person), MOST_SHOWN):
            page = reverse("admin:notify_calltask_change", args=[call.pk])
            facts.append(Fact(_("To be called: %s") % call, page))
    return facts


def _standing(person: User, viewer: User) -> list[Fact]:
    """How they stand, in sentences that are true; no mark and no rank."""
    facts = list[Fact]()
    if not person.is_active:
        facts.append(Fact(_("Switched off: they cannot sign in.")))
    if is_newcomer(person):
        facts.append(Fact(_("New here: they begin small.")))
    if introduction_of(person):
        facts.append(Fact(_("How we know them: %s") % introduced(person)))
    if person.vetted:
        facts.append(Fact(_("Vetted: trusted with kinds that are for such people alone.")))
    if viewer.has_perm("people.view_blockedcontactpoint"):
        list_of_blocks = reverse("admin:people_blockedcontactpoint_changelist")
        if BlockedContactPoint.objects.of_account(person).exists():
            facts.append(Fact(_("Their phone or e-mail is blocked."), list_of_blocks))
    if TwoPersonDecision.objects.waiting().filter(about=person).exists():
        rights = reverse("admin:people_user_rights", args=[person.pk])
        facts.append(Fact(_("A decision about them waits for a second person."), rights))
    if viewer.has_perm("requests_app.view_claim"):
        facts += _helped(person)
    return facts


def _helped(person: User) -> list[Fact]:
    helped = Claim.objects.of(person).filter(state=ClaimState.CONFIRMED).count()
    sentence = ngettext(
        "Helped %d time, as neighbours confirmed.",
        "Helped %d times, as neighbours confirmed.",
        helped,
    )
    return [Fact(sentence % helped)] if helped else []


def as_context(page: PersonPage) -> dict[str, Any]:
    """Return what the template needs."""
    return {"page_of_person": page, "live_claims": page.live_claims}
