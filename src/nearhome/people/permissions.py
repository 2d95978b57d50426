"""Who is signed in: what every page's rules start from."""

from django.http import HttpRequest

from nearhome.people.models import Person


class SignedInRequest(HttpRequest):
    """A request behind ``login_required``: its user is a person of ours."""

    user: Person
