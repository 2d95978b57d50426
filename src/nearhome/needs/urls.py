from django.urls import path

from nearhome.needs import pages

app_name = "needs"
urlpatterns = [
    path("returns/", pages.loads, name="loads"),
    path("returns/send/", pages.upload, name="upload"),
    path("returns/<uuid:key>/", pages.load, name="load"),
    path("returns/<uuid:key>/confirm/", pages.confirm, name="confirm"),
    path("returns/<uuid:key>/set-aside/", pages.set_aside, name="set_aside"),
    path("returns/<uuid:key>/problems/", pages.problems, name="problems"),
]
