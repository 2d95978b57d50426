from django.urls import URLPattern, path

from nearhome.tendering.pages import cases

urlpatterns: list[URLPattern] = [
    path("", cases.procurements, name="procurements"),
    path("begin/", cases.begin, name="begin"),
    path("rules/", cases.rules, name="rules"),
    path("<uuid:key>/", cases.procurement, name="procurement"),
    path("<uuid:key>/change/", cases.change, name="change"),
]
