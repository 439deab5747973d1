"""The light of target and restraint agreements: NUMBERS 9 as a table of cases."""

import pytest

from monitoring.lights import PROPOSED, Light, Thresholds, light_of


@pytest.mark.parametrize(
    ("built", "due", "light"),
    [
        pytest.param(1350, 1350, Light.ON, id="exactly 100 %"),
        pytest.param(1349, 1350, Light.WATCH, id="99,93 %: never rounded up"),
        pytest.param(999, 1000, Light.WATCH, id="99,9 %"),
        pytest.param(486, 540, Light.WATCH, id="exactly 90 %"),
        pytest.param(8999, 10000, Light.BEHIND, id="89,99 %"),
        pytest.param(485, 540, Light.BEHIND, id="just below 90 %"),
        pytest.param(0, 270, Light.BEHIND, id="nothing built"),
        pytest.param(2000, 1350, Light.ON, id="ahead"),
        pytest.param(0, 0, Light.ON, id="a target of 0 is reached"),
        pytest.param(5, 0, Light.ON, id="more than a target of 0"),
        pytest.param(-1, 0, Light.BEHIND, id="less than a target of 0, after a correction"),
        pytest.param(-1, 100, Light.BEHIND, id="negative after a correction"),
        pytest.param(None, 270, Light.UNKNOWN, id="not reported is not zero"),
        pytest.param(270, None, Light.NONE, id="nothing agreed"),
        pytest.param(None, None, Light.NONE, id="nothing agreed, nothing known"),
        pytest.param(10**12, 10**12 + 1, Light.WATCH, id="one short of a very large number"),
    ],
)
def test_light_of_a_target(built, due, light):
    assert light_of(built, due) is light


@pytest.mark.parametrize(
    ("sold", "signal", "light"),
    [
        pytest.param(0, 10, Light.ON, id="nothing sold"),
        pytest.param(99, 100, Light.ON, id="under the signal"),
        pytest.param(100, 100, Light.ON, id="exactly the signal"),
        pytest.param(101, 100, Light.WATCH, id="just over the signal"),
        pytest.param(110, 100, Light.WATCH, id="exactly 110 %"),
        pytest.param(1101, 1000, Light.BEHIND, id="110,1 %"),
        pytest.param(111, 100, Light.BEHIND, id="over 110 %"),
        pytest.param(0, 0, Light.ON, id="a signal of 0, nothing sold"),
        pytest.param(1, 0, Light.BEHIND, id="a signal of 0, one sold"),
        pytest.param(-2, 10, Light.ON, id="negative after a correction"),
        pytest.param(None, 10, Light.UNKNOWN, id="not reported is not zero"),
        pytest.param(71, None, Light.NONE, id="no signal value, no light"),
    ],
)
def test_light_of_a_restraint(sold, signal, light):
    assert light_of(sold, signal, restraint=True) is light


@pytest.mark.parametrize(
    ("value", "agreed", "restraint", "light"),
    [
        pytest.param(270, 270, False, Light.ON, id="reached already"),
        pytest.param(269, 270, False, Light.UNKNOWN, id="never achter while parties are missing"),
        pytest.param(0, 270, False, Light.UNKNOWN, id="nothing yet is no verdict"),
        pytest.param(111, 100, True, Light.BEHIND, id="far over the signal already"),
        pytest.param(105, 100, True, Light.UNKNOWN, id="more sales may follow"),
        pytest.param(0, 100, True, Light.UNKNOWN, id="no sales yet is no verdict"),
        pytest.param(5, None, True, Light.NONE, id="no signal value"),
    ],
)
def test_while_answers_are_missing_only_what_cannot_change_is_said(value, agreed, restraint, light):
    assert light_of(value, agreed, restraint=restraint, complete=False) is light


def test_thresholds_are_a_proposal_and_data():
    strict = Thresholds(on=110, watch=100, restraint_on=90, restraint_watch=95)

    assert not PROPOSED.decided
    assert light_of(105, 100, thresholds=strict) is Light.WATCH
    assert light_of(94, 100, restraint=True, thresholds=strict) is Light.WATCH
