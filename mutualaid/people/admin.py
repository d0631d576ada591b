from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mutualaid.people.models import Membership, User


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    extra = 0


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """People by the name they chose. The address is on their own page only."""

    list_display = ("__str__", "locality", "role_names", "vetted", "is_active", "created_at")
    list_filter = ("memberships__role", "vetted", "is_active")
    list_select_related = ("locality",)
    search_fields = ("name",)
    fields = ("name", "email", "locality", "language", "vetted", "is_active", "created_at")
    readonly_fields = ("email", "created_at")
    inlines: ClassVar = [MembershipInline]

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(str(m.get_role_display()) for m in user.memberships.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request).filter(erased_at=None)
        return people.prefetch_related("memberships")
