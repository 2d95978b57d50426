from django.urls import path

from nearhome.people import pages

app_name = "people"
urlpatterns = [
    path("", pages.people, name="list"),
    path("add/", pages.add, name="add"),
    path("rules/", pages.rules, name="rules"),
    path("set-password/<uuid:key>/<str:token>/", pages.set_password, name="set_password"),
    path("<uuid:key>/", pages.person, name="person"),
    path("<uuid:key>/change/", pages.change, name="change"),
    path("<uuid:key>/link/", pages.link, name="link"),
    path("<uuid:key>/switch-off/", pages.switch_off, name="switch_off"),
    path("<uuid:key>/switch-on/", pages.switch_on, name="switch_on"),
]
