"""The corpus: each file gives exactly its outcome, without an exception and within five seconds."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.corpus import cells, layout, others, stock, texts, workbooks
from tests.corpus.case import Case, Outcome, outcome_of, what_is_wrong

AT_LEAST = 300
SUBJECTS = (cells, stock, layout, texts, workbooks, others)


def all_cases() -> list[Case]:
    return [case for subject in SUBJECTS for case in subject.cases()]


CASES = all_cases()
GROUPS = sorted({case.group for case in CASES})


def run(cases: Iterable[Case], folder: Path) -> Iterator[tuple[Case, Outcome]]:
    for number, case in enumerate(cases):
        path = folder / f"{number}.xlsx"
        path = case.make(path) or path
        yield case, outcome_of(path, case.year, case.lookups)
        path.unlink()


@pytest.mark.parametrize("group", GROUPS)
def test_every_file_of_a_group_gives_its_outcome(group: str, tmp_path: Path) -> None:
    mine = [case for case in CASES if case.group == group]

    wrong = [
        text for case, outcome in run(mine, tmp_path) if (text := what_is_wrong(case, outcome))
    ]

    assert not wrong, "\n".join(wrong)


def test_cases_are_many_and_have_names_of_their_own() -> None:
    names = [(case.group, case.name) for case in CASES]

    assert len(names) >= AT_LEAST
    assert len(set(names)) == len(names)


@pytest.mark.long
def test_the_whole_corpus() -> None:
    """Print what `make prove` promises: how many files, how many wrong, how many faults named."""
    wrong, planted, named, slowest = [], 0, 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for case, outcome in run(CASES, Path(folder)):
            slowest = max(slowest, outcome.seconds)
            if text := what_is_wrong(case, outcome):
                wrong.append(text)
            faults = {(code, row) for code, row in case.expected.problems if row}
            # A file of thousands of faults would outweigh all others.
            if not case.expected.accepted and len(faults) < 10:
                planted += len(faults)
                named += len(faults & outcome.problems)
    print(f"\ncorpus: {len(CASES):,} cases, {len(wrong)} wrong")
    print(f"corpus: {named:,} of {planted:,} planted faults named with the right row")
    print(f"corpus: slowest file {slowest:.2f} s")
    assert wrong == []
    assert named >= 0.95 * planted
