"""Facts and reporters: what was built and who says so."""

from housing.models.organisations import (
    FormerName,
    Membership,
    Organisation,
    Representation,
    User,
)
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
    "Claim",
    "Confirmation",
    "CountingRule",
    "FormerName",
    "Membership",
    "Organisation",
    "Part",
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
