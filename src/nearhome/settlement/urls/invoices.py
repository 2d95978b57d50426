"""Addresses about invoices."""

from django.urls import path

from nearhome.settlement import api
from nearhome.settlement.pages import invoice_decisions, invoice_tokens, invoices

urlpatterns = [
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/new/", invoices.new_invoice, name="new_invoice"),
    path("invoices/type/", invoices.type_invoice, name="type_invoice"),
    path("invoices/<uuid:key>/", invoices.invoice, name="invoice"),
    path("invoices/<uuid:key>/approve/", invoice_decisions.approve_invoice, name="approve_invoice"),
    path("invoices/<uuid:key>/match/", invoice_decisions.match_invoice, name="match_invoice"),
    path("invoices/<uuid:key>/return/", invoice_decisions.return_invoice, name="return_invoice"),
    path("invoices/<uuid:key>/lines/<int:number>/hold/", invoice_decisions.hold_line, name="hold_line"),
    path("holds/<uuid:key>/release/", invoice_decisions.release_hold, name="release_hold"),
    path("invoices/tokens/", invoice_tokens.tokens, name="invoice_tokens"),
    path("invoices/tokens/<uuid:key>/end/", invoice_tokens.end_token, name="end_token"),
    path("api/invoices/", api.invoices, name="invoice_api"),
    path("account/", invoices.account, name="account"),
]
