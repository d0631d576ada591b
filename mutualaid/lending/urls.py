from django.urls import path

from mutualaid.lending.pages import by_link, mine, public

urlpatterns = [
    path("things/", public.things, name="things"),
    path("things/mine/", mine.my_things, name="my_things"),
    path("things/add/", mine.add, name="thing_add"),
    path("things/wish/<uuid:public_id>/", mine.answer, name="thing_answer"),
    path("things/loan/<uuid:public_id>/", mine.loan, name="thing_loan"),
    path("things/<uuid:public_id>/", public.thing, name="thing"),
    path("things/<uuid:public_id>/change/", mine.change, name="thing_change"),
    path("things/<uuid:public_id>/near/", mine.near, name="thing_near"),
    path("things/<uuid:public_id>/do/", mine.do, name="thing_do"),
    path("need/<str:token>/loan/<uuid:public_id>/", by_link.loan_by_link, name="loan_by_link"),
]
