from django.urls import path

from nearhome.procurement.pages import frameworks, reopening, suppliers, uplift_ballots, uplifts

_OF = "frameworks/<uuid:key>/"
_SUPPLIER = "frameworks/<uuid:key>/suppliers/<int:number>/"
_UPLIFT = "uplifts/<uuid:key>/"

urlpatterns = [
    path("frameworks/", frameworks.frameworks, name="frameworks"),
    path("frameworks/new/", frameworks.new_framework, name="new_framework"),
    path(_OF, frameworks.framework, name="framework"),
    path(f"{_OF}tier/", frameworks.tier, name="tier"),
    path(f"{_OF}join/", frameworks.join, name="join_framework"),
    path(f"{_OF}extend/", frameworks.extend, name="extend"),
    path(f"{_OF}admit/", frameworks.admit, name="admit"),
    path(f"{_OF}reopen/", reopening.reopen, name="reopen"),
    path(f"{_OF}apply/", reopening.apply, name="apply"),
    path(f"{_OF}apply/<uuid:registration>/", reopening.apply_with, name="apply_with"),
    path("applications/<uuid:key>/", reopening.application, name="application"),
    path("applications/<uuid:key>/withdraw/", reopening.withdraw, name="withdraw_application"),
    path(_SUPPLIER, suppliers.supplier, name="supplier"),
    path(f"{_SUPPLIER}tier/", suppliers.move, name="move_supplier"),
    path(f"{_SUPPLIER}suspend/", suppliers.suspend, name="suspend"),
    path(f"{_SUPPLIER}return/", suppliers.take_back, name="take_back"),
    path(f"{_SUPPLIER}transfer/", suppliers.transfer, name="transfer"),
    path(f"{_SUPPLIER}rates/", suppliers.rate_card, name="rate_card"),
    path(f"{_OF}uplift/", uplifts.propose, name="propose_uplift"),
    path("blocks/<uuid:key>/uplift/", uplifts.propose_for_block, name="propose_block_uplift"),
    path(_UPLIFT, uplifts.uplift, name="uplift"),
    path(f"{_UPLIFT}preview/", uplifts.preview, name="preview_uplift"),
    path(f"{_UPLIFT}vote/", uplifts.vote, name="vote_uplift"),
    path(f"{_UPLIFT}ballot/", uplift_ballots.ballot, name="ballot_uplift"),
    path(f"{_UPLIFT}approve/", uplifts.approve, name="approve_uplift"),
    path(f"{_UPLIFT}apply/", uplifts.apply, name="apply_uplift"),
    path(f"{_UPLIFT}withdraw/", uplifts.withdraw, name="withdraw_uplift"),
]
