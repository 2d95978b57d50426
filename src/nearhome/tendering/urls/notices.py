from django.urls import URLPattern, path

from nearhome.tendering.pages import notices

urlpatterns: list[URLPattern] = [
    path("notices/", notices.all_notices, name="all_notices"),
    path("notices/what-happened/", notices.own_what_happened, name="own_what_happened"),
    path("notices/what-happened/<uuid:key>/take-back/", notices.take_back_fact, name="take_back_fact"),
    path("notices/own/<str:code>/", notices.own_notice, name="own_notice"),
    path("procurements/<uuid:key>/notices/", notices.notices, name="notices"),
    path("procurements/<uuid:key>/notices/what-happened/", notices.what_happened, name="what_happened"),
    path("procurements/<uuid:key>/notices/<str:code>/", notices.notice, name="notice"),
    path("procurements/<uuid:key>/open-contracting-data/", notices.ocds, name="ocds"),
]
