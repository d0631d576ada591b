"""The admin's site: it takes only admins of ours, which guard what can be looked up (`GuardedAdmin`)."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils.functional import SimpleLazyObject

from mutualaid.admin.guarded import GuardedAdmin
from mutualaid.boundary.incoming import takes_file

View = Callable[..., HttpResponseBase]
_pages: list[tuple[str, View, str]] = []
"""Route, view and name of each page that is of no one model."""


def admin_page(
    route: str,
    *,
    name: str,
    permission: str,
    fresh_sign_in: bool = False,
    most_bytes: int = 0,
) -> Callable[[View], View]:
    """Put a view into the admin, under "/admin/<route>" and the name "admin:<name>".

    It is for pages about several models, or none; one about a row is a `StepPage`. Whoever lacks the
    permission, as "requests_app.view_need", is refused. With `fresh_sign_in` a POST needs one
    (`people.sign_in.fresh`); with `most_bytes` it takes a file of so many, from whoever has the
    permission (`incoming.takes_file`). The module has to be imported by an `admin` module of an installed
    app.
    """

    def register(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        if fresh_sign_in:
            guarded.fresh_sign_in = ""  # type: ignore[attr-defined]
        if most_bytes:
            takes_file(guarded, permission=permission, most_bytes=most_bytes)
        _pages.append((route, guarded, name))
        return guarded

    return register


class Site(AdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Leave out what other packages register: it would list and search accounts in its own way."""
        if admin_class and issubclass(admin_class, GuardedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the list of what can be done, made once a page asks for it: most never do."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        pages = [path(route, self.admin_view(view), name=name) for route, view, name in _pages]
        return [*pages, *super().get_urls()]


class Config(AdminConfig):
    default_site = "mutualaid.admin.site.Site"
