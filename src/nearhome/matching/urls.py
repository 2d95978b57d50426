from django.urls import path

from nearhome.matching.pages import homes, offers

app_name = "matching"
urlpatterns = [
    path("policy/", homes.policy, name="policy"),
    path("<uuid:key>/homes/", homes.homes, name="homes"),
    path("<uuid:key>/homes/rank/", homes.rank, name="rank"),
    path("<uuid:key>/offers/", offers.offers, name="offers"),
    path("<uuid:key>/offers/<uuid:offer_key>/choose/", offers.choose, name="choose"),
]
