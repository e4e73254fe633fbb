import pytest

from runtime.kit.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿Cuánta memoria necesita la base de datos?", "es"),
        ("cuanta memoria usa el gateway", "es"),
        ("How many replicas does the orchestrator have?", "en"),
        ("Which port does the Guía de Despliegue give to the gateway?", "en"),
        ("¿PostgreSQL?", "es"),
        ("PostgreSQL", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_a_text_is_told_by_its_small_words(text: str, language: str) -> None:
    assert language_of(text) == language
