"""What was promised, what parties say of it, and the lists that single agreements need."""

from agreements.models.local import Bid, Reaction, Signature
from agreements.models.promises import (
    Agreement,
    AgreementSet,
    FormerText,
    Milestone,
    Theme,
    Vision,
)
from agreements.models.registers import (
    Advice,
    AidYear,
    Fund,
    FundUse,
    Indicator,
    SparedComplex,
    StalledPlan,
    VulnerableArea,
)
from agreements.models.statements import Cause, Evidence, Light, Remark, Statement, Status
from agreements.models.targets import Deviation, Target, TargetQuerySet, TargetYear

__all__ = [
    "Advice",
    "Agreement",
    "AgreementSet",
    "AidYear",
    "Bid",
    "Cause",
    "Deviation",
    "Evidence",
    "FormerText",
    "Fund",
    "FundUse",
    "Indicator",
    "Light",
    "Milestone",
    "Reaction",
    "Remark",
    "Signature",
    "SparedComplex",
    "StalledPlan",
    "Statement",
    "Status",
    "Target",
    "TargetQuerySet",
    "TargetYear",
    "Theme",
    "Vision",
    "VulnerableArea",
]
