from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrinciplesConfig(AppConfig):
    name = "mutualaid.principles"
    verbose_name = _("What we stand for")
