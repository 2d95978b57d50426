"""What every page's frame needs: who is signed in, where they can go, whether this is a demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from nearhome.website.navigation import navigation_for


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Plain values for layout.html."""
    person = request.user if getattr(request, "user", None) and request.user.is_authenticated else None
    return {
        "request": request,
        "person": person,
        "navigation": navigation_for(person, request.path) if person else (),
        "demo": settings.NEARHOME_DEMO,
    }
