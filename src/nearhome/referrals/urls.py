from django.urls import path

from nearhome.referrals.pages import invitations, offers, permission, questions, recording, referral

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
    path("<uuid:key>/correct/", recording.correct, name="correct"),
    path("<uuid:key>/permission/", permission.permission, name="permission"),
    path("<uuid:key>/invitations/", invitations.told, name="told"),
    path("<uuid:key>/invitations/withdraw/", invitations.withdraw_all, name="withdraw_invitations"),
    path("sent/<uuid:key>/", invitations.sent_invitation, name="sent_invitation"),
    path("sent/<uuid:key>/share/", invitations.share_detail, name="share_detail"),
    path("questions/<uuid:key>/", invitations.answer, name="answer"),
    path("releases/<uuid:key>/take-back/", invitations.recall, name="recall"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<uuid:key>/", invitations.invitation, name="invitation"),
    path("invitations/<uuid:key>/ask/", invitations.ask, name="ask"),
    path("invitations/<uuid:key>/decline/", invitations.decline, name="decline"),
    path("invitations/<uuid:key>/offer/", offers.offer, name="offer"),
    path("offers/<uuid:key>/withdraw/", offers.withdraw, name="withdraw_offer"),
]
