"""Pages drawn by the site's own engines, and a browser to look at them. No database is needed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from nearhome.design import pages
from nearhome.design.assets import fetch_assets

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def fetched_assets() -> Path:
    """The .nearhome folder with the design system in it."""
    return fetch_assets(ROOT).parents[1]


@pytest.fixture
def components_page() -> Callable[..., HttpResponse]:
    """The components page for nobody in particular: components_page(data=None, query="")."""

    def show(data: dict[str, Any] | None = None, query: str = "") -> HttpResponse:
        address = f"/components/{query}"
        request = RequestFactory().get(address) if data is None else RequestFactory().post(address, data)
        request.user = AnonymousUser()
        return pages.components(request)

    return show
