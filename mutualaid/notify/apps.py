from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "mutualaid.notify"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from mutualaid.notify import notifications, receivers  # noqa: F401  they register themselves
        from mutualaid.notify.accounts import decisions, mail  # noqa: F401
