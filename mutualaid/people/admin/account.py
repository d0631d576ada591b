"""People and blocked contact points in the admin."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import ActionAdmin, StepPages, without_related_links
from mutualaid.admin.careful_form import CarefulForm
from mutualaid.admin.dry_run import dry_run
from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.step_page import StepPage
from mutualaid.admin.widgets import RowsField
from mutualaid.contact_points import ContactPoint
from mutualaid.contact_points.form_fields import ContactPointsField
from mutualaid.forms.typed_text import NameField
from mutualaid.people import access, actions
from mutualaid.people.admin.introductions import IntroducePage, NewcomersFilter, introduced
from mutualaid.people.admin.rights import PEOPLE_REFUSALS, RightsPage
from mutualaid.people.models import STAFF, BlockedContactPoint, Membership, Role, User
from mutualaid.people.roles import DECIDE, SEE_EMAILS

PERSON_COLUMNS = ("name", "locality", "language", "vetted")
"""The columns of a person that coordinators change."""


class PersonForm(CarefulForm, forms.ModelForm[User]):
    language = forms.ChoiceField(
        label=gettext_lazy("Language of messages"),
        required=False,
        choices=[("", "–"), *settings.LANGUAGES],
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=[(role.value, role.label) for role in Role if role not in STAFF],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Roles in the team have a page of their own: two people decide."),
    )
    areas = RowsField(
        Membership.areas.rel.model._default_manager.all(),
        label=gettext_lazy("Areas they look after"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=gettext_lazy(
            "They see these first, and are called first about them. They can still help with all others."
        ),
    )

    class Meta:
        model = User
        fields = PERSON_COLUMNS
        field_classes: ClassVar = {"name": NameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["roles"] = sorted(self.instance.roles - STAFF)  # a set would tick nothing
        if self.instance.is_coordinator:
            self.initial["areas"] = self._areas()
        else:
            del self.fields["areas"]

    def current(self) -> Mapping[str, object]:
        people = User.objects.all()
        if self.is_bound:
            # `no_key`: a claim is stored under the lock of its need and refers to this row. It must not
            # wait here while `change_person` waits for that need.
            people = people.select_for_update(of=("self",), no_key=True)
        user = people.get(pk=self.instance.pk)
        values: dict[str, object] = {name: getattr(user, name) for name in PERSON_COLUMNS}
        values["roles"] = sorted(user.roles - STAFF)
        if "areas" in self.fields:
            values["areas"] = self._areas()
        return values

    def _areas(self) -> list[Any]:
        membership = Membership.objects.filter(user=self.instance, role=Role.COORDINATOR).first()
        return list(membership.areas.order_by("name")) if membership else []


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
        return {
            "can_switch_on": not self.row.is_active,
            "takes_two": actions.opens_admin(self.row),
            "ends": self._what_would_end(),
        }

    def _what_would_end(self) -> list[str]:
        """Return sentences about what would end; none where it is refused."""
        try:
            with dry_run():
                return actions.deactivate_person(User.objects.get(pk=self.row.pk), by=self.me)
        except tuple(self.refusals):
            return []


class SignOutPage(StepPage[User, forms.Form]):
    """End all sessions of a person."""

    name = "sessions"
    title = gettext_lazy("Sign this person out everywhere")
    refusals = PEOPLE_REFUSALS
    fresh_sign_in = True
    explains = gettext_lazy(
        "Whoever is signed in to this account has to sign in again, on every device. Do it when a phone is"
        " lost or someone else may be in."
    )
    button = gettext_lazy("Sign out everywhere")

    def act(self, form: forms.Form) -> str:
        actions.sign_out_everywhere(self.row, by=self.me)
        return _("%s is signed out everywhere.") % self.row


class EmailPage(StepPage[User, forms.Form]):
    """GET asks; a POST shows the e-mail of the account and logs the look."""

    name = "email"
    fresh_sign_in = True
    permission = "see_emails"
    title = gettext_lazy("E-mail address")
    template = "admin/person_email.html"
    refusals = PEOPLE_REFUSALS
    explains = gettext_lazy("Who looks at it is written down, as with contact details.")
    button = gettext_lazy("Show the e-mail address")
    email: str | None = None

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show(forms.Form())
        form = forms.Form(self.request.POST)
        if form.is_valid():
            try:
                self.email = access.email_of(self.row, by=self.me)
            except tuple(self.refusals) as refusal:
                form.add_error(None, sentence_for(refusal, self.refusals))
        return self.show(form)

    def context(self, form: forms.Form) -> dict[str, Any]:
        return {"email": self.email}


@admin.register(User)
class UserAdmin(ActionAdmin[User]):
    """People by the name they chose. Their e-mail is shown on a page of its own, which logs the look."""

    form = PersonForm
    refusals = PEOPLE_REFUSALS
    fresh_sign_in = True
    step_pages: ClassVar[StepPages] = (
        SwitchPage,
        SignOutPage,
        EmailPage,
        RightsPage,
        IntroducePage,
    )
    list_display: tuple[str, ...] = (
        "__str__", "locality", "role_names", "vetted", "introduced", "is_active", "created_at",
    )  # fmt: skip
    list_filter: ClassVar[Any] = (NewcomersFilter, "memberships__role", "vetted", "is_active")
    list_select_related = ("locality", "introduction__by")
    search_fields = ("name",)
    ordering = ("name", "pk")
    readonly_fields: ClassVar[Any] = (
        "role_names", "area_names", "introduced", "is_active", "created_at",
    )  # fmt: skip
    change_form_template = "admin/person_change_form.html"

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        if form.to_write:
            person = User.objects.get(pk=form.instance.pk)
            changes = cast(actions.PersonChanges, form.to_write)
            ended = actions.change_person(person, changes, by=cast(User, request.user))
            for sentence in ended:
                messages.warning(request, sentence)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Leave out the areas of whoever coordinates nothing."""
        fields = [*PERSON_COLUMNS, "role_names"]
        can_change = obj is not None and self.has_change_permission(request, obj)
        if can_change:
            fields.append("roles")
        if obj and obj.is_coordinator:
            fields.append("areas" if can_change else "area_names")
        return (*fields, "introduced", "is_active", "created_at")

    def page_context(self, request: HttpRequest, row: User) -> dict[str, Any]:
        can_change = self.has_change_permission(request, row)
        return {
            "can_switch": can_change and row != request.user,
            "can_introduce": can_change,
            "can_see_email": self.has_see_emails_permission(request),
            "can_decide": self.has_decide_permission(request),
        }

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request).filter(erased_at=None)
        return people.prefetch_related("memberships")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """No one but a superuser changes a superuser."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(DECIDE)

    def has_see_emails_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(SEE_EMAILS)

    @admin.display(description=gettext_lazy("how we know them"))
    def introduced(self, user: User) -> str:
        return introduced(user)

    @admin.display(description=gettext_lazy("all roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(str(m.get_role_display()) for m in user.memberships.all()) or "–"

    @admin.display(description=gettext_lazy("areas they look after"))
    def area_names(self, user: User) -> str:
        memberships = user.memberships.filter(role=Role.COORDINATOR)
        return ", ".join(str(area) for row in memberships for area in row.areas.all()) or "–"


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
