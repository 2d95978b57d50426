from django.urls import URLPattern, path

from nearhome.tendering.pages import evaluation, feedback, interests, moderating, panel, prices, results, scoring

LOT = "evaluation/<uuid:key>/lots/<int:number>"

urlpatterns: list[URLPattern] = [
    path("evaluation/<uuid:key>/", evaluation.evaluation, name="evaluation"),
    path("evaluation/<uuid:key>/panel/", panel.panel, name="panel"),
    path("evaluation/<uuid:key>/panel/<int:number>/", panel.seat, name="seat"),
    path("evaluation/<uuid:key>/panel/<int:number>/chair/", panel.chair, name="chair"),
    path(f"{LOT}/interest/", interests.interest, name="interest"),
    path(f"{LOT}/interest/<int:seat>/", interests.interest_of, name="interest_of"),
    path(f"{LOT}/scores/", scoring.scores, name="scores"),
    path(f"{LOT}/close/", scoring.closing, name="close_scoring"),
    path(f"{LOT}/moderation/", moderating.moderation, name="moderation"),
    path(f"{LOT}/lock/", moderating.locking, name="lock_quality"),
    path(f"{LOT}/prices/", prices.lot_prices, name="lot_prices"),
    path("evaluation/bids/<uuid:key>/score/<int:number>/", scoring.score, name="score"),
    path("evaluation/bids/<uuid:key>/moderate/<int:number>/", moderating.moderate, name="moderate"),
    path("evaluation/bids/<uuid:key>/price/", prices.low_price, name="low_price"),
    path("results/<uuid:key>/", results.results, name="results"),
    path("results/<uuid:key>/lots/<int:number>/", results.lot_result, name="lot_result"),
    path("results/<uuid:key>/lots/<int:number>/work-out/", results.work_out, name="work_out_results"),
    path("results/<uuid:key>/letters/", feedback.draft, name="draft_feedback"),
    path("results/<uuid:key>/letters/send/", feedback.send, name="send_feedback"),
    path("feedback/", feedback.feedback_received, name="feedback_received"),
    path("feedback/<uuid:key>/", feedback.feedback, name="feedback"),
    path("feedback/<uuid:key>/letter.pdf", feedback.feedback_document, name="feedback_pdf"),
]
