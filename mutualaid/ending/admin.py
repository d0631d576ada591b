"""The pages in the admin: propose to wind down, agree, see how far it is, call it off."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mutualaid.admin.site import admin_page
from mutualaid.decisions.members import members_decide
from mutualaid.ending import actions
from mutualaid.ending.forms import DaysForm
from mutualaid.ending.group_things import group_things
from mutualaid.ending.models import Stage, WindingDown
from mutualaid.ending.progress import progress_of
from mutualaid.group.current import current_group
from mutualaid.local_time import format_day
from mutualaid.people.models import User
from mutualaid.people.roles import DECIDE
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged

SEE = "group.view_groupprofile"
"""The team sees how far it is; who only takes calls looks after nothing but those."""
TAKE = "resources.change_resource"
"""Who takes the services along on their own page takes all the group's things."""


@admin_page("winding-down/", name="winding_down", permission=SEE)
@require_safe
def winding_down(request: HttpRequest) -> HttpResponse:
    """Show how far it is; the form of a proposal where there is none."""
    return _overview(request, DaysForm())


@admin_page(
    "winding-down/propose/", name="winding_down_propose", permission=DECIDE, fresh_sign_in=True
)
def propose(request: HttpRequest) -> HttpResponse:
    """Say what would happen on the two days that were typed; once that is confirmed, propose it."""
    if request.method != "POST":
        return redirect("admin:winding_down")
    form = DaysForm(request.POST)
    if settings.DEMO or not form.is_valid():
        return _overview(request, form)
    if "confirmed" not in request.POST:
        context = {"form": form, "days": form.cleaned_data}
        return _page(request, "propose", _("Propose to wind down?"), context)
    try:
        proposal = actions.propose(by=_me(request), **form.cleaned_data)
    except actions.WrongDays as wrong:
        form.refuse(wrong)
        return _overview(request, form)
    except actions.ProposedAlready:
        messages.warning(
            request, _("Someone proposed it in the meantime. Here's how things stand.")
        )
    except actions.NotAllowed:
        messages.warning(request, _("Your role no longer allows this."))
    except actions.DecidedByMembers:
        messages.warning(request, _("In your group, members decide about this together."))
    else:
        day = format_day(proposal.expires_at)
        said = _(
            "It is proposed. Someone else can agree to it until %s. Ask them to open this page."
        )
        messages.success(request, said % day)
    return redirect("admin:winding_down")


@admin_page(
    "winding-down/<int:pk>/agree/", name="winding_down_agree", permission=DECIDE, fresh_sign_in=True
)
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Say once more what will happen, and agree to it on a POST."""
    winding = _found(pk)
    if request.method == "POST":
        return _agree(request, winding)
    if not winding.is_waiting:
        return _changed(request, winding)
    if not actions.may_agree(winding, _me(request)):
        messages.warning(request, _not_the_second(winding, _me(request)))
        return redirect("admin:winding_down")
    return _page(request, "agree", _("Agree to wind down?"), {"winding": winding, "days": winding})


def _agree(request: HttpRequest, winding: WindingDown) -> HttpResponse:
    try:
        actions.agree(winding, by=_me(request))
    except StateChanged:
        return _changed(request, winding)
    except actions.NotAllowed:
        messages.warning(request, _not_the_second(winding, _me(request)))
    except actions.DecidedByMembers:
        messages.warning(request, _("In your group, members decide about this together."))
    else:
        messages.success(request, _("It is decided. Asking is paused, and everyone is being told."))
    return redirect("admin:winding_down")


@admin_page("winding-down/<int:pk>/call-off/", name="winding_down_call_off", permission=DECIDE)
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what calling it off means, and do it on a POST; of a proposal, say no or take it back."""
    winding = _found(pk)
    if request.method == "POST":
        return _call_off(request, winding)
    if winding.stage in (Stage.CALLED_OFF, Stage.ERASING):
        return _changed(request, winding)
    is_proposal = winding.stage == Stage.PROPOSED
    title = _("Take the proposal back?") if is_proposal else _("Call it off, and go on?")
    context = {"winding": winding, "is_proposal": is_proposal}
    return _page(request, "call_off", title, context)


def _call_off(request: HttpRequest, winding: WindingDown) -> HttpResponse:
    try:
        actions.call_off(winding, by=_me(request))
    except StateChanged:
        return _changed(request, winding)
    except actions.NotAllowed:
        messages.warning(request, _("Your role no longer allows this."))
    else:
        was_decided = winding.agreed_at is not None
        went_on = _("It is called off: your group goes on. Everyone who was told finds out.")
        messages.success(request, went_on if was_decided else _("The proposal is taken back."))
    return redirect("admin:winding_down")


@admin_page("winding-down/things.zip", name="winding_down_things", permission=TAKE)
@require_safe
def things(request: HttpRequest) -> HttpResponse:
    """Answer with the group's own things in one file: no account, no ask, no offer."""
    response = HttpResponse(group_things(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="our-group.zip"'
    return response


def _overview(request: HttpRequest, form: DaysForm) -> HttpResponse:
    winding = _rows().live().first()
    by_members = members_decide()
    context: dict[str, Any] = {"winding": winding, "form": form, "decided_by_members": by_members}
    if winding and winding.stage == Stage.CALLED_OFF:
        context |= {"winding": None, "ran_out": winding}
    elif winding and winding.agreed_at is None:
        me = _me(request)
        context |= {
            "days": winding,
            "is_mine": winding.proposed_by == me,
            "may_agree": actions.may_agree(winding, me),
            "has_second_person": actions.second_people(winding).exists(),
        }
    elif winding:
        today = timezone.localdate()
        context |= {
            "days": winding,
            "progress": progress_of(winding),
            "asking_paused": current_policy().is_asking_paused,
            "days_to_close": max(0, (winding.closes_on - today).days),
            "days_to_erase": max(0, (winding.erases_on - today).days),
        }
    return _page(request, "overview", _("Winding down"), context)


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    full = {
        **admin.site.each_context(request),
        "title": title,
        "decides": actions.decides(_me(request)),
        "face": current_group(),
        "is_demo": settings.DEMO,
        **context,
    }
    return TemplateResponse(request, f"admin/winding_down/{name}.html", full)


def _changed(request: HttpRequest, winding: WindingDown) -> HttpResponse:
    """Say what happened while the page was open, and show how things stand."""
    messages.warning(request, _meanwhile(_found(winding.pk)))
    return redirect("admin:winding_down")


def _meanwhile(winding: WindingDown) -> str:
    if winding.called_off_by:
        return _("%s called it off in the meantime.") % winding.called_off_by
    if winding.stage == Stage.CALLED_OFF:
        return _("No one agreed in time, so this proposal has ended.")
    if winding.stage == Stage.ERASING:
        return _("Erasing has begun. It can't be called off any more.")
    if winding.agreed_by:
        return _("%s agreed to it in the meantime.") % winding.agreed_by
    return _("Someone agreed to it in the meantime.")


def _not_the_second(winding: WindingDown, me: User) -> str:
    if winding.proposed_by == me:
        return _("You proposed it, so someone else has to agree.")
    return _("Whoever proposed it can't decide this any more. Take it back, and propose it anew.")


def _rows() -> Any:
    return WindingDown.objects.select_related("proposed_by", "agreed_by", "called_off_by")


def _found(pk: int) -> WindingDown:
    winding: WindingDown = get_object_or_404(_rows(), pk=pk)
    return winding


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)  # the admin lets no one else in
