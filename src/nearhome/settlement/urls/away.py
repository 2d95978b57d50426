"""Addresses of terms for nights away, below /settlement/."""

from django.urls import path

from nearhome.settlement.pages import away_terms

urlpatterns = [
    path("away-terms/", away_terms.away_terms, name="away_terms"),
    path("away-terms/frameworks/<uuid:key>/", away_terms.framework, name="framework_away"),
    path("away-terms/frameworks/<uuid:key>/propose/", away_terms.propose_framework, name="propose_framework_away"),
    path("away-terms/placements/<uuid:key>/", away_terms.placement, name="placement_away"),
    path("away-terms/placements/<uuid:key>/propose/", away_terms.propose_placement, name="propose_placement_away"),
    path("away-terms/proposals/<uuid:key>/agree/", away_terms.agree, name="agree_away_terms"),
    path("away-terms/proposals/<uuid:key>/turn-down/", away_terms.turn_down, name="turn_down_away_terms"),
]
