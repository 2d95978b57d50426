"""Addresses of what placements cost by element and budget, and of paths agreed stage by stage."""

from django.urls import path

from nearhome.settlement.pages import ledger_codes, lifetime, paths, stay_money

urlpatterns = [
    path("stays/<uuid:key>/money/", stay_money.stay_money, name="stay_money"),
    path("stays/<uuid:key>/money/split/", stay_money.split, name="split_funding"),
    path("stays/<uuid:key>/money/amount/", stay_money.amount, name="record_amount"),
    path("stays/amounts/<uuid:key>/withdraw/", stay_money.withdraw, name="withdraw_amount"),
    path("ledger-codes/", ledger_codes.ledger_codes, name="ledger_codes"),
    path("ledger-codes/<uuid:key>/", ledger_codes.month_shares, name="month_shares"),
    path("children/<uuid:key>/cost/", lifetime.lifetime_cost, name="child_cost"),
    path("children/<uuid:key>/path/", paths.price_path, name="price_path"),
    path("children/<uuid:key>/path/agree/", paths.agree, name="agree_stage"),
    path("paths/stages/<uuid:key>/price/", paths.stage_price, name="stage_price"),
    path("paths/stages/<uuid:key>/is/<uuid:booking>/", paths.tie, name="tie_stage"),
]
