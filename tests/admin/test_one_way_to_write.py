"""No form of the admin saves a row of ours: an action does."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin as contrib
from django.test import RequestFactory

from mutualaid.admin.action_admin import ActionAdmin, LookOnlyAdmin, LookOnlyInline
from mutualaid.singleton.together import TogetherAdmin
from requests_app.admin.exclusions import ExclusionInline
from tests.support.admin_form import as_it_stands
from tests.support.who_writes import WrittenByTheAdmin, watched

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
HANDS_OVER = (
    "save_model", "save_related", "save_formset", "delete_model", "delete_queryset",
    "changeform_view", "log_change",
)  # fmt: skip


def is_ours(model: Any) -> bool:
    room = apps.get_app_config(model._meta.app_label).name.split(".")[0]
    return room in {"mutualaid", "requests_app", "offers_app"}


ADMINS = {
    model: model_admin for model, model_admin in contrib.site._registry.items() if is_ours(model)
}


@pytest.mark.parametrize("model", ADMINS, ids=lambda model: model.__name__)
def test_each_admin_hands_over_to_actions_or_only_looks(model):
    model_admin = ADMINS[model]
    for inline in model_admin.inlines:
        assert issubclass(inline, LookOnlyInline) or inline is ExclusionInline
    if isinstance(model_admin, ActionAdmin):
        # Beside it, one answers what an action has refused, and saves nothing.
        owner = TogetherAdmin if isinstance(model_admin, TogetherAdmin) else ActionAdmin
        assert (
            owner.__dict__.keys() & set(HANDS_OVER) <= {"changeform_view"} or owner is ActionAdmin
        )
        for name in HANDS_OVER:
            assert getattr(type(model_admin), name) is getattr(owner, name), name
    else:
        assert isinstance(model_admin, LookOnlyAdmin), "it saves by itself"


def test_who_names_no_action_saves_nothing(rosa):
    class Forgetful(ActionAdmin[Any]):
        pass

    forgetful, request = Forgetful(type(rosa), contrib.site), RequestFactory().post("/")
    for save in (
        lambda: forgetful.save_model(request, rosa, None, True),
        lambda: forgetful.delete_model(request, rosa),
        lambda: forgetful.delete_queryset(request, type(rosa).objects.all()),
    ):
        with pytest.raises(NotImplementedError):
            save()


def test_the_watch_of_the_tests_sees_a_form_that_saves_by_itself(admin, monkeypatch, rosa):
    monkeypatch.setattr(ActionAdmin, "save_model", contrib.ModelAdmin.save_model)
    path = f"/admin/people/user/{rosa.pk}/change/"
    typed = as_it_stands(admin, path) | {"name": "Rosalind"}
    with watched(), pytest.raises(WrittenByTheAdmin):
        admin.post(path, typed)
