"""Addresses of placements."""

from django.urls import path

from nearhome.placements.pages import agreements, approving, reading, recording

app_name = "placements"
urlpatterns = [
    path("", reading.placements, name="list"),
    path("approve/<uuid:key>/", approving.approve_choice, name="approve_choice"),
    path("approve/<uuid:key>/book-now/", approving.book_now, name="book_now"),
    path("for-referral/<uuid:key>/", reading.for_referral, name="for_referral"),
    path("<uuid:key>/", reading.placement, name="placement"),
    path("<uuid:key>/arrival/", recording.arrival, name="arrival"),
    path("<uuid:key>/arrival/correct/", recording.dates, name="dates"),
    path("<uuid:key>/ending/", recording.end, name="ending"),
    path("<uuid:key>/cancel/", recording.cancel, name="cancel"),
    path("<uuid:key>/expected-end/", recording.expected_end, name="expected_end"),
    path("<uuid:key>/price/", recording.price, name="price"),
    path("<uuid:key>/clocks/", recording.clocks, name="clocks"),
    path("<uuid:key>/out-of-area/", recording.out_of_area, name="out_of_area"),
    path("<uuid:key>/agreement/", agreements.agreements, name="agreements"),
    path("<uuid:key>/agreement/new/", agreements.issue, name="issue"),
    path("<uuid:key>/agreement/<int:version>/", agreements.agreement, name="agreement"),
    path("<uuid:key>/agreement/<int:version>/pdf/", agreements.document, name="document"),
]
