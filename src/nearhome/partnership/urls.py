"""Addresses of the stage, below /partnership/."""

from django.urls import path

from nearhome.partnership.pages import agreements, deciding, decisions, matters, partnerships, votes, writing

app_name = "partnership"
urlpatterns = [
    path("", partnerships.partnerships, name="list"),
    path("new/", partnerships.begin, name="begin"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/new/", decisions.new_decision, name="new_decision"),
    path("decisions/rules/", deciding.rules, name="rules"),
    path("decisions/<uuid:key>/", decisions.decision, name="decision"),
    path("decisions/<uuid:key>/decision.pdf", decisions.decision_document, name="decision_pdf"),
    path("decisions/<uuid:key>/write/<slug:slug>/", writing.part, name="part"),
    path("decisions/<uuid:key>/list/<slug:name>/", writing.entries, name="entries"),
    path("decisions/<uuid:key>/list/<slug:name>/<int:place>/", writing.entry, name="entry"),
    path("decisions/<uuid:key>/list/<slug:name>/<int:place>/remove/", writing.remove_entry, name="remove_entry"),
    path("decisions/<uuid:key>/risks/", writing.risks, name="risks"),
    path("decisions/<uuid:key>/risks/<int:number>/", writing.risk, name="risk"),
    path("decisions/<uuid:key>/risks/<int:number>/remove/", writing.remove_risk, name="remove_risk"),
    path("decisions/<uuid:key>/step/<slug:slug>/", deciding.step, name="step"),
    path("votes/<uuid:key>/", votes.ballot, name="ballot"),
    path("votes/<uuid:key>/close/", votes.close_ballot, name="close_ballot"),
    path("matters/<uuid:key>/", matters.matter, name="matter"),
    path("matters/<uuid:key>/move-up/", matters.move_up, name="move_up"),
    path("matters/<uuid:key>/resolve/", matters.resolve, name="resolve"),
    path("<uuid:key>/", partnerships.partnership, name="partnership"),
    path("<uuid:key>/join/", partnerships.join, name="join"),
    path("<uuid:key>/leads/", partnerships.task_lead, name="task_lead"),
    path("<uuid:key>/members/<int:number>/", partnerships.membership, name="membership"),
    path("<uuid:key>/members/<int:number>/leave/", partnerships.leave, name="leave"),
    path("<uuid:key>/agreement/new/", agreements.new_agreement, name="new_agreement"),
    path("<uuid:key>/agreement/<int:version>/", agreements.agreement, name="agreement"),
    path("<uuid:key>/agreement/<int:version>/accept/", agreements.accept, name="accept"),
    path("<uuid:key>/votes/new/", votes.new_ballot, name="new_ballot"),
    path("<uuid:key>/matters/new/", matters.new_matter, name="new_matter"),
]
