"""People in the admin, seen from matching: who says yes and often lets go, and what that was."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import LookOnlyInline
from mutualaid.local_time import format_day
from mutualaid.matching.admin.person_page import as_context, page_of
from mutualaid.matching.attention import let_go_lately, people_who_often_let_go
from mutualaid.people.admin import UserAdmin
from mutualaid.people.models import User
from requests_app.models import ContactLogEntry


class LetsGoFilter(admin.SimpleListFilter):
    """Reached from the coordinators' board. It says whom to talk with; it is no mark on anyone."""

    title = gettext_lazy("says yes and lets go")
    parameter_name = "lets_go"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("often", _("Often of late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "often":
            return queryset.filter(pk__in=people_who_often_let_go().values("pk"))
        return queryset


class ContactLogInline(LookOnlyInline):
    model = ContactLogEntry
    fk_name = "person"
    fields = ("at", "outcome", "next_try", "by")


admin.site.unregister(User)


@admin.register(User)
class VolunteerAdmin(UserAdmin):
    """`UserAdmin` with what only the rooms above know: what they let go after a look at the details."""

    inlines: ClassVar = [*UserAdmin.inlines, ContactLogInline]
    list_filter: ClassVar[Any] = (*UserAdmin.list_filter, LetsGoFilter)
    readonly_fields: ClassVar[Any] = (*UserAdmin.readonly_fields, "let_go")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Leave out what was let go of whoever let nothing go."""
        fields = super().get_fields(request, obj)
        let_go = getattr(obj, "let_go_claims", ())
        return (*fields, "let_go") if let_go else fields

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        """Leave out the log of calls of whoever was never called."""
        was_called = obj is not None and ContactLogEntry.objects.filter(person=obj).exists()
        inlines = super().get_inlines(request, obj)
        return [one for one in inlines if was_called or one is not ContactLogInline]

    def page_context(self, request: HttpRequest, row: User) -> dict[str, Any]:
        person = page_of(row, viewer=cast(User, request.user))
        return super().page_context(request, row) | as_context(person)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Show what was let go where it is asked for, and nowhere else."""
        return (*self.list_display, "let_go") if "lets_go" in request.GET else self.list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        claims = let_go_lately().select_related("need__category", "need__locality")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("claims", claims, "let_go_claims"))
        )

    @admin.display(description=gettext_lazy("let go lately, after a look at the details"))
    def let_go(self, user: User) -> str:
        claims = user.let_go_claims  # type: ignore[attr-defined]
        lines = (f"{claim.need} ({format_day(claim.ended_at)})" for claim in claims)
        return _(", ").join(lines) or "–"
