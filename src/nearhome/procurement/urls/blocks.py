from django.urls import URLPattern, path

from nearhome.procurement.pages import block_changes, block_commitment, block_places, block_terms, blocks

_PLACE = "blocks/<uuid:key>/places/<uuid:place>"
urlpatterns: list[URLPattern] = [
    path("blocks/", blocks.blocks, name="blocks"),
    path("blocks/new/", blocks.new_block, name="new_block"),
    path("blocks/adjustments/<uuid:key>/", block_changes.adjustment, name="block_adjustment"),
    path("blocks/endings/<uuid:key>/", block_changes.ending, name="block_ending"),
    path("blocks/<uuid:key>/", blocks.block, name="block"),
    path("blocks/<uuid:key>/terms/", block_terms.terms, name="block_terms"),
    path("blocks/<uuid:key>/beds/", block_terms.beds, name="block_beds"),
    path("blocks/<uuid:key>/fee/", block_terms.fee, name="block_fee"),
    path("blocks/<uuid:key>/nominations/", block_terms.nominations, name="block_nominations"),
    path("blocks/<uuid:key>/spot/", block_terms.benchmark, name="block_benchmark"),
    path("blocks/<uuid:key>/commitment/", block_commitment.commitment, name="block_commitment"),
    path("blocks/<uuid:key>/adjust/", block_changes.adjust, name="adjust_block"),
    path("blocks/<uuid:key>/end/", block_changes.end, name="end_block"),
    path("blocks/<uuid:key>/places/add/", block_places.add, name="add_block_place"),
    path(f"{_PLACE}/ready/", block_places.ready, name="ready_block_place"),
    path(f"{_PLACE}/nominate/", block_places.nominate, name="nominate_block_place"),
    path(f"{_PLACE}/release/", block_places.release, name="release_block_place"),
    path(f"{_PLACE}/take-back/", block_places.take_back, name="take_back_block_place"),
]
