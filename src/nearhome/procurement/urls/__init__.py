from nearhome.procurement.urls import blocks, call_offs, frameworks

app_name = "procurement"
urlpatterns = [
    *frameworks.urlpatterns,
    *blocks.urlpatterns,
    *call_offs.urlpatterns,
]
