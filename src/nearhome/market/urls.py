from django.urls import path

from nearhome.market.pages import homes, living, register

app_name = "market"
urlpatterns = [
    path("homes/", homes.homes, name="homes"),
    path("homes/new-household/", homes.new_household, name="new_household"),
    path("homes/<uuid:key>/", homes.home, name="home"),
    path("homes/<uuid:key>/describe/", homes.describe, name="describe"),
    path("homes/<uuid:key>/life/", living.life, name="life"),
    path("homes/<uuid:key>/capacity/", homes.capacity, name="capacity"),
    path("places/<uuid:key>/close/", homes.close, name="close"),
    path("places/<uuid:key>/closures/<int:number>/end/", homes.reopen, name="reopen"),
    path("register/", register.loads, name="loads"),
    path("register/send/", register.upload, name="upload"),
    path("register/<uuid:key>/", register.load, name="load"),
    path("register/<uuid:key>/confirm/", register.confirm, name="confirm"),
    path("register/<uuid:key>/set-aside/", register.set_aside, name="set_aside"),
    path("register/<uuid:key>/problems/", register.problems, name="problems"),
]
