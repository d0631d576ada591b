"""Things in the admin: what is listed, taking one off with a reason, and helping with a loan."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import ActionAdmin
from mutualaid.admin.step_page import StepPage
from mutualaid.lending import actions
from mutualaid.lending.models import Loan, Thing
from mutualaid.lending.rules import is_on
from mutualaid.lending.states import WithdrawReason


class WithdrawForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why? The owner will read this."),
        choices=WithdrawReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the reasons.")},
    )


class WithdrawPage(StepPage[Thing, WithdrawForm]):
    """Take a thing off the list."""

    name = "withdraw"
    title = gettext_lazy("Take it off the list")
    button = gettext_lazy("Take it off the list")
    explains = gettext_lazy("The owner gets a message. What is lent already runs on.")
    form_class = WithdrawForm

    def act(self, form: WithdrawForm) -> str:
        reason = WithdrawReason(form.cleaned_data["reason"])
        actions.withdraw_for_group(self.row, reason=reason, by=self.me)
        return _("It is off the list.")


class HelpedPage(StepPage[Thing, forms.Form]):
    """Say that a loan of this thing needs no more help."""

    name = "helped"
    title = gettext_lazy("You have helped with this loan")
    button = gettext_lazy("It is settled")
    explains = gettext_lazy("It no longer stands on the board as something that waits.")

    def act(self, form: forms.Form) -> str:
        actions.settle_help(self.row, by=self.me)
        return _("Settled. Thank you!")


class HelpFilter(admin.SimpleListFilter):
    title = gettext_lazy("loans")
    parameter_name = "loans"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("help", _("help is asked for")), ("out", _("lent now"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        of_thing = Loan.objects.out().filter(request__thing=OuterRef("pk"))
        if self.value() == "help":
            return queryset.filter(Exists(of_thing.filter(help_asked_at__isnull=False)))
        return queryset.filter(Exists(of_thing)) if self.value() == "out" else queryset


@admin.register(Thing)
class ThingAdmin(ActionAdmin[Thing]):
    list_display = ("title", "category", "locality", "mode", "left", "state", "until")
    list_filter = (HelpFilter, "state", "mode", "category__parent", "locality")
    list_select_related = ("category", "locality")
    search_fields = ("title",)
    fields = (
        "title", "category", "locality", "mode", "total", "left", "until", "lend_days", "state",
        "withdrawn_because", "owner", "created_at", "ended_at",
    )  # fmt: skip
    readonly_fields = fields
    step_pages = (WithdrawPage, HelpedPage)
    change_form_template = "admin/thing_change_form.html"
    ordering: ClassVar = ("-created_at", "-pk")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_on() and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Thing | None = None) -> bool:
        return is_on() and super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Thing | None = None) -> bool:
        return is_on() and super().has_change_permission(request, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
