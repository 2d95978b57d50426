from django.urls import URLPattern, path

from nearhome.tendering.pages import options, weighing

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/options/", options.options, name="options"),
    path("<uuid:key>/options/begin/", options.begin, name="begin_options"),
    path("<uuid:key>/options/complete/", options.complete, name="complete_options"),
    path("<uuid:key>/options/revise/", options.revise, name="revise_options"),
    path("<uuid:key>/options/version/<int:number>/", options.version, name="options_version"),
    path("<uuid:key>/options/version/<int:number>/options.pdf", options.document, name="options_document"),
    path("<uuid:key>/options/question/", weighing.question, name="options_question"),
    path("<uuid:key>/options/criteria/", weighing.criteria, name="options_criteria"),
    path("<uuid:key>/options/recommend/", weighing.recommend, name="recommend_option"),
    path("<uuid:key>/options/new/", weighing.new_option, name="new_option"),
    path("<uuid:key>/options/<uuid:option>/", weighing.option, name="option"),
    path("<uuid:key>/options/<uuid:option>/scores/", weighing.scores, name="option_scores"),
    path("<uuid:key>/options/<uuid:option>/remove/", weighing.remove_option, name="remove_option"),
]
