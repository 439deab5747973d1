"""Facts and reporters: what was built and who says so."""

from housing.models.municipal import MunicipalFigure
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
    Submission,
    SubmissionEvent,
    Upload,
    YearClosing,
    end_of_day,
)
from housing.models.rounds import Extension, Notice, Part, Round, RoundTerm
from housing.models.rules import CountingRule, PriceLimit, SegmentTable
from housing.models.stock import (
    Claim,
    Project,
    ProjectPath,
    ProjectPlan,
    Ruling,
    StockChange,
    StockCount,
    Tally,
    address_key,
    date_text,
    fold,
)
from housing.models.talk import Comment, Following, Seen

__all__ = [
    "CheckPolicy",
    "Claim",
    "Comment",
    "Confirmation",
    "CountingRule",
    "Extension",
    "Following",
    "FormerName",
    "HeadingMatch",
    "Membership",
    "MunicipalFigure",
    "Notice",
    "Organisation",
    "Part",
    "PlannedLine",
    "PriceLimit",
    "Project",
    "ProjectPath",
    "ProjectPlan",
    "Representation",
    "Round",
    "RoundTerm",
    "Ruling",
    "Seen",
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
