"""Neighbouring groups in the admin: all of them, one of them, and adding one by its address."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import LookOnlyAdmin
from mutualaid.partners.actions import pairing, witnessing
from mutualaid.partners.admin.steps import STEPS
from mutualaid.partners.discovery import NotRead
from mutualaid.partners.keys import digits
from mutualaid.partners.models import Partner
from mutualaid.partners.rules import has_partners
from mutualaid.partners.standing import standing_of, standings
from mutualaid.partners.states import PARTNER_TRANSITIONS, PartnerState
from mutualaid.people.models import User
from mutualaid.people.ratelimit import HOUR, Limit

ACT = "partners.change_partner"
READS = Limit("partner_read", most=20, span=HOUR)
"""So many addresses one coordinator has read in an hour: no one looks around the internet from here."""
SEALS_SHOWN = 10


class AddressForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Address of their site"),
        help_text=gettext_lazy("Ask someone there, like help.example.org."),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write the address of their site.")},
        widget=forms.TextInput(attrs={"inputmode": "url", "dir": "ltr", "autocapitalize": "none"}),
    )


@admin.register(Partner)
class PartnerAdmin(LookOnlyAdmin[Partner]):
    """Nothing of it is there while the group does without neighbouring groups."""

    change_form_template = "admin/partners/partner.html"
    fields: ClassVar = ["site", "phone"]

    def get_urls(self) -> list[URLPattern]:
        return [*(page.url(self) for page in STEPS), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        rows = super().get_queryset(request).select_related("our_key", "compared_by", "agreed_by")
        return rows if has_partners() else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_partners() and super().has_module_permission(request)

    def has_act_permission(self, request: HttpRequest, obj: Partner | None = None) -> bool:
        """Whether they may take a step with a group."""
        return request.user.has_perm(ACT)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show all groups, and how we stand with each.

        Raises `Http404` where the group does without, and `PermissionDenied`.
        """
        _check(request, "partners.view_partner")
        context = {
            **self._context(request, _("Neighbouring groups")),
            "standings": standings(
                Partner.objects.exclude(state=PartnerState.ENDED).order_by("name")
            ),
            "ended": Partner.objects.filter(state=PartnerState.ENDED).order_by("-ended_at"),
            "differing": set(
                witnessing.partners_whose_record_differs().values_list("pk", flat=True)
            ),
        }
        return TemplateResponse(request, "admin/partners/partners.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Read the site of a group whose address was typed. Outside of a transaction: it may be slow.

        Raises `Http404` where the group does without, and `PermissionDenied`.
        """
        _check(request, ACT)
        form = AddressForm(request.POST if request.method == "POST" else None)
        partner = _read(form, cast(User, request.user)) if form.is_valid() else None
        if partner:
            messages.success(request, _("Their site was read. Now compare the digits with them."))
            return redirect(self.page_of(partner))
        context = {
            **self._context(request, _("Add a neighbouring group")),
            "form": form,
            "list_url": reverse("admin:partners_partner_changelist"),
            "button": _("Read their site"),
        }
        return TemplateResponse(request, "admin/partners/add.html", context)

    def page_context(self, request: HttpRequest, row: Partner) -> dict[str, Any]:
        me = cast(User, request.user)
        has_ended = row.state == PartnerState.ENDED
        seals = row.witnessed_seals
        return {
            "partner": row,
            "standing": standing_of(row),
            "digits": [] if has_ended else digits(row.our_key.public_key, row.public_key),
            "can": self._steps(request, row),
            "may_act": self.has_act_permission(request),
            "by_members": pairing.members_agree(),
            "waits_for_another": row.compared_by == me and not pairing.is_only_coordinator(me),
            "seals": seals.all()[:SEALS_SHOWN],
            "differing_seals": seals.filter(differs_at__isnull=False),
            "is_to_settle": witnessing.partners_whose_record_differs().filter(pk=row.pk).exists(),
        }

    def _steps(self, request: HttpRequest, row: Partner) -> set[str]:
        """Which transitions this person may make now."""
        if not self.has_act_permission(request):
            return set()
        return {name for name, one in PARTNER_TRANSITIONS.items() if row.state in one.sources}

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        may_add = request.user.has_perm(ACT)
        context = self.admin_site.each_context(request)
        return {**context, "title": title, "opts": self.opts, "may_add": may_add}


def _check(request: HttpRequest, permission: str) -> None:
    if not has_partners():
        raise Http404
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _read(form: AddressForm, me: User) -> Partner | None:
    """The site as it was put on the list; None where the form says why not."""
    if READS.exceeded_until(str(me.pk)):
        form.add_error("address", _("You have tried many addresses. Please try again in an hour."))
        return None
    try:
        return pairing.read_partner(form.cleaned_data["address"], by=me)
    except NotRead as error:
        form.add_error("address", str(error.trouble.label))
        return None
