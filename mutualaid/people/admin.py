from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.blind_index import lasting_mark
from mutualaid.people.models import BlockedAddress, Membership, User


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


class BlockForm(forms.ModelForm[BlockedAddress]):
    address = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        help_text=_("It is not kept: only a fingerprint of it is, by which it is known again."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    class Meta:
        model = BlockedAddress
        fields = ("reason",)

    def clean_address(self) -> str:
        """Raises a `ValidationError` beside the field."""
        mark = lasting_mark(self.cleaned_data["address"])
        if not mark:
            raise forms.ValidationError(_("Write a phone number or an e-mail address."))
        if BlockedAddress.objects.filter(mark=mark).exists():
            raise forms.ValidationError(_("This address is blocked already."))
        self.instance.mark = mark
        return ""


@admin.register(BlockedAddress)
class BlockedAddressAdmin(admin.ModelAdmin[BlockedAddress]):
    """Known by date and reason; which address it is, nobody can read here."""

    form = BlockForm
    list_display = ("since", "reason")
    list_filter = ("reason",)
    ordering = ("-since",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("reason", "since") if obj else ("address", "reason")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
