"""Disputed lines, statements between two authorities, and what a provider files of its payments."""

from django.urls import path

from nearhome.settlement.pages import disputes, pairs, payments

urlpatterns = [
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/line/<uuid:key>/", disputes.dispute_line, name="dispute_line"),
    path("disputes/<uuid:key>/", disputes.disputed_line, name="disputed_line"),
    path("disputes/<uuid:key>/answer/", disputes.answer, name="answer_dispute"),
    path("disputes/<uuid:key>/reply/", disputes.reply, name="reply_to_answer"),
    path("statements/<uuid:key>/with/<uuid:other>/", pairs.pair, name="pair"),
    path("statements/<uuid:key>/with/<uuid:other>/statement.pdf", pairs.pair_document, name="pair_pdf"),
    path("payments/<uuid:key>/remittance-advice.pdf", payments.remittance_document, name="remittance_pdf"),
]
