from celery.signals import task_postrun, task_prerun
from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    name = "mutualaid.policy"
    verbose_name = _("How our group works")

    def ready(self) -> None:
        from mutualaid.policy import (
            checks,  # noqa: F401  registers it
            reading,
        )

        request_started.connect(reading.begin_request)
        request_finished.connect(reading.end_request)
        task_prerun.connect(reading.begin_task)
        task_postrun.connect(reading.end_task)
