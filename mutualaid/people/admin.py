"""People and blocked contact points in the admin."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import allauth.mfa.admin  # noqa: F401  it registers what is taken away below
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import ActionAdmin, StepPages, without_related_links
from mutualaid.admin.careful_form import CarefulForm
from mutualaid.admin.dry_run import dry_run
from mutualaid.admin.refusals import REFUSALS, Refusals
from mutualaid.admin.step_page import StepPage
from mutualaid.contact_points import ContactPoint
from mutualaid.contact_points.form_fields import ContactPointsField
from mutualaid.people import actions
from mutualaid.people.models import BlockedContactPoint, Role, User

admin.site.unregister(Authenticator)  # it would show secrets; who lost one: `sign_in.actions`

PEOPLE_REFUSALS: Refusals = {
    **REFUSALS,
    actions.NotAllowed: gettext_lazy(
        "No one decides this about themself, nor about who runs the site."
    ),
    actions.BlockedAlready: gettext_lazy("This phone or e-mail is blocked already."),
}


class PersonForm(CarefulForm, forms.ModelForm[User]):
    language = forms.ChoiceField(
        label=gettext_lazy("Language of messages"),
        required=False,
        choices=[("", "–"), *settings.LANGUAGES],
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ("name", "locality", "language", "vetted")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["roles"] = self.instance.roles

    def current(self) -> Mapping[str, object]:
        people = User.objects.all()
        if self.is_bound:
            # `no_key`: a claim is stored under the lock of its need and refers to this row. It must not
            # wait here while `change_person` waits for that need.
            people = people.select_for_update(of=("self",), no_key=True)
        user = people.get(pk=self.instance.pk)
        columns = {name: getattr(user, name) for name in self.Meta.fields}
        return columns | {"roles": sorted(user.roles)}


class SwitchPage(StepPage[User, forms.Form]):
    """Switch a person off, after a page that says what ends; or on again."""

    name = "switch"
    title = gettext_lazy("Switch this person off")
    template = "admin/person_switch.html"
    refusals = PEOPLE_REFUSALS
    fresh_sign_in = True

    def act(self, form: forms.Form) -> str:
        if "on" in self.request.POST:
            actions.reactivate_person(self.row, by=self.me)
            return _("%s can sign in again.") % self.row
        ended = actions.deactivate_person(self.row, by=self.me)
        return " ".join([_("%s is switched off.") % self.row, *ended])

    def context(self, form: forms.Form) -> dict[str, Any]:
        return {"can_switch_on": not self.row.is_active, "ends": self._what_would_end()}

    def _what_would_end(self) -> list[str]:
        """Return sentences about what would end; none where it is refused."""
        try:
            with dry_run():
                return actions.deactivate_person(User.objects.get(pk=self.row.pk), by=self.me)
        except tuple(self.refusals):
            return []


@admin.register(User)
class UserAdmin(ActionAdmin[User]):
    """People by the name they chose. Their e-mail is shown on their own page only."""

    form = PersonForm
    refusals = PEOPLE_REFUSALS
    fresh_sign_in = True
    step_pages: ClassVar[StepPages] = (SwitchPage,)
    list_display = ("__str__", "locality", "role_names", "vetted", "is_active", "created_at")
    list_filter = ("memberships__role", "vetted", "is_active")
    list_select_related = ("locality",)
    search_fields = ("name",)
    fields = (
        "name", "email", "locality", "language", "vetted", "roles", "is_active", "created_at",
    )  # fmt: skip
    readonly_fields = ("email", "is_active", "created_at")
    change_form_template = "admin/person_change_form.html"

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        if form.to_write:
            person = User.objects.get(pk=form.instance.pk)
            changes = cast(actions.PersonChanges, form.to_write)
            ended = actions.change_person(person, changes, by=cast(User, request.user))
            for sentence in ended:
                messages.warning(request, sentence)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request).filter(erased_at=None)
        return people.prefetch_related("memberships")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(str(m.get_role_display()) for m in user.memberships.all())


class BlockForm(forms.ModelForm[BlockedContactPoint]):
    address = ContactPointsField(
        label=gettext_lazy("Phone number or e-mail address"),
        help_text=gettext_lazy(
            "It is not kept: only a fingerprint of it is, by which it is known again. Whoever has an account"
            " with it is signed out, what they said yes to is released, and their offer is paused."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    refusal: ClassVar[str] = ""

    class Meta:
        model = BlockedContactPoint
        fields = ("reason",)

    def clean_address(self) -> tuple[ContactPoint, ...]:
        """Raises `ValidationError` where the action has refused them."""
        if self.refusal:
            raise forms.ValidationError(self.refusal)
        points: tuple[ContactPoint, ...] = self.cleaned_data["address"]
        return points


@admin.register(BlockedContactPoint)
class BlockedContactPointAdmin(ActionAdmin[BlockedContactPoint]):
    """Blocks by date and reason. Only a fingerprint is kept, so no one can read here what is blocked."""

    form = BlockForm
    refusals = PEOPLE_REFUSALS
    list_display = ("since", "reason")
    list_filter = ("reason",)
    ordering = ("-since",)

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        row, ended = actions.block_contact_points(
            ", ".join(point.normal for point in form.cleaned_data["address"]),
            reason=form.cleaned_data["reason"],
            by=cast(User, request.user),
        )
        form.instance.pk, form.instance.since = row.pk, row.since
        for sentence in ended:
            messages.warning(request, sentence)

    def apply_removal(self, request: HttpRequest, row: BlockedContactPoint) -> None:
        actions.lift_block(row, by=cast(User, request.user))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("reason", "since") if obj else ("address", "reason")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
