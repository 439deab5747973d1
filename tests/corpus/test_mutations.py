"""Files changed by chance: each is read or refused, and none makes anything fall over."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.corpus.case import SECONDS, Outcome, outcome_of
from tests.corpus.mutations import SEED, mutation

IN_CI, IN_FULL = 300, 10_000
AT_ONCE = 2  # a workbook is mostly waited for


def outcomes(numbers: Iterable[int]) -> dict[int, Outcome]:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:

        def one(number: int) -> tuple[int, Outcome]:
            suffix, content = mutation(number)
            path = Path(folder) / f"{number}{suffix}"
            path.write_bytes(content)
            outcome = outcome_of(path, 2026 if number % 2 else 2025)
            path.unlink()
            return number, outcome

        return dict(pool.map(one, numbers))


def crashes(found: dict[int, Outcome]) -> list[str]:
    return [
        f"mutation {number} of seed {SEED}: {outcome.raised or f'{outcome.seconds:.1f} s'}"
        for number, outcome in found.items()
        if outcome.raised or outcome.seconds > SECONDS
    ]


def test_mutated_files_are_read_or_refused() -> None:
    found = crashes(outcomes(range(IN_CI)))

    assert not found, "\n".join(found)


def test_a_mutation_is_the_same_each_time() -> None:
    assert [mutation(number) for number in range(20)] == [mutation(number) for number in range(20)]


@pytest.mark.long
def test_ten_thousand_mutations() -> None:
    """Print what `make prove` promises: how many mutations, how many crashes, and what came."""
    found = outcomes(range(IN_FULL))
    wrong = crashes(found)
    came = Counter("accepted" if each.accepted else "refused" for each in found.values())
    slowest = max(each.seconds for each in found.values())
    print(f"\nmutations: {len(found):,}, {len(wrong)} crashes")
    print(f"mutations: {came['accepted']:,} accepted, {came['refused']:,} refused, "
          f"slowest {slowest:.2f} s")  # fmt: skip
    assert not wrong, "\n".join(wrong)
