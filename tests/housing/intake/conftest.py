"""LibreOffice, for files that were opened and saved there."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

_FILTERS = {
    ".xlsx": "xlsx:Calc MS Excel 2007 XML",
    ".csv": "csv:Text - txt - csv (StarCalc):59,34,76,1,,1043,false,true",
}


@pytest.fixture(scope="session")
def resave(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Open a workbook in LibreOffice and save it as ".xlsx" or ".csv" (of the first sheet)."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed (apt-get install libreoffice-calc)")
    profile = tmp_path_factory.mktemp("libreoffice")

    def convert(path: Path, suffix: str = ".xlsx") -> Path:
        folder = tmp_path_factory.mktemp("bewaard")
        subprocess.run(
            [soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to",
             _FILTERS[suffix], "--outdir", str(folder), str(path)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return folder / f"{path.stem}{suffix}"

    return convert
