from django.urls import path

from nearhome.procurement.pages import call_offs

urlpatterns = [path("call-offs/", call_offs.call_offs, name="call_offs")]
