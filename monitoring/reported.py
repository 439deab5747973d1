"""What the comparison is made of: sums of reported homes, and answers.

Plain facts without Django; `monitoring.figures` fills them from the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from housing.codes import Branch, Kind, RentClass, Segment, UnitKind
from housing.counting import is_stock_of_dwellings

PENDING = "pending"
ACCEPTED = "accepted"
MISSING = "missing"
_SOCIAL = frozenset({Segment.SOCIAL_RENT.value, Segment.SOCIAL_ABOVE_LIMIT.value})

Asked = Mapping[int, Sequence[str]]
"""Which corporations were asked about each year."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One summed tally: homes alike in every dimension that a figure may ask for.

    `homes` is signed and leaves out the `lost` ones, which another party's claim holds.
    `standing` is accepted, submitted or pending: a submitted correction beside an accepted
    version, which is in no total.
    """

    year: int
    organisation: str
    homes: int
    municipality: str = ""
    kind: str = Kind.NEW_BUILD.value
    origin: str = ""
    segment: str = Segment.SOCIAL_RENT.value
    branch: str = Branch.DAEB.value
    unit_kind: str = UnitKind.DWELLING.value
    dwelling_type: str = ""
    self_contained: bool | None = True
    rent_class: str = RentClass.WITHIN.value
    part: str = "2.1A"
    standing: str = ACCEPTED
    lost: int = 0
    demo: bool = False

    @property
    def is_stock_of_dwellings(self) -> bool:
        """Whether it changes the stock of homes in the region: 2.1A, woonruimte, placed."""
        return is_stock_of_dwellings(self)

    @property
    def would_be_net(self) -> bool:
        """Whether it belongs to net once it counts: DAEB or, where the branch is not known,
        social rent."""
        social = self.branch == Branch.DAEB or (not self.branch and self.segment in _SOCIAL)
        return self.is_stock_of_dwellings and social

    @property
    def is_net(self) -> bool:
        """Whether it belongs to net; a correction that waits does not yet."""
        return self.would_be_net and self.standing != PENDING


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to say beside a figure: `becomes` is the value a submitted correction brings.

    The codes: correction, disputed, lost, rent_unknown, self_contained_unknown, flex, extramural,
    unplaced, correction_waits (it changes no number), and what `Answered.marks` hands over:
    excess, returned, and correction_returned (the accepted version keeps counting). `project` is
    the key of the one that an excess is about.
    """

    code: str
    homes: int = 0
    becomes: int | None = None
    year: int | None = None
    organisation: str = ""
    municipality: str = ""
    project: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What one organisation's counting version says about one year.

    `state` is missing, provisional or settled. `complete`: it answers until 31 December. The
    four booleans tell whether each question was answered, with rows or with "niets".
    `disputed` names municipalities with an open dispute; `correction`: a newer version waits.
    """

    organisation: str
    year: int
    state: str = "settled"
    complete: bool = True
    additions: bool = False
    sales: bool = False
    demolition: bool = False
    other_withdrawals: bool = False
    disputed: frozenset[str] = frozenset()
    correction: bool = False
    marks: tuple[Mark, ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether there is an answer that counts."""
        return self.state != MISSING

    @property
    def answers_all(self) -> bool:
        """Whether net is known: all four questions are answered."""
        questions = (self.additions, self.sales, self.demolition, self.other_withdrawals)
        return self.is_given and all(questions)
