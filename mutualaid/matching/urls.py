from django.urls import path

from mutualaid.matching import views

urlpatterns = [
    path("help/", views.help_list, name="help_list"),
    path("help/<uuid:public_id>/", views.help_match, name="help_match"),
    path("help/<uuid:public_id>/yes/", views.help_accept, name="help_accept"),
    path("help/<uuid:public_id>/no/", views.help_decline, name="help_decline"),
    path("help/<uuid:public_id>/thinking/", views.help_think, name="help_think"),
    path("help/again/<int:pk>/", views.help_again, name="help_again"),
    path("help/need/<uuid:public_id>/", views.help_need, name="help_need"),
    path("help/need/<uuid:public_id>/ask/", views.help_need_ask, name="help_need_ask"),
]
