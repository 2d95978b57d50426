"""The address map. A stage's addresses are its own; this only says where each begins."""

from importlib.util import find_spec

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import include, path

from nearhome.website import errors, pages

sign_in = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("confirm-it-is-you/", account.reauthenticate, name="account_reauthenticate"),
    path("account-inactive/", account.account_inactive, name="account_inactive"),
    path("change-password/", account.password_change, name="account_change_password"),
    path("second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/settings/", include("allauth.mfa.urls")),
]
_STAGES = (
    "people", "partnership", "needs", "market", "sufficiency", "procurement", "tendering", "referrals", "matching", "placements", "settlement",
)  # fmt: skip

urlpatterns = [
    path("", pages.start, name="start"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("health/", pages.health, name="health"),
    *sign_in,
    *[path(f"{stage}/", include(f"nearhome.{stage}.urls")) for stage in _STAGES if find_spec(f"nearhome.{stage}.urls")],
    *([path("components/", include("nearhome.design.urls"))] if find_spec("nearhome.design.urls") else []),
]
handler400 = errors.bad_request
handler403 = errors.not_allowed
handler404 = errors.not_found
handler500 = errors.broken
