"""What addresses of several doors carry."""

from django.urls import register_converter

from ventanilla.messages import codes


class CodeConverter:
    """A tracking code as addresses carry it: with or without its hyphen, in any case."""

    regex = rf"(?i:[{codes.ALPHABET}]{{4}}-?[{codes.ALPHABET}]{{4}})"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
