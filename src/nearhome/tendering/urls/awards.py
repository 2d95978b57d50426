from django.urls import path

from nearhome.tendering.pages import awards, direct_awards, outcomes, recommending

urlpatterns = [
    path("awards/<uuid:key>/", awards.award, name="award"),
    path("awards/<uuid:key>/recommend/", recommending.recommend, name="recommend"),
    path("awards/<uuid:key>/send-back/", awards.send_back, name="send_back"),
    path("awards/<uuid:key>/decide/", awards.decide, name="decide_award"),
    path("awards/<uuid:key>/tell/", awards.tell, name="tell_bidders"),
    path("awards/<uuid:key>/notice/", awards.notice, name="award_notice"),
    path("awards/<uuid:key>/contract/", awards.contract, name="contract"),
    path("awards/<uuid:key>/abandon/", direct_awards.abandon, name="abandon"),
    path("awards/<uuid:key>/direct/", direct_awards.direct, name="direct_award"),
    path("awards/<uuid:key>/extend/", direct_awards.extend, name="extend"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("outcomes/<uuid:key>/", outcomes.outcome, name="outcome"),
]
