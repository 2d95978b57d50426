"""Addresses about payment runs, bank accounts and the tolerance."""

from django.urls import path

from nearhome.settlement.pages import payment_runs

urlpatterns = [
    path("runs/", payment_runs.runs, name="runs"),
    path("runs/<uuid:key>/", payment_runs.run, name="run"),
    path("runs/<uuid:key>/send/", payment_runs.send_run, name="send_run"),
    path("runs/<uuid:key>/cancel/", payment_runs.cancel_run, name="cancel_run"),
    path("runs/<uuid:key>/file/<str:kind>/", payment_runs.run_file, name="run_file"),
    path("bank/", payment_runs.bank, name="bank"),
    path("bank/tolerance/", payment_runs.set_tolerance, name="set_tolerance"),
    path("bank/<uuid:key>/confirm/", payment_runs.confirm_account, name="confirm_account"),
]
