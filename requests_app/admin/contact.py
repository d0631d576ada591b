"""Contact details in the admin: opened by a step of their own, and each look is written down."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from mutualaid.encryption.fields import WrongKey
from mutualaid.people.models import User
from requests_app import actions
from requests_app.models import Channel, Need, NeedContact
from requests_app.models.contact import Erased

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Need]
else:
    Base = object


class ContactForm(forms.ModelForm[NeedContact]):
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Safe ways; none chosen: all are"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = NeedContact
        fields = (
            "name", "phone", "email", "address", "notes",
            "channels", "times", "no_voicemail", "keep_from",
        )  # fmt: skip
        widgets: ClassVar = {
            **dict.fromkeys(("name", "phone", "email", "times"), AdminTextInputWidget),
            **{name: forms.Textarea({"rows": 3}) for name in ("address", "notes", "keep_from")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["channels"] = self.instance.channels.split(",")

    def clean_channels(self) -> str:
        return ",".join(self.cleaned_data["channels"])


class DeskContact(Base):
    def get_urls(self) -> list[URLPattern]:
        view = never_cache(self.admin_site.admin_view(self.contact))
        own = path("<int:pk>/contact/", view, name="requests_app_need_contact")
        return [own, *super().get_urls()]

    def contact(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks; a POST looks, and shows a form; a POST with `keep` saves what was corrected."""
        need = get_object_or_404(Need.objects.select_related("category", "locality"), pk=pk)
        if not self.has_change_permission(request, need):
            raise PermissionDenied
        form = None
        if request.method == "POST":
            try:
                form = self._look_or_keep(request, need)
            except Erased:
                messages.info(request, _("Everything about this person is erased."))
                return redirect("admin:requests_app_need_change", pk)
            except WrongKey:
                said = _("These details cannot be read with the keys of this site. They are kept.")
                messages.error(request, said)
            except actions.TooManyLooks:
                said = _("You have looked very often in this hour. Please wait for the next.")
                messages.warning(request, said)
            else:
                if form is None:
                    return redirect("admin:requests_app_need_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Contact details"),
            "opts": self.opts,
            "original": need,
            "form": form,
        }
        return TemplateResponse(request, "admin/need_contact.html", context)

    def _look_or_keep(self, request: HttpRequest, need: Need) -> ContactForm | None:
        """The form to show, or None once what was corrected is saved. Raises `Erased`, `WrongKey`."""
        if need.erased_at:
            raise Erased
        if "keep" not in request.POST:
            contact = actions.contact_for_desk(need, by=cast(User, request.user))
            return ContactForm(instance=contact)
        form = ContactForm(request.POST, instance=NeedContact.objects.get(need=need))
        if not form.is_valid():
            return form
        form.save()
        self.log_change(request, need, [{"changed": {"fields": [str(_("contact details"))]}}])
        messages.success(request, _("The contact details are corrected."))
        return None
