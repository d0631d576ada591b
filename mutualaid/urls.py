"""The site map. Every view needs a sign-in unless it says otherwise."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView
from django.views.i18n import set_language

from mutualaid import home_screen, views
from mutualaid.demo.patterns import patterns
from mutualaid.demo.views import mail as demo_mail
from mutualaid.methods import post_only
from mutualaid.retention.views import what_we_keep

handler429 = "mutualaid.people.ratelimit.too_often_for_allauth"
handler500 = "mutualaid.views.server_error"
# The site's own sign-in, with its rate limits and codes: coordinators need no password either.
admin.site.enable_nav_sidebar = False  # a wide list is worth more than a second menu
admin.site.index_title = _("Coordination")
admin.site.login = login_not_required(secure_admin_login(admin.site.login))  # type: ignore[method-assign]
admin.site.logout = post_only("admin:index")(admin.site.logout)  # type: ignore[method-assign, assignment]

# allauth has a page of its own to ask for a code; the one box of the sign-in does it all.
one_box = login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True))

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("data/", what_we_keep, name="data"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("manifest.webmanifest", home_screen.manifest, name="manifest"),
    path("worker.js", home_screen.worker, name="worker"),
    path("offline/", home_screen.offline, name="offline"),
    path("home-screen/", home_screen.home_screen, name="home_screen"),
    path("leave/", views.leave, name="leave"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("group/", include("mutualaid.group.urls")),
    path("winding-down/", include("mutualaid.ending.urls")),
    path("", include("mutualaid.health.urls")),
    path("numbers/", include("mutualaid.numbers.urls")),
    path("record/", include("mutualaid.record.urls")),
    path("principles/", include("mutualaid.principles.urls")),
    path("near/", include("mutualaid.resources.urls")),
    path("", include("mutualaid.decisions.urls")),
    path("", include("mutualaid.fund.urls")),
    path("", include("mutualaid.partners.urls")),
    path("", include("requests_app.urls")),
    path("", include("offers_app.urls")),
    path("", include("mutualaid.matching.urls")),
    path("", include("mutualaid.lending.urls")),
    path("hours/", include("mutualaid.hours.urls")),
    path("account/data/", include("mutualaid.data_rights.urls")),
    path("", include("mutualaid.dashboard.urls")),
    path("", include("mutualaid.notify.urls")),
    path("account/", include("mutualaid.people.sign_in.urls")),
    path("account/login/code/", one_box, name="account_request_login_code"),
    path("account/", include("allauth.account.urls")),
    path("account/ways/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("patterns/", patterns, name="patterns"))
if settings.DEMO:
    urlpatterns.append(path("demo/mail/", demo_mail, name="demo_mail"))
