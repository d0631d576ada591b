from django.forms.renderers import TemplatesSetting

from mutualaid.forms.redrawn import TypedField


class Renderer(TemplatesSetting):
    """Renders a plain `{{ form }}` with our own fields: label, hint, error, input."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = TypedField
