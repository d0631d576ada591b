from celery.signals import task_postrun, task_prerun
from django.apps import AppConfig
from django.core.signals import request_finished, request_started

from mutualaid.singleton import reading


class SingletonConfig(AppConfig):
    name = "mutualaid.singleton"

    def ready(self) -> None:
        request_started.connect(reading.begin_request)
        request_finished.connect(reading.end_request)
        task_prerun.connect(reading.begin_task)
        task_postrun.connect(reading.end_task)
