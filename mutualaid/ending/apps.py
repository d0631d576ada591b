from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EndingConfig(AppConfig):
    name = "mutualaid.ending"
    verbose_name = _("Winding down")

    def ready(self) -> None:
        # They register: kinds of message, and the end as something that members decide about.
        from mutualaid.ending import decided, notices, notifications  # noqa: F401
