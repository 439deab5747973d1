"""Files changed by chance: each is read or refused, and none makes anything fall over."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine

from tests.corpus import mutations
from tests.corpus.case import SECONDS, Outcome, outcome_of
from tests.corpus.mutations import SEED, mutation

IN_CI, IN_FULL = 300, 10_000
AT_ONCE = 2  # a workbook is mostly waited for


def outcomes(numbers: Iterable[int]) -> dict[int, Outcome]:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:

        def one(number: int) -> tuple[int, Outcome]:
            return number, outcome(number, Path(folder))

        return dict(pool.map(one, numbers))


def outcome(number: int, folder: Path) -> Outcome:
    suffix, content = mutation(number)
    path = folder / f"{number}{suffix}"
    path.write_bytes(content)
    came = outcome_of(path, 2026 if number % 2 else 2025)
    path.unlink()
    return came


def slow(found: dict[int, Outcome]) -> list[int]:
    return [number for number, came in found.items() if came.seconds > SECONDS]


def crashes(found: dict[int, Outcome], folder: Path) -> list[str]:
    """What raised, and what took too long. A busy machine makes any file slow: what was, is
    measured once more by itself, and only then held against it."""
    wrong = [
        f"mutation {n} of seed {SEED}: {came.raised}" for n, came in found.items() if came.raised
    ]
    for number in slow(found):
        seconds = outcome(number, folder).seconds
        if seconds > SECONDS:
            wrong.append(f"mutation {number} of seed {SEED}: {seconds:.1f} s")
    return wrong


def test_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    found = crashes(outcomes(range(IN_CI)), tmp_path)

    assert not found, "\n".join(found)


def test_a_mutation_is_the_same_file_whenever_it_is_made() -> None:
    made = [mutation(number) for number in range(40)]

    mutations.bases.cache_clear()
    with time_machine.travel("2030-05-06 07:08:09", tick=False):
        later = [mutation(number) for number in range(40)]

    assert later == made


@pytest.mark.long
def test_ten_thousand_mutations(tmp_path: Path) -> None:
    """Print what `make prove` promises: how many mutations, how many crashes, and what came."""
    found = outcomes(range(IN_FULL))
    wrong = crashes(found, tmp_path)
    came = Counter("accepted" if each.accepted else "refused" for each in found.values())
    slowest = max(each.seconds for each in found.values())
    print(f"\nmutations: {len(found):,}, {len(wrong)} crashes")
    print(f"mutations: {came['accepted']:,} accepted, {came['refused']:,} refused, "
          f"slowest {slowest:.2f} s, {len(slow(found))} measured again alone")  # fmt: skip
    assert not wrong, "\n".join(wrong)
