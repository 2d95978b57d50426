"""Turn a bound form field, ours or plain Django's, into what the design system's macros ask for."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.forms import BaseForm
from django.utils.safestring import SafeString, mark_safe

from nearhome.design.date_fields import DateParts, MomentParts
from nearhome.design.look import Look

Params = dict[str, Any]
PART_WIDTHS = {"day": 2, "month": 2, "year": 4, "time": 5}
# Attributes a widget may carry that the macros set themselves or that get in people's way.
OWN_ATTRIBUTES = frozenset(
    {"class", "placeholder", "required", "autofocus", "cols", "rows", "autocomplete", "maxlength"}
)


def render_field(bound: BoundField) -> SafeString:
    """Label, hint, error and control of one field, by its own template or by its kind of widget."""
    template = getattr(bound.field, "template_name", None)
    if not template or not template.startswith("design/"):
        template = f"design/{_kind(bound)[0]}.html"
    return _drawn(bound.form, template, {"field": bound})


def render_form(form: BaseForm) -> SafeString:
    """Every field of a form in order, hidden ones first."""
    hidden = [str(bound) for bound in form.hidden_fields()]
    shown = [str(render_field(bound)) for bound in form.visible_fields()]
    return mark_safe("\n".join([*hidden, *shown]))


def error_summary(*forms_shown: BaseForm) -> SafeString | str:
    """The summary at the top of the page, each line a link to the first control at fault; empty without errors."""
    links = error_links(*forms_shown)
    if not links:
        return ""
    return _drawn(forms_shown[0], "design/error_summary.html", {"links": links})


def error_links(*forms_shown: BaseForm) -> list[dict[str, str]]:
    return [link for form in forms_shown if form for link in _links(form)]


def first_control_id(bound: BoundField) -> str:
    """The id of the control that should take focus for this field."""
    widget = bound.field.widget
    if isinstance(widget, DateParts):
        return widget.part_id(_id(bound), widget.wrong_parts(_typed(bound))[0])
    return _id(bound)


def field_params(bound: BoundField) -> Params:
    """The macro's parameters for this field."""
    return _shared(bound) | _kind(bound)[1](bound)


def _drawn(form: BaseForm, template: str, context: Params) -> SafeString:
    return mark_safe(form.renderer.render(template, context).strip())


def _links(form: BaseForm) -> Iterable[dict[str, str]]:
    for message in form.non_field_errors():
        first = next(iter(form.visible_fields()), None)
        yield {"text": str(message)} | ({"href": f"#{first_control_id(first)}"} if first else {})
    for bound in form:
        target = {} if bound.is_hidden else {"href": f"#{first_control_id(bound)}"}
        yield from ({"text": str(message)} | target for message in bound.errors)


def _shared(bound: BoundField) -> Params:
    params: Params = {"id": _id(bound), "name": bound.html_name}
    if bound.help_text:
        is_html = hasattr(bound.help_text, "__html__")
        params["hint"] = {"html" if is_html else "text": str(bound.help_text)}
    if bound.errors:
        params["errorMessage"] = {"text": " ".join(str(message) for message in bound.errors)}
    attributes = {key: value for key, value in bound.field.widget.attrs.items() if key not in OWN_ATTRIBUTES}
    if attributes:
        params["attributes"] = attributes
    autocomplete = _look(bound).autocomplete or bound.field.widget.attrs.get("autocomplete")
    return params | ({"autocomplete": autocomplete} if autocomplete else {})


def _input(bound: BoundField) -> Params:
    look, widget = _look(bound), bound.field.widget
    kind = getattr(widget, "input_type", "text")
    params: Params = {
        "label": _label(bound),
        "value": _text(bound),
        "type": "text" if kind == "number" else kind,
        "inputmode": look.inputmode or ("numeric" if kind == "number" else None),
        "classes": f"govuk-input--width-{look.width}" if look.width else "",
    }
    for side in ("prefix", "suffix"):
        if getattr(look, side):
            params[side] = {"text": getattr(look, side)}
    return params


def _password(bound: BoundField) -> Params:
    return {"label": _label(bound)}


def _textarea(bound: BoundField) -> Params:
    params = {"label": _label(bound), "value": _text(bound), "rows": _look(bound).rows}
    limit = getattr(bound.field, "max_length", None)
    return params | ({"maxlength": limit} if limit else {})


def _file(bound: BoundField) -> Params:
    return {"label": _label(bound)}


def _radios(bound: BoundField) -> Params:
    look = _look(bound)
    names = [name for name, wanted in (("inline", look.inline), ("small", look.small)) if wanted]
    return {
        "idPrefix": _id(bound),
        "fieldset": _fieldset(bound),
        "items": _items(bound, "checked"),
        "value": None,
        "classes": " ".join(f"govuk-radios--{name}" for name in names),
    }


def _checkboxes(bound: BoundField) -> Params:
    return {
        "idPrefix": _id(bound),
        "fieldset": _fieldset(bound),
        "items": _items(bound, "checked"),
        "classes": "govuk-checkboxes--small" if _look(bound).small else "",
    }


def _checkbox(bound: BoundField) -> Params:
    """One box: its label is the question, so there is no legend."""
    hint = {"hint": {"text": str(bound.help_text)}} if bound.help_text else {}
    item = {"value": "on", "text": str(bound.label), "checked": bool(bound.value())} | hint
    return {"idPrefix": _id(bound), "items": [item], "hint": None}


def _select(bound: BoundField) -> Params:
    items = _items(bound, "selected")
    if not items or items[0]["value"] != "":
        items.insert(0, {"value": "", "text": "Choose one", "selected": False})
    return {"label": _label(bound), "items": items}


def _date(bound: BoundField) -> Params:
    widget, typed = bound.field.widget, _typed(bound)
    wrong = widget.wrong_parts(typed) if bound.errors else ()
    items = [
        {
            "name": f"{bound.html_name}-{part}",
            "id": widget.part_id(_id(bound), part),
            "label": part.title(),
            "value": text,
            "inputmode": "text" if part == "time" else "numeric",
            "classes": f"govuk-input--width-{PART_WIDTHS[part]}" + (" govuk-input--error" if part in wrong else ""),
        }
        for part, text in zip(widget.parts, typed, strict=True)
    ]
    # The wrapping element must not take the id that the first box has.
    return {"id": f"{_id(bound)}-boxes", "fieldset": _fieldset(bound), "items": items, "namePrefix": None}


KINDS: tuple[tuple[type[forms.Widget], str, Callable[[BoundField], Params]], ...] = (
    (MomentParts, "date_input", _date),
    (DateParts, "date_input", _date),
    (forms.PasswordInput, "password_input", _password),
    (forms.FileInput, "file_upload", _file),
    (forms.Textarea, "textarea", _textarea),
    (forms.CheckboxInput, "checkboxes", _checkbox),
    (forms.CheckboxSelectMultiple, "checkboxes", _checkboxes),
    (forms.SelectMultiple, "checkboxes", _checkboxes),
    (forms.RadioSelect, "radios", _radios),
    (forms.Select, "select", _select),
    (forms.Widget, "input", _input),
)


def _kind(bound: BoundField) -> tuple[str, Callable[[BoundField], Params]]:
    return next((name, make) for widget, name, make in KINDS if isinstance(bound.field.widget, widget))


def _id(bound: BoundField) -> str:
    return bound.auto_id or bound.html_name


def _look(bound: BoundField) -> Look:
    return getattr(bound.field, "look", None) or Look()


def _text(bound: BoundField) -> str:
    value = bound.field.widget.format_value(bound.value())
    return "" if value is None else str(value)


def _typed(bound: BoundField) -> tuple[str, ...]:
    parts = bound.field.widget.parts
    return tuple(bound.value() or ("",) * len(parts))


def _question(bound: BoundField) -> str:
    text = str(bound.label)
    is_plain = bound.field.required or "optional" in text.lower()
    return text if is_plain else f"{text} (optional)"


def _label(bound: BoundField) -> Params:
    is_heading = _look(bound).as_heading
    return {
        "text": _question(bound),
        "classes": "govuk-label--l" if is_heading else "govuk-label--s",
        "isPageHeading": is_heading,
    }


def _fieldset(bound: BoundField) -> Params:
    is_heading = _look(bound).as_heading
    size = "govuk-fieldset__legend--l" if is_heading else "govuk-fieldset__legend--s"
    return {"legend": {"text": _question(bound), "classes": size, "isPageHeading": is_heading}}


def _items(bound: BoundField, chosen_key: str) -> list[Params]:
    widget = bound.field.widget
    chosen = {str(value) for value in widget.format_value(bound.value())}
    hints = _look(bound).choice_hints
    return [
        _item(str(value), label, hints) | {chosen_key: str(value) in chosen} for value, label in _flat(widget.choices)
    ]


def _item(value: str, label: Any, hints: Any) -> Params:
    hint = {"hint": {"text": hints[value]}} if value in hints else {}
    return {"value": value, "text": str(label)} | hint


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterable[tuple[Any, Any]]:
    """Choices in groups become one list, for the design system has no groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        elif str(label) != "---------":  # Django's own words for "nothing chosen"
            yield ("" if value is None else value), label
