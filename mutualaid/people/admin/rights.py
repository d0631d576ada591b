"""Who may do what in the team: proposals about a person, what waits for a second one, and one's own roles."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from mutualaid.admin.action_admin import LookOnlyAdmin
from mutualaid.admin.refusals import REFUSALS, Refusals, sentence_for
from mutualaid.admin.step_page import StepPage
from mutualaid.local_time import format_day
from mutualaid.people import access, actions, decisions
from mutualaid.people.models import STAFF, Role, TwoPersonDecision, User
from mutualaid.people.roles import LastOfRole

PEOPLE_REFUSALS: Refusals = {
    **REFUSALS,
    decisions.NotAllowed: gettext_lazy(
        "No one decides this about themself, nor about who runs the site."
    ),
    decisions.NeedsTwoPeople: gettext_lazy(
        "This is about someone of the team, so two people decide it: propose it on the page of their roles."
    ),
    decisions.ProposedAlready: gettext_lazy(
        "This is proposed already, and waits for someone to agree."
    ),
    LastOfRole: gettext_lazy(
        "Nobody else has this role. Find someone to take over first, so that the group is never without."
    ),
    actions.BlockedAlready: gettext_lazy("This phone or e-mail is blocked already."),
    access.TooManyLooks: gettext_lazy(
        "You have looked at many addresses in this hour. Please wait for the next."
    ),
}
CHOOSE = gettext_lazy("Choose what to do.")


class RightsForm(forms.Form):
    """The buttons of the page: propose one of the kinds, or agree to or end what waits."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in ("propose", "agree", "end")],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What you propose"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of these.")},
    )
    decision = forms.ModelChoiceField(
        TwoPersonDecision.objects.none(), required=False, error_messages={"invalid_choice": CHOOSE}
    )

    def __init__(self, data: QueryDict | None = None, *, about: User) -> None:
        super().__init__(data)
        kinds = [(kind.name, kind.label) for kind in decisions.kinds_about(about)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["decision"].queryset = TwoPersonDecision.objects.filter(about=about)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        do = self.cleaned_data.get("do")
        needed = "kind" if do == "propose" else "decision"
        if do and needed not in self.errors and not self.cleaned_data.get(needed):
            self.add_error("kind" if do == "propose" else "do", CHOOSE)
        return self.cleaned_data


class RightsPage(StepPage[User, RightsForm]):
    """The roles of a person in the team, what is proposed about them, and proposing more."""

    name = "rights"
    fresh_sign_in = True
    permission = "decide"
    title = gettext_lazy("Roles in the team")
    template = "admin/person_rights.html"
    refusals = PEOPLE_REFUSALS

    def form(self, data: QueryDict | None = None) -> RightsForm:
        return RightsForm(data, about=self.row)

    def act(self, form: RightsForm) -> str:
        typed = form.cleaned_data
        if typed["do"] == "propose":
            decision = decisions.propose(typed["kind"], self.row, by=self.me)
            day = format_day(decision.expires_at)
            return _("It is proposed. Someone else can agree to it until %s.") % day
        if typed["do"] == "agree":
            return " ".join([_("It is decided."), *decisions.agree(typed["decision"], by=self.me)])
        decisions.end(typed["decision"], by=self.me)
        return _("The proposal is taken back.")

    def next_url(self) -> str:
        return reverse("admin:people_user_rights", args=[self.row.pk])

    def context(self, form: RightsForm) -> dict[str, Any]:
        waiting = TwoPersonDecision.objects.waiting().filter(about=self.row)
        roles = [role.label for role in Role if role in STAFF & self.row.roles]
        is_above = self.row.is_superuser and not self.me.is_superuser
        return {
            "roles": roles,
            "is_me": self.row == self.me,
            "is_above": is_above,
            "waiting": [
                {"decision": decision, "label": decisions.label_of(decision.kind)}
                for decision in waiting.select_related("proposed_by").order_by("pk")
            ],
        }


@admin.register(TwoPersonDecision)
class TwoPersonDecisionAdmin(LookOnlyAdmin[TwoPersonDecision]):
    """What is proposed and decided about roles, the newest first. Each leads to the page of the person."""

    list_display = ("what", "of_person", "proposed_by", "state_now", "agreed_by", "proposed_at")
    list_display_links = None
    list_filter = ("state",)
    list_select_related = ("about", "proposed_by", "agreed_by")
    ordering = ("-proposed_at", "-pk")
    fields = ("what", "of_person", "proposed_by", "state_now", "agreed_by", "proposed_at")

    def get_urls(self) -> list[URLPattern]:
        view = never_cache(self.admin_site.admin_view(self.own_roles))
        view.fresh_sign_in = ""  # type: ignore[attr-defined]
        return [path("mine/", view, name="people_own_roles"), *super().get_urls()]

    def own_roles(self, request: HttpRequest) -> HttpResponse:
        """Show the roles in the team of whoever is signed in; a POST gives one of them up."""
        me = cast(User, request.user)
        roles = {role.value: role for role in Role if role in STAFF & me.roles}
        role = roles.get(request.POST.get("role", ""))
        if request.method == "POST" and role:
            try:
                actions.leave_role(me, role, here=request.session.session_key)
            except LastOfRole as refusal:
                messages.error(request, sentence_for(refusal, PEOPLE_REFUSALS))
            else:
                messages.success(request, _("You no longer have this role: %s.") % role.label)
                still_staff = me.is_staff
                return redirect("admin:people_own_roles" if still_staff else "me")
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Your roles in the team"),
            "roles": list(roles.values()),
        }
        return TemplateResponse(request, "admin/own_roles.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TwoPersonDecision]:
        return super().get_queryset(request).filter(about__erased_at=None)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("what"))
    def what(self, decision: TwoPersonDecision) -> str:
        return decisions.label_of(decision.kind)

    @admin.display(description=gettext_lazy("person"))
    def of_person(self, decision: TwoPersonDecision) -> str:
        page = reverse("admin:people_user_rights", args=[decision.about_id])
        return format_html('<a href="{}">{}</a>', page, decision.about)

    @admin.display(description=gettext_lazy("state"))
    def state_now(self, decision: TwoPersonDecision) -> str:
        return str(
            decision.get_state_display()
            if decision.is_waiting or decision.decided_at
            else _("ended: no one agreed in time")
        )
