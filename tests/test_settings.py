"""The portal starts only when it has been told what it needs, and then safely."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "SECRET_KEY": "k9-" * 25 + "fJx!2",
    "ALLOWED_HOSTS": "portaal.example",
    "DATABASE_URL": "postgres://portal@localhost/portal",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with exactly this environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_without_debug_it_names_what_is_missing(missing: str, tmp_path: Path) -> None:
    told = {name: value for name, value in PRODUCTION.items() if name != missing}

    refused = manage("check", DATA_DIR=str(tmp_path), **told)

    assert refused.returncode != 0
    assert missing in refused.stderr
    assert "Traceback" not in refused.stderr


def test_plain_http_is_for_this_machine_only(tmp_path: Path) -> None:
    refused = manage("check", DATA_DIR=str(tmp_path), PLAIN_HTTP="1", **PRODUCTION)

    assert refused.returncode != 0
    assert "PLAIN_HTTP" in refused.stderr


def test_production_passes_the_deployment_check(tmp_path: Path) -> None:
    checked = manage(
        "check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), **PRODUCTION
    )

    assert checked.returncode == 0, checked.stderr


def test_development_needs_nothing_but_debug(tmp_path: Path) -> None:
    checked = manage("check", DATA_DIR=str(tmp_path), DEBUG="1")

    assert checked.returncode == 0, checked.stderr


def test_production_asks_for_host_cookies_tls_and_a_second_factor(tmp_path: Path) -> None:
    names = [
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_NAME",
        "SECURE_SSL_REDIRECT",
        "MFA_REQUIRED",
        "PUBLIC_FIGURES",
        "DEBUG",
    ]
    script = f"from django.conf import settings as s; print([getattr(s, n) for n in {names}])"

    shown = manage("shell", "--no-imports", "-c", script, DATA_DIR=str(tmp_path), **PRODUCTION)

    assert shown.stdout.strip() == str(
        ["__Host-session", True, "__Host-csrf", True, True, False, False]
    )
