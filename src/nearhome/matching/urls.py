from django.urls import path

from nearhome.matching.pages import asking, fairness, homes, offers, plan, weights

app_name = "matching"
urlpatterns = [
    path("plan/", plan.plan, name="plan"),
    path("plan/again/", plan.make_plan, name="make_plan"),
    path("plan/policy/", plan.plan_policy, name="plan_policy"),
    path("plan/<uuid:key>/what-if/", plan.what_if, name="what_if"),
    path("<uuid:key>/plan/", plan.plan_child, name="plan_child"),
    path("fairness/", fairness.fairness, name="fairness"),
    path("fairness/work-out/", fairness.work_out, name="work_out_fairness"),
    path("policy/", homes.policy, name="policy"),
    path("<uuid:key>/homes/", homes.homes, name="homes"),
    path("<uuid:key>/homes/rank/", homes.rank, name="rank"),
    path("<uuid:key>/order/", asking.call_off, name="call_off"),
    path("<uuid:key>/invite/", asking.invite, name="invite"),
    path("<uuid:key>/weights/", weights.weights, name="weights"),
    path("<uuid:key>/replay/", weights.replay, name="replay"),
    path("<uuid:key>/offers/", offers.offers, name="offers"),
    path("<uuid:key>/offers/<uuid:offer_key>/choose/", offers.choose, name="choose"),
]
