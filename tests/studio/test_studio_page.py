"""The sizing page in a real browser."""

import json
import threading
from collections.abc import Iterator
from typing import cast
from urllib.parse import quote

import pytest
from chromium import PATH, Page

from andamio.studio.server import StudioServer

pytestmark = pytest.mark.skipif(PATH is None, reason="no Chromium here: the package chromium of Debian has one")

NAMED = {"slider", "spinbutton", "combobox", "textbox", "radio", "button", "radiogroup", "table", "region"}


@pytest.fixture(scope="module")
def server() -> Iterator[StudioServer]:
    with StudioServer(0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    page = Page(tmp_path_factory.mktemp("profile"))
    yield page
    page.close()


@pytest.fixture
def page(browser: Page, server: StudioServer) -> Page:
    browser.complaints.clear()
    browser.requested.clear()
    browser.open(server.url)
    return browser


def with_state(server: StudioServer, state: object) -> str:
    return f"{server.url}#{quote(json.dumps(state))}"


def test_the_page_compares_three_sizes_and_asks_nobody_else(page: Page, server: StudioServer) -> None:
    assert page.text("status") == "The minimum tier carries this load."
    assert page.evaluate("document.querySelectorAll('#components tbody tr').length") == 11
    assert "services" in page.text("clouds")
    assert page.complaints == []
    assert {url.startswith((server.url, "about:")) for url in page.requested} == {True}


def test_a_larger_load_changes_the_answer_and_the_file(page: Page) -> None:
    page.fill("concurrent_executions", "500")
    page.wait("document.getElementById('status').textContent.startsWith('Neither tier')")
    assert "tier: custom" in page.text("file")
    assert page.evaluate("document.querySelectorAll('#components td.short').length") != 0


def test_a_slider_follows_the_keyboard(page: Page) -> None:
    page.evaluate("document.getElementById('availability_percent-slider').focus()")
    for _ in range(3):
        page.press("ArrowRight")
    page.wait("document.getElementById('status').textContent === 'The enterprise tier carries this load.'")
    assert float(str(page.evaluate("document.getElementById('availability_percent').value"))) >= 99.9


def test_a_target_asks_for_what_it_needs_and_is_in_the_file(page: Page) -> None:
    assert page.evaluate("document.getElementById('region-field').hidden") is True
    page.fill("target", "aws")
    page.wait("document.getElementById('file').textContent.includes('region: eu-west-1')")
    assert page.evaluate("document.getElementById('region-field').hidden") is False
    assert "Pulumi.minimum-aws.yaml" in page.text("file-name")


def test_another_size_can_be_chosen_for_the_file(page: Page) -> None:
    page.evaluate("document.querySelector('input[name=size][value=enterprise]').click()")
    assert "tier: enterprise" in page.text("file")


def test_a_mistake_is_said_and_its_field_is_marked(page: Page) -> None:
    page.fill("documents", "-5")
    page.wait("document.querySelector('#status.bad')")
    assert "load.documents: found -5" in page.text("status")
    assert page.evaluate("document.getElementById('documents').getAttribute('aria-invalid')") == "true"
    page.fill("documents", "100")
    page.wait("!document.querySelector('#status.bad')")
    assert page.evaluate("document.getElementById('documents').getAttribute('aria-invalid')") == "false"


def test_a_link_brings_the_same_load_back(page: Page, server: StudioServer) -> None:
    page.fill("requests_per_s", "77")
    page.wait("location.hash.includes('77')")
    page.open(str(page.evaluate("location.href")))
    assert page.evaluate("document.getElementById('requests_per_s').value") == "77"


def test_start_over_brings_the_defaults_back(page: Page) -> None:
    page.fill("documents", "12345")
    page.evaluate("document.getElementById('reset').click()")
    page.wait("document.getElementById('documents').value === '10000'")


@pytest.mark.parametrize(
    "state",
    [
        {"load": {"documents": "<img src=x onerror=alert(1)>", "nothing": 1}},
        {"target": {"kind": "aws", "region": "<b id=injected>x</b>", "zones": ["<b id=injected>y</b>"]}},
        {"target": {"kind": "nowhere"}, "environment": "<script>"},
        [],
        "text",
    ],
)
def test_a_hostile_link_does_no_harm(page: Page, server: StudioServer, state: object) -> None:
    page.open(with_state(server, state))
    assert page.evaluate("document.querySelectorAll('#injected, img, main script').length") == 0
    assert [text for text in page.complaints if "422" not in text] == []


def test_everything_that_can_be_used_has_a_name_for_screen_readers(page: Page) -> None:
    nodes = cast(list[dict[str, dict[str, object]]], page.call("Accessibility.getFullAXTree")["nodes"])
    roles = [(str(node["role"]["value"]), node.get("name", {}).get("value")) for node in nodes if "role" in node]
    assert [role for role, name in roles if role in NAMED and role != "table" and not name] == []
    assert sum(role == "slider" for role, _ in roles) == 8
    assert any(role == "status" for role, _ in roles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_in_dark(page: Page, scheme: str) -> None:
    """WCAG's contrast of 4.5 for every pair of text and ground that the style sheet names."""
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    pairs = (
        "ink:ground ink:panel quiet:panel quiet:ground accent:panel good:good-ground bad:bad-ground warn:warn-ground"
    )
    colours = """(name => { const c = getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
      return [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16) / 255); })"""
    for pair in pairs.split():
        text, ground = (cast(list[float], page.evaluate(f"{colours}('{name}')")) for name in pair.split(":"))
        lighter, darker = sorted((luminance(text), luminance(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, pair


def luminance(colour: list[float]) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_a_narrow_window_has_no_sideways_scrolling(page: Page) -> None:
    page.call("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    assert page.evaluate("document.documentElement.scrollWidth <= 400") is True
    page.call("Emulation.clearDeviceMetricsOverride")
