from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    name = "mutualaid.policy"
    verbose_name = _("How our group works")

    def ready(self) -> None:
        from mutualaid.policy import checks  # noqa: F401  registers it
