from collections.abc import Mapping
from typing import Any

import pytest
import waitress
from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware

from nearhome.cli.serve import answer_browsers

SENT = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "203.0.113.9", "SERVER_PORT": "8000"}


def settings_of_the_server(monkeypatch: pytest.MonkeyPatch) -> Adjustments:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(waitress, "serve", lambda app, **settings: kept.update(settings))
    answer_browsers("127.0.0.1", 8000, 1)
    return Adjustments(**{name: value for name, value in kept.items() if name != "_quiet"})


def as_the_site_sees_it(server: Adjustments, comes_from: str) -> Mapping[str, Any]:
    seen: dict[str, Any] = {}
    inside = proxy_headers_middleware(
        lambda environ, _: seen.update(environ), server.trusted_proxy, server.trusted_proxy_count,
        server.trusted_proxy_headers, server.clear_untrusted_proxy_headers, server.log_untrusted_proxy_headers,
    )  # fmt: skip
    inside({"REMOTE_ADDR": comes_from, "REMOTE_HOST": comes_from, "wsgi.url_scheme": "http"} | SENT, None)
    return seen


def test_behind_a_proxy_the_site_knows_who_asks_and_that_it_was_over_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEARHOME_HTTPS", "1")
    seen = as_the_site_sees_it(settings_of_the_server(monkeypatch), "127.0.0.1")
    assert (seen["wsgi.url_scheme"], seen["REMOTE_ADDR"]) == ("https", "203.0.113.9")


def test_nobody_but_the_proxy_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEARHOME_HTTPS", "1")
    server = settings_of_the_server(monkeypatch)
    seen = as_the_site_sees_it(server, "198.51.100.7")
    assert (seen["wsgi.url_scheme"], seen["REMOTE_ADDR"]) == ("http", "198.51.100.7")
    assert "HTTP_X_FORWARDED_PROTO" not in seen
    assert server.max_request_body_size < 100 * 1024 * 1024
