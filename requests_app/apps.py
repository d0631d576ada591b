from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("Needs")

    def ready(self) -> None:
        from requests_app import receivers, tasks  # noqa: F401  they register themselves
        from requests_app.notifications import coordinators, participants, team_chat  # noqa: F401
        from requests_app.pages import one_tap  # noqa: F401
