from nearhome.tendering.urls import awards, cases, evaluation, notices, options, tenders

app_name = "tendering"
urlpatterns = [
    *cases.urlpatterns,
    *options.urlpatterns,
    *tenders.urlpatterns,
    *evaluation.urlpatterns,
    *awards.urlpatterns,
    *notices.urlpatterns,
]
