"""Every request is one transaction that acts for the signed-in person's organisation."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from nearhome.privacy.acting import acting


def one_transaction_for_one_person(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Without a signed-in person nothing is set, and row security shows nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        with transaction.atomic(), acting(request.user):
            response = get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    return middleware
