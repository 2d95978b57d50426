"""Pages that belong to no stage: the start page, the accessibility statement, the health check."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from nearhome.website.waiting import what_waits_for


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What waits for this person, most urgent first, and nothing else."""
    waiting = what_waits_for(request.user, now=timezone.now())
    return render(request, "start.html", {"waiting": waiting})


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "accessibility.html")


def health(request: HttpRequest) -> HttpResponse:
    """For a monitor: the site answers and the database answers it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "well"})
