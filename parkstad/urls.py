"""The address book."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib import admin
from django.urls import include, path, re_path

from parkstad import kept, pages

# The admin has no door of its own: everybody comes in by /inloggen/, with the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Prestatieafspraken: beheer"
admin.site.index_title = "Vaste gegevens"

handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler429 = pages.too_many
handler500 = pages.broken

signing_in = [
    path("inloggen/", account.login, name="account_login"),
    path("uitloggen/", account.logout, name="account_logout"),
    path("account/aanvragen/", account.signup, name="account_signup"),
    path("account/gestopt/", account.account_inactive, name="account_inactive"),
    path("account/bevestigen/", account.reauthenticate, name="account_reauthenticate"),
    path("wachtwoord/", account.password_change, name="account_change_password"),
    path("wachtwoord/kiezen/", account.password_set, name="account_set_password"),
    path("wachtwoord/vergeten/", account.password_reset, name="account_reset_password"),
    path(
        "wachtwoord/vergeten/verstuurd/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "wachtwoord/nieuw/klaar/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^wachtwoord/nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("code/", mfa.index, name="mfa_index"),
    path("code/invullen/", mfa.authenticate, name="mfa_authenticate"),
    path("code/bevestigen/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("code/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("code/app/uitzetten/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("code/herstel/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("code/herstel/maken/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]

urlpatterns = [
    # Before the page of one agreement, which answers to any other word below /afspraken/.
    path("afspraken/", include("agreements.urls")),
    path("invoer/", include("agreements.entry_urls")),
    path("", include("monitoring.urls")),
    path("", include("housing.urls")),
    path("", include(signing_in)),
    path("", include("parkstad.pages")),
    path("getypt/<str:key>/weg/", kept.drop, name="drop_typed"),
    path("gezondheid/", pages.health, name="health"),
    path(".well-known/security.txt", pages.security, name="security"),
    path("beheer/", admin.site.urls),
]
