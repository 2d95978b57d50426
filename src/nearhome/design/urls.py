from django.urls import path

from nearhome.design import pages

app_name = "design"
urlpatterns = [path("", pages.components, name="components")]
