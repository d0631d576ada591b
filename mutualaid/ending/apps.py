from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EndingConfig(AppConfig):
    name = "mutualaid.ending"
    verbose_name = _("Winding down")

    def ready(self) -> None:
        from mutualaid.ending import notifications  # noqa: F401  registers its kinds of message
