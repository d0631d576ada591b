from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EndingConfig(AppConfig):
    name = "mutualaid.ending"
    verbose_name = _("Winding down")

    def ready(self) -> None:
        from mutualaid.ending import notices, notifications  # noqa: F401  they register their kinds of message
