from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FairWorkConfig(AppConfig):
    name = "mutualaid.fair_work"
    verbose_name = _("How work is shared")

    def ready(self) -> None:
        from mutualaid.fair_work import digest, notifications, one_tap, receivers  # noqa: F401
