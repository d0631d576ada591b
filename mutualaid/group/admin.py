"""The page on which coordinators write the group's name, words and look, with a preview beside it."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mutualaid.boundary.incoming import takes_file
from mutualaid.group.actions import change_group, make_group
from mutualaid.group.first_values import first_group
from mutualaid.group.forms import GroupForm
from mutualaid.group.look import colours
from mutualaid.group.look.logos import MOST_BYTES
from mutualaid.group.look.stylesheets import preview_css
from mutualaid.group.models import GroupProfile, GroupProfileChange
from mutualaid.group.texts import TEXTS
from mutualaid.singleton.admin import SingletonAdmin, log_changes
from mutualaid.transitions import StateChanged

COLUMNS = (
    (_("Who you are"), ("name", "phone", "email", "began_on")),
    (_("How your pages look"), ("logo", "leaf", "marigold")),
    (_("Languages of your pages"), ("languages",)),
)


@admin.register(GroupProfile)
class GroupProfileAdmin(SingletonAdmin[GroupProfile]):
    """The one row. Its preview stands on the page of the form itself."""

    form = GroupForm
    changes = GroupProfileChange
    fresh_sign_in = True
    change_form_template = "admin/group_profile.html"

    def first(self) -> GroupProfile:
        return first_group()

    def get_form(
        self,
        request: HttpRequest,
        obj: GroupProfile | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Name the columns alone: the form brings its other fields itself."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": GroupForm.Meta.fields})

    def get_fieldsets(self, request: HttpRequest, obj: GroupProfile | None = None) -> Any:
        """Return the columns, then the texts of each language, folded up but for the first."""
        groups: list[Any] = [(title, {"fields": names}) for title, names in COLUMNS]
        if obj is None or not self.has_change_permission(request, obj):
            return groups  # whoever may only look sees the texts in the preview
        names = dict(settings.LANGUAGES)
        first = [code for code, _name in obj.offered_languages]
        for code in [*first, *(code for code in names if code not in first)]:
            title = format_lazy(_("Your words in {language}"), language=names[code])
            fields = tuple(f"{key}_{code}" for key in TEXTS)
            folded = () if code == first[0] else ("collapse",)
            groups.append((title, {"fields": fields, "classes": folded}))
        return groups

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        """Raises `StateChanged` where someone else made the first change since the form was sent."""
        if not form.to_write:
            return
        is_first = form.instance.version == 0
        if is_first and not make_group():  # until then there is no row that the form could lock
            raise StateChanged("change")
        by = cast(AbstractBaseUser, request.user)  # the admin lets no one else in
        change_group(by=by, changes=form.to_write)

    def preview_page(self, request: HttpRequest, form: Any) -> HttpResponse:
        """Show the form as it was typed, with what it would look like beside it. Writes no change."""
        fieldsets = self.get_fieldsets(request, form.instance)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "adminform": AdminForm(form, list(fieldsets), {}, model_admin=self),
            "inline_admin_formsets": [],
            "errors": AdminErrorList(form, []),
            "object_id": str(form.instance.pk),
            "original": form.instance,
            "media": self.media + form.media,
            "is_popup": False,
            "to_field": None,
            "preserved_filters": "",
            "is_previewed": True,
        }
        page: HttpResponse = self.render_change_form(
            request, context, change=True, obj=form.instance
        )
        return page

    def page_context(self, request: HttpRequest, row: GroupProfile) -> dict[str, Any]:
        """Return what the preview shows: the row as it is, or as it was typed where that can be shown."""
        leaf, marigold = _readable(lambda name: getattr(row, name))
        query = urlencode({"leaf": leaf, "marigold": marigold})
        sheet = f"{reverse('admin:group_preview_css')}?{query}"
        return {"face": row, "preview_css": sheet, "schemes": ("light", "dark")}

    def preview_css(self, request: HttpRequest) -> HttpResponse:
        """Answer with the stylesheet of the preview. Raises `PermissionDenied` for whoever may not see it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        sheet = preview_css(*_readable(request.GET.get))
        return HttpResponse(sheet, content_type="text/css; charset=utf-8")

    def get_urls(self) -> list[URLPattern]:
        """Let a logo be sent to the form and to its preview."""
        view = self.admin_site.admin_view(self.preview_css)
        urls = [path("preview.css", view, name="group_preview_css"), *super().get_urls()]
        for url in urls:
            if url.name in ("group_groupprofile_change", "group_groupprofile_preview"):
                takes_file(
                    url.callback, permission="group.change_groupprofile", most_bytes=MOST_BYTES
                )
        return urls


def _readable(typed: Callable[[str], str | None]) -> tuple[str, str]:
    """Return both colours as typed, or the site's own for what is no colour."""
    own = (("leaf", colours.LEAF), ("marigold", colours.MARIGOLD))
    pair = [(typed(name) or "", usual) for name, usual in own]
    leaf, marigold = (text if colours.PATTERN.fullmatch(text) else usual for text, usual in pair)
    return leaf, marigold


log_changes("group", GroupProfileChange)
