"""The admin's site: it takes only admins of ours, which guard what can be looked up (`GuardedAdmin`)."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig

from mutualaid.admin.guarded import GuardedAdmin


class Site(AdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Leave out what other packages register: it would list and search accounts in its own way."""
        if admin_class and issubclass(admin_class, GuardedAdmin):
            super().register(model_or_iterable, admin_class, **options)


class Config(AdminConfig):
    default_site = "mutualaid.admin.site.Site"
