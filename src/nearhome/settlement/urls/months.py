"""Addresses of the stage, below /settlement/."""

from django.urls import path

from nearhome.settlement.pages import months, payments, statements

urlpatterns = [
    path("", months.months, name="months"),
    path("work-out/<uuid:key>/", months.work_out, name="work_out"),
    path("payments/", payments.payments, name="payments"),
    path("payments/<uuid:key>/", payments.payment_month, name="payment_month"),
    path("statements/<uuid:key>/", statements.statement, name="statement"),
    path("statements/<uuid:key>/statement.pdf", statements.statement_document, name="statement_pdf"),
    path("statements/<uuid:key>/agree/", statements.agree, name="agree"),
    path("statements/<uuid:key>/dispute/", statements.dispute, name="dispute"),
    path("<uuid:key>/", months.month, name="month"),
    path("<uuid:key>/check/", months.check, name="check"),
    path("<uuid:key>/approve/", months.approve, name="approve"),
    path("<uuid:key>/close/", months.close, name="close"),
    path("<uuid:key>/return/", months.return_to_draft, name="return"),
]
