"""Who may come in: people an administrator has added, nobody else."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoorAdapter(DefaultAccountAdapter):
    """No sign-up: accounts are made by an administrator of the organisation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        raise PermissionError("Accounts are made by an administrator")
