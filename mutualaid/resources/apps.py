from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "mutualaid.resources"
    verbose_name = _("What's nearby")
