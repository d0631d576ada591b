from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    name = "mutualaid.record"
    verbose_name = _("Our record")
