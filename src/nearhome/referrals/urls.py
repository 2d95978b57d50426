from django.urls import path

from nearhome.referrals.pages import permission, questions, recording, referral

app_name = "referrals"
urlpatterns = [
    path("", referral.listing, name="list"),
    path("start/", recording.start, name="start"),
    path("start/new-child/", recording.new_child, name="new_child"),
    path("start/<uuid:key>/", recording.start_for_child, name="start_for_child"),
    path("<uuid:key>/", referral.referral, name="referral"),
    path("<uuid:key>/tasks/", recording.tasks, name="tasks"),
    path("<uuid:key>/question/<slug:slug>/", questions.question, name="question"),
    path("<uuid:key>/check/", recording.check, name="check"),
    path("<uuid:key>/withdraw/", recording.withdraw, name="withdraw"),
    path("<uuid:key>/permission/", permission.permission, name="permission"),
]
