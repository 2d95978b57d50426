"""The template engine: the design system's macros, our own, and the filters, ready in every template."""

from typing import Any
from urllib.parse import urlencode

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from nearhome.design import rendering, wording
from nearhome.design.tables import Table

# Macro names that every template may use without importing them.
GOVUK = (
    "accordion", "back-link", "breadcrumbs", "button", "character-count", "checkboxes", "date-input", "details",
    "error-message", "error-summary", "fieldset", "file-upload", "hint", "input", "inset-text", "label",
    "notification-banner", "pagination", "panel", "password-input", "phase-banner", "radios", "select",
    "service-navigation", "skip-link", "summary-list", "table", "tabs", "tag", "task-list", "textarea", "warning-text",
)  # fmt: skip
OURS = (
    "back_link", "breadcrumb", "check_answers", "empty_state", "history", "key_figures", "side_by_side", "status_tag",
    "summary_list", "task_list",
)  # fmt: skip
NEED_REQUEST = ("chart_with_table", "data_table", "page_links")
FILTERS = (
    "money", "weekly", "pounds", "date", "short_date", "clock", "moment", "deadline", "miles", "plural", "nice_list", "percent",
)  # fmt: skip


class LazyMacro:
    """A macro loaded the first time it is called, so that start-up compiles nothing."""

    def __init__(self, environment: Environment, template: str, name: str) -> None:
        self.environment = environment
        self.template = template
        self.name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return getattr(self.environment.get_template(self.template).module, self.name)(*args, **kwargs)


def environment(**options: Any) -> Environment:
    """Build the environment for Django's Jinja2 backend (OPTIONS["environment"] names this function)."""
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options["loader"] = ChoiceLoader([options["loader"], macros] if options.get("loader") else [macros])
    options |= {"undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True}
    options.setdefault("autoescape", True)
    options.setdefault("extensions", ["jinja2.ext.do"])
    made = Environment(**options)  # noqa: S701 - autoescape is on by default above
    made.filters |= {name: getattr(wording, name) for name in FILTERS}
    made.filters["inline_svg"] = inline_svg
    made.globals |= {
        "static": static,
        "money": wording.money,
        "weekly": wording.weekly,
        "url": url,
        "csrf": csrf,
        "download_href": download_href,
        "page_href": page_href,
        "render_field": rendering.render_field,
        "render_form": rendering.render_form,
        "error_summary": rendering.error_summary,
        "field_params": rendering.field_params,
    }
    made.globals |= {_govuk_name(name): _govuk_macro(made, name) for name in GOVUK}
    made.globals |= {name: LazyMacro(made, "design/macros.html", name) for name in OURS}
    made.globals |= {name: _with_request(made, name) for name in NEED_REQUEST}
    return made


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page: url("referrals:referral", referral.pk)."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@pass_context
def csrf(context: Context) -> Any:
    """The form token as a hidden input; the same as {{ csrf_input }}."""
    return context.get("csrf_input", "")


def inline_svg(drawing: str) -> Markup:
    """A drawing made by our own code, put into the page itself; refuses one that carries script or style."""
    start = drawing.find("<svg")
    lowered = drawing.lower()
    if start < 0 or any(word in lowered for word in ("<script", "style=", "javascript:", " on")):
        raise ValueError("Only a plain SVG drawing can be put into a page")
    return Markup(drawing[start:])  # noqa: S704 - checked just above, and never made from what a person typed


def download_href(request: Any, table: Table, kind: str) -> str:
    """This page's address with `download` and `table` added to what it already asks for."""
    return _href(request, download=kind, table=table.slug)


def page_href(request: Any, number: int) -> str:
    """This page's address at another page of its list."""
    return _href(request, page=number)


def _href(request: Any, **added: Any) -> str:
    asked = dict(request.GET.lists()) if request else {}
    kept = {key: values for key, values in asked.items() if key not in {"download", "table", *added}}
    return "?" + urlencode([*kept.items(), *added.items()], doseq=True)


def _with_request(made: Environment, name: str) -> Any:
    """A macro that is given the request of the page it is used on."""
    macro = LazyMacro(made, "design/table_macros.html", f"{name}_html")

    @pass_context
    def call(context: Context, *args: Any, **kwargs: Any) -> Any:
        return macro(*args, request=context.get("request"), **kwargs)

    return call


def _govuk_name(component: str) -> str:
    return "govuk" + "".join(part.title() for part in component.split("-"))


def _govuk_macro(made: Environment, component: str) -> LazyMacro:
    return LazyMacro(made, f"govuk_frontend_jinja/components/{component}/macro.html", _govuk_name(component))
