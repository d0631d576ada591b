from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HoursConfig(AppConfig):
    name = "mutualaid.hours"
    verbose_name = _("Hours")

    def ready(self) -> None:
        # They register: messages, and what one tap does.
        from mutualaid.hours import notifications, one_tap  # noqa: F401
