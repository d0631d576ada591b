from django.urls import path

from mutualaid.people.sign_in import views

urlpatterns = [
    path("email/", views.EmailView.as_view(), name="account_email"),
    path("signup/code/", views.sign_up_by_phone, name="sign_up_by_phone"),
    path("second-factor/", views.set_up, name="second_factor"),
    path("second-factor/go-on/", views.go_on, name="second_factor_go_on"),
    path("typed/", views.kept_form, name="kept_form"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path(
        "reauthenticate/code/",
        views.ReauthenticateByCode.as_view(),
        name="account_reauthenticate_code",
    ),
    path(
        "ways/webauthn/reauthenticate/",
        views.ReauthenticateByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
]
