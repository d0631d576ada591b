from django.urls import path

from mutualaid.decisions.pages import by_code, by_link, lists, opening, proposal, vouching

LINK = "need/<str:token>/decisions/"

urlpatterns = [
    path("decisions/", lists.decisions, name="decisions"),
    path("decisions/agreed/", lists.agreements, name="agreements"),
    path("decisions/code/", by_code.decision_code, name="decision_code"),
    path("decisions/code/open/", by_code.decisions_by_code, name="decisions_by_code"),
    path("decisions/code/<uuid:public_id>/", by_code.decision_by_code, name="decision_by_code"),
    path("decisions/vouch/", vouching.decision_vouch, name="decision_vouch"),
    path("decisions/propose/keep/<int:pk>/", opening.decision_keep, name="decision_keep"),
    path("decisions/propose/forget/", opening.decision_forget, name="decision_forget"),
    path("decisions/propose/<slug:name>/", opening.decision_step, name="decision_step"),
    path("decisions/<uuid:public_id>/", proposal.decision, name="decision"),
    path(LINK, by_link.decisions_by_link, name="decisions_by_link"),
    path(f"{LINK}<uuid:public_id>/", by_link.decision_by_link, name="decision_by_link"),
]
