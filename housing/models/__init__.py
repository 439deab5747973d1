"""Facts and reporters: what was built and who says so."""

from housing.models.organisations import (
    FormerName,
    Membership,
    Organisation,
    Representation,
    User,
)
from housing.models.remembered import CheckPolicy, HeadingMatch, PlannedLine
from housing.models.reporting import (
    Confirmation,
    Part,
    Round,
    Submission,
    SubmissionEvent,
    Upload,
    YearClosing,
    end_of_day,
)
from housing.models.rules import CountingRule, PriceLimit, SegmentTable
from housing.models.stock import (
    Claim,
    Project,
    ProjectPlan,
    Ruling,
    StockChange,
    StockCount,
    Tally,
    address_key,
    date_text,
    fold,
)

__all__ = [
    "CheckPolicy",
    "Claim",
    "Confirmation",
    "CountingRule",
    "FormerName",
    "HeadingMatch",
    "Membership",
    "Organisation",
    "Part",
    "PlannedLine",
    "PriceLimit",
    "Project",
    "ProjectPlan",
    "Representation",
    "Round",
    "Ruling",
    "SegmentTable",
    "StockChange",
    "StockCount",
    "Submission",
    "SubmissionEvent",
    "Tally",
    "Upload",
    "User",
    "YearClosing",
    "address_key",
    "date_text",
    "end_of_day",
    "fold",
]
