from django.urls import path

from mutualaid.record import views

urlpatterns = [
    path("", views.record, name="record"),
    path("seals.jsonl", views.seals_file, name="record_seals"),
    path("seals.py", views.program, name="record_program"),
    path("<int:number>/", views.seal, name="record_seal"),
    path("<int:number>/seal.jsonl", views.seal_file, name="record_seal_file"),
]
