"""The rules of the house that a program can hold: which way imports run, what templates avoid."""

import re
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
APPS = ("parkstad", "housing", "agreements", "monitoring")
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
TEMPLATES = sorted(
    path
    for folder in (ROOT, *(ROOT / app for app in APPS))
    for path in (folder / "templates").rglob("*.html")
)
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_run_one_way() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_holds_nothing_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*\b(?:src=|type=.application/json))[^>]*>", text)

    assert not re.search(r"\sstyle=", text), "style attributes: use a class"
    assert not re.search(r"\son[a-z]+=", text), "event attributes: use static/js"
    assert not re.search(r"<style\b|javascript:", text)
    assert not scripts, "inline scripts: use static/js"
    assert not re.search(r"(?:src|href)=.(?:https?:)?//", text), "nothing comes from elsewhere"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_page_has_a_title_and_goes_in_the_frame(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if '{% extends "base.html"' in text:
        assert "{% block title %}" in text
        assert "{% block main %}" in text


def test_text_of_users_is_escaped_everywhere() -> None:
    unescaped = {
        f"{name(path)}: {line.strip()}"
        for path in TEMPLATES
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\|\s*safe\b|autoescape off", line) and "field.help_text" not in line
    }

    assert not unescaped


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_view_skips_the_check_of_forms(path: Path) -> None:
    assert "csrf_exempt" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_signals_and_no_overridden_save(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "django.dispatch" not in text
    assert not re.search(r"^\s+def save\(self", text, flags=re.MULTILINE) or "forms" in path.name


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_styles_stay_in_their_layer(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert f"@layer {path.stem} {{" in text
    assert "url(" not in text
    important = [line for line in text.splitlines() if "!important" in line]
    assert all("display: none !important" in line for line in important), "only to hide in print"


def test_layers_have_one_order() -> None:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    base = (ROOT / "templates" / "base.html").read_text(encoding="utf-8")

    assert "@layer tokens, base, components;" in tokens
    assert re.findall(r"css/(\w+)\.css", base) == ["tokens", "base", "components"]


def test_nothing_names_a_machine() -> None:
    """No path of somebody's home or work folder, no host of a private registry."""
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    registries = set(re.findall(r'registry = "([^"]+)"', lock))

    assert registries == {"https://pypi.org/simple"}
    assert not [
        name(path)
        for path in (*SOURCES, *TEMPLATES)
        if re.search(r"/(?:home|root|work|Users)/\w", path.read_text(encoding="utf-8"))
    ]
