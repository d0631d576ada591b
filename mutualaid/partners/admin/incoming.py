"""Needs of neighbouring groups in the admin: which wait for our answer, and one of them with yes and no."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.site import admin_page
from mutualaid.catalog.language_names import in_readers_language
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME, in_words
from mutualaid.local_time import format_day
from mutualaid.partners.actions.answering import say_no, say_yes
from mutualaid.partners.actions.cleaning import kinds_to_choose
from mutualaid.partners.decorators import while_there_are_partners
from mutualaid.partners.models import IncomingReferral
from mutualaid.partners.models.referral import IncomingReferralQuerySet
from mutualaid.partners.rules import is_live
from mutualaid.partners.states import INCOMING_TRANSITIONS, DeclineReason, IncomingState
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app.models import Need
from requests_app.models.how_soon import how_soon_in_words
from requests_app.rules import needs_of_staff
from requests_app.states import Urgency

COORDINATE = "requests_app.coordinate_need"
SHOWN = 50
"""Of those that are over, the newest."""
CHOOSE = {"required": gettext_lazy("Choose one.")}
TOO_LATE = gettext_lazy(
    "Nothing was sent. Someone else has answered, the time is over, or we don't work with this group now."
)


class YesForm(forms.Form):
    """Asks only for what the other group's words do not tell us."""

    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("Which kind of help is it here?"),
        error_messages=CHOOSE,
    )
    locality = forms.ModelChoiceField(
        Locality.objects.none(),
        label=gettext_lazy("In which of our areas?"),
        error_messages=CHOOSE,
    )

    def __init__(self, referral: IncomingReferral, data: Any = None) -> None:
        super().__init__(data)
        rows: dict[str, QuerySet[Any]] = {
            "category": kinds_to_choose(),
            "locality": Locality.objects.defer("outline"),
        }
        for name, queryset in rows.items():
            if getattr(referral, f"{name}_id"):
                del self.fields[name]
            else:
                self.fields[name].queryset = queryset  # type: ignore[attr-defined]


class NoForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why not? Any reason is fine."),
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )


class Facts(NamedTuple):
    """What a page says of one. `kind` and `area` are ours, or else their words; `state` is a label.

    `languages` are codes of those that no one here can say they speak, after the names of the others.
    """

    referral: IncomingReferral
    kind: str
    area: str
    when: str
    people: int | None
    helpers: int
    languages: str
    state: str


@admin_page("partners/needs/", name="partner_needs", permission=COORDINATE)
@while_there_are_partners
def needs(request: HttpRequest) -> HttpResponse:
    """List what waits for our answer, the most urgent first, then what goes on and what is over."""
    rows = _rows()
    going_on = rows.live().exclude(state=IncomingState.ASKED).order_by("answered_at", "pk")
    over = rows.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")
    context = {
        "title": _("Needs of neighbouring groups"),
        "waiting": facts_of_all(rows.to_answer()),
        "going_on": facts_of_all(going_on),
        "over": facts_of_all(over[:SHOWN]),
    }
    return _page(request, "admin/partners/needs.html", context)


@admin_page("partners/needs/<int:pk>/", name="partner_need", permission=COORDINATE)
@while_there_are_partners
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one, with what can be answered; a POST answers. Raises `Http404` for none."""
    referral = get_object_or_404(_rows(), pk=pk)
    sent = request.POST.get("do", "")
    yes = YesForm(referral, request.POST if sent == "yes" else None)
    no = NoForm(request.POST if sent == "no" else None)
    if yes.is_valid() or no.is_valid():
        return _answer(request, referral, yes, no)
    (facts,) = facts_of_all([referral])
    context = {
        "title": _("A need of %s") % referral.partner,
        "facts": facts,
        "own_need": _own_need(cast(User, request.user), referral),
        "yes": yes if _can("accept", referral) else None,
        "no": no if _can("decline", referral) else None,
        "refused": sent,
        "reason": DeclineReason(referral.reason).label if referral.reason else "",
    }
    return _page(request, "admin/partners/need.html", context)


def facts_of_all(referrals: Iterable[IncomingReferral]) -> list[Facts]:
    rows = list(referrals)
    codes = {code for row in rows for code in row.asked["languages"]}
    names = dict(Language.objects.filter(code__in=codes).values_list("code", "name"))
    return [_facts_of(row, names) for row in rows]


def _facts_of(referral: IncomingReferral, names: Mapping[str, str]) -> Facts:
    asked = referral.asked
    until = asked["until"] and date.fromisoformat(asked["until"])
    when = [
        how_soon_in_words(Urgency(asked["urgency"]), timezone.localdate(referral.asked_at)),
        _("until %s") % format_day(until) if until else "",
        in_words(asked["week_parts"]) if asked["week_parts"] != ANY_TIME else "",
    ]
    known = [names[code] for code in asked["languages"] if code in names]
    unknown = [code for code in asked["languages"] if code not in names]
    languages = [in_readers_language(known) if known else "", *unknown]
    return Facts(
        referral,
        kind=str(referral.category or asked["category_name"] or asked["category"]),
        area=str(referral.locality or asked["area"]),
        when=" · ".join(filter(None, when)),
        people=asked["people_count"],
        helpers=asked["helpers_wanted"],
        languages=_(", ").join(filter(None, languages)),
        state=str(IncomingState(referral.state).label),
    )


def _answer(
    request: HttpRequest, referral: IncomingReferral, yes: YesForm, no: NoForm
) -> HttpResponse:
    me = cast(User, request.user)
    try:
        if yes.is_bound:
            say_yes(referral, by=me, **yes.cleaned_data)
            messages.success(request, _("We said yes. Now they ask the neighbour."))
        else:
            say_no(referral, DeclineReason(no.cleaned_data["reason"]), by=me)
            messages.success(request, _("We said no. They will ask someone else."))
    except StateChanged:
        messages.warning(request, TOO_LATE)
        return redirect("admin:partner_need", referral.pk)
    return redirect("admin:partner_needs")


def _own_need(me: User, referral: IncomingReferral) -> Need | None:
    """The need that was made of it, if this person may see it."""
    if referral.need_id is None:
        return None
    return needs_of_staff(me).filter(pk=referral.need_id).first()


def _can(action: str, referral: IncomingReferral) -> bool:
    """Whether it can be answered so now; the action asks again when it is done."""
    is_late = action == "accept" and referral.answer_by <= timezone.now()
    in_state = referral.state in INCOMING_TRANSITIONS[action].sources
    return in_state and is_live(referral.partner) and not is_late


def _rows() -> IncomingReferralQuerySet:
    """All, without what is encrypted."""
    related = "partner", "category", "locality", "answered_by"
    rows: IncomingReferralQuerySet = IncomingReferral.objects.select_related(*related)
    return rows.defer("contact", "locality__outline")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
