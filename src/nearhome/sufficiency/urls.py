from django.urls import path

from nearhome.sufficiency.pages import analyses, cohort, comparing, forecasting, picture, region, requiring, scenarios

app_name = "sufficiency"
urlpatterns = [
    path("", picture.picture, name="picture"),
    path("work-out/", picture.work_out, name="work_out"),
    path("analyses/", analyses.analyses, name="analyses"),
    path("region/", region.region, name="region"),
    path("prices/", comparing.prices, name="prices"),
    path("cohort/", cohort.cohort, name="cohort"),
    path("forecast/", forecasting.forecast, name="forecast"),
    path("forecast/work-out/", forecasting.work_out_forecast_page, name="work_out_forecast"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/new/", scenarios.new_scenario, name="new_scenario"),
    path("scenarios/<uuid:key>/", scenarios.scenario, name="scenario"),
    path("scenarios/<uuid:key>/remove/", scenarios.remove, name="remove_scenario"),
    path("requirements/", requiring.requirements, name="requirements"),
    path("requirements/new/<uuid:key>/", requiring.new_requirement, name="new_requirement"),
    path("requirements/<uuid:key>/", requiring.requirement, name="requirement"),
    path("shared/<uuid:key>/withdraw/", region.withdraw, name="withdraw"),
    path("<uuid:key>/", analyses.analysis, name="analysis"),
    path("<uuid:key>/again/", analyses.again, name="again"),
    path("<uuid:key>/share/", region.share, name="share"),
    path("<uuid:key>/file/<slug:kind>/", analyses.file, name="file"),
    path("<uuid:key>/part/<slug:section>/", analyses.part, name="part"),
]
