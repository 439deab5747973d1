"""How much memory a process takes to check and store one file: `python -m tests.benchmarks.memory
FILE ORGANISATION`, on the database of DATABASE_URL. Prints megabytes above what it had when it
began; stores nothing."""

import sys
from pathlib import Path


def _most() -> int:
    """The most megabytes that were in use at once. Not `ru_maxrss`: a process inherits that
    from the one that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def main(path: Path, slug: str) -> None:
    import django

    django.setup()
    from django.db import transaction

    from housing.intake.process import check_file
    from housing.intake.storing import Filing, store
    from housing.models import Organisation, Round

    organisation = Organisation.objects.get(slug=slug)
    round_ = Round.objects.get(year=2025)
    before = _most()
    checked = check_file(path, path.name, organisation, 2025, round_)
    with transaction.atomic():
        store(checked.rows, Filing(organisation, 2025, checked.format, round_))
        transaction.set_rollback(True)
    print(_most() - before)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
