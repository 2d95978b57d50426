"""Addresses of rules and stays, below /settlement/."""

from django.urls import path

from nearhome.settlement.pages import lead_costs, rules, stays

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/<uuid:key>/", rules.contract_rules, name="contract_rules"),
    path("rules/<uuid:key>/propose/", rules.propose, name="propose_rules"),
    path("rules/proposals/<uuid:key>/agree/", rules.agree, name="agree_rules"),
    path("rules/proposals/<uuid:key>/accept/", rules.accept, name="accept_rules"),
    path("rules/proposals/<uuid:key>/turn-down/", rules.turn_down, name="turn_down_rules"),
    path("stays/", stays.stays, name="stays"),
    path("stays/<uuid:key>/", stays.stay, name="stay"),
    path("stays/<uuid:key>/funder/", stays.funder, name="ask_funder"),
    path("stays/absences/<uuid:key>/", stays.absence, name="absence"),
    path("stays/absences/<uuid:key>/withdraw/", stays.withdraw, name="withdraw_absence"),
    path("stays/asked/<uuid:key>/accept/", stays.accept, name="accept_funder"),
    path("lead-costs/", lead_costs.lead_costs, name="lead_costs"),
    path("lead-costs/<uuid:key>/propose/", lead_costs.propose, name="propose_lead_cost"),
    path("lead-costs/proposals/<uuid:key>/agree/", lead_costs.agree, name="agree_lead_cost"),
    path("lead-costs/proposals/<uuid:key>/turn-down/", lead_costs.turn_down, name="turn_down_lead_cost"),
]
