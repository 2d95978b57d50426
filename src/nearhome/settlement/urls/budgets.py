"""Addresses of budgets and of blocks held against spot."""

from django.urls import path

from nearhome.settlement.pages import against_spot, budgets, expecting

urlpatterns = [
    path("budgets/", budgets.budgets, name="budgets"),
    path("budgets/new/", budgets.new_line, name="new_line"),
    path("budgets/<uuid:key>/", budgets.budget, name="budget"),
    path("budgets/<uuid:key>/goes-to/", budgets.map_line, name="map_line"),
    path("budgets/<uuid:key>/<int:year>/", budgets.set_line_budget, name="set_budget"),
    path("budgets/<uuid:key>/expected/", expecting.expected, name="expected"),
    path("budgets/expected/<uuid:key>/withdraw/", expecting.withdraw, name="withdraw_expected"),
    path("against-spot/", against_spot.against_spot, name="against_spot"),
    path("against-spot/<uuid:key>/", against_spot.block_against_spot, name="block_against_spot"),
    path("against-spot/<uuid:key>/spot-price/", against_spot.hold_against, name="hold_against"),
]
