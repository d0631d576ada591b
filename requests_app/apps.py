from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("Needs")

    def ready(self) -> None:
        from requests_app import desk_letters, letters, receivers, room, taps  # noqa: F401  they register themselves
