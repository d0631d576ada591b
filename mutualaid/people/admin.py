"""People and blocked contact points in the admin."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
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
from mutualaid.people.introductions import (
    introduce,
    introduction_of,
    is_known,
    known,
    met,
    take_back_introduction,
)
from mutualaid.people.models import BlockedContactPoint, Role, User

PEOPLE_REFUSALS: Refusals = {
    **REFUSALS,
    actions.NotAllowed: gettext_lazy(
        "No one decides this about themself, nor about who runs the site."
    ),
    actions.BlockedAlready: gettext_lazy("This phone or e-mail is blocked already."),
}


COLUMNS = ("name", "locality", "language", "vetted")
"""The columns of a person that coordinators change."""


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
        fields = COLUMNS

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
        columns = {name: getattr(user, name) for name in COLUMNS}
        return columns | {"roles": sorted(user.roles)}


class SwitchPage(StepPage[User, forms.Form]):
    """Switch a person off, after a page that says what ends; or on again."""

    name = "switch"
    title = gettext_lazy("Switch this person off")
    template = "admin/person_switch.html"
    refusals = PEOPLE_REFUSALS

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


class IntroducePage(StepPage[User, forms.Form]):
    """Say that a coordinator knows this person, or that they begin small again."""

    name = "introduce"
    title = gettext_lazy("We know each other")
    template = "admin/person_introduce.html"
    refusals = PEOPLE_REFUSALS

    def act(self, form: forms.Form) -> str:
        if "back" in self.request.POST:
            take_back_introduction(self.row, by=self.me)
            return _("%s begins small from now on.") % self.row
        introduce(self.row, by=self.me)
        return _("%s is no longer new here.") % self.row

    def context(self, form: forms.Form) -> dict[str, Any]:
        return {
            "introduction": introduction_of(self.row),
            "is_known": is_known(self.row),
            "is_trusted": self.row.vetted or self.row.is_staff,
        }


class NewcomersFilter(admin.SimpleListFilter):
    """Who is new here, whatever the policy makes of it."""

    title = gettext_lazy("new here")
    parameter_name = "new"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("yes", _("New here")),
            ("unmet", _("New here, and no one has met them")),
            ("no", _("Known to us")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "yes":
                return queryset.exclude(known())
            case "unmet":
                return queryset.exclude(met())
            case "no":
                return queryset.filter(known())
        return queryset


@admin.register(User)
class UserAdmin(ActionAdmin[User]):
    """People by the name they chose. Their e-mail is shown on their own page only."""

    form = PersonForm
    refusals = PEOPLE_REFUSALS
    step_pages: ClassVar[StepPages] = (SwitchPage, IntroducePage)
    list_display: tuple[str, ...] = (
        "__str__", "locality", "role_names", "vetted", "introduced", "is_active", "created_at",
    )  # fmt: skip
    list_filter: ClassVar[Any] = (NewcomersFilter, "memberships__role", "vetted", "is_active")
    list_select_related = ("locality", "introduction__by")
    search_fields = ("name",)
    fields: ClassVar[Any] = (
        "name", "email", "locality", "language", "vetted", "roles", "introduced", "is_active", "created_at",
    )  # fmt: skip
    readonly_fields: ClassVar[Any] = ("email", "introduced", "is_active", "created_at")
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

    @admin.display(description=gettext_lazy("how we know them"))
    def introduced(self, user: User) -> str:
        """Return how, by whom and since when; a dash for someone new."""
        introduction = introduction_of(user)
        if introduction is None:
            return "–"
        day = date_format(introduction.at, "DATE_FORMAT")
        return " · ".join(filter(None, (str(introduction), str(introduction.by or ""), day)))

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
