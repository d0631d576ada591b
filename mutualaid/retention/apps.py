from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    name = "mutualaid.retention"
    verbose_name = _("What we keep")

    def ready(self) -> None:
        from mutualaid.retention import checks, policy_preview  # noqa: F401  they register themselves
