"""The light of a target and of a restraint: one rule for every page (NUMBERS 9). No Django.

All numbers are homes, compared in whole numbers, so that nothing rounds over a threshold.
"""

from dataclasses import dataclass
from enum import StrEnum


class Light(StrEnum):
    """The verdict on one target or one party; unknown is "nog niet te zeggen"."""

    ON = "on"
    WATCH = "watch"
    BEHIND = "behind"
    UNKNOWN = "unknown"
    NONE = "none"


WORST_FIRST = (Light.BEHIND, Light.WATCH, Light.ON)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which per cent of what had to be there a target is green or amber, and up to which
    per cent of the signal value a restraint is (voorstel)."""

    on: int = 100
    watch: int = 90
    restraint_on: int = 100
    restraint_watch: int = 110
    decided: bool = False


PROPOSED = Thresholds()


def light_of(
    value: int | None,
    agreed: int | None,
    *,
    restraint: bool = False,
    complete: bool = True,
    thresholds: Thresholds = PROPOSED,
) -> Light:
    """Judge `value` (built, or sold) against what was agreed (a target, or a signal value).

    Exactly on a threshold is still the better light. Nothing agreed: none. Nothing known: not
    to say. While answers are missing (`complete` is False) only what more homes cannot change
    is said: a target that is reached already, a signal value that is far exceeded already.
    """
    if agreed is None:
        return Light.NONE
    if value is None:
        return Light.UNKNOWN
    if restraint:
        on = value * 100 <= agreed * thresholds.restraint_on
        watch = value * 100 <= agreed * thresholds.restraint_watch
    else:
        on = value * 100 >= agreed * thresholds.on
        watch = value * 100 >= agreed * thresholds.watch
    light = Light.ON if on else Light.WATCH if watch else Light.BEHIND
    certain = Light.BEHIND if restraint else Light.ON
    return light if complete or light == certain else Light.UNKNOWN
