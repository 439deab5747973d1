"""The rows of the matrix for what parties say: one agreement of Heerlen, handed in and a concept,
each with evidence."""

from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements.evidence import add_file
from agreements.models import Evidence, Statement
from housing.models import Organisation, User
from tests.factories import at, make_agreement, make_city_region, make_statement

Row = tuple[Any, ...]


def rows_of_matrix(signed_in: set[str], people: dict[str, User | None]) -> Iterator[Row]:
    """(address, who gets it, who is told that it is not hers, method)."""
    heerlen = Organisation.objects.get(slug="heerlen")
    region = make_city_region()
    agreement = make_agreement(slug="wat-zij-zeggen", kind="study")
    agreement.responsible.set([heerlen, region])
    said = _with_file(make_statement(agreement, heerlen, year=2024, submitted_at=None))
    Statement.objects.filter(pk=said.statement_id).update(submitted_at=at("2025-02-01"))
    concept = _with_file(make_statement(agreement, heerlen, year=2025, submitted_at=None))
    here, coordinator = (agreement.slug, "heerlen", 2025), {"coordinator"}

    def page(name: str, *args: object, who: set[str], method: str = "get") -> Row:
        return (reverse(f"agreements:{name}", args=args), who, signed_in, method)

    def nowhere(name: str, *args: object) -> Row:
        return (reverse(f"agreements:{name}", args=args), set(), set(), "get")

    yield page("statements", who=signed_in)
    for method in ("get", "post"):
        yield page("statement", *here, who={"officer"}, method=method)
        yield page("statement", agreement.slug, region.slug, 2025, who=coordinator, method=method)
        yield page("wording", agreement.slug, who=coordinator, method=method)
        yield page("milestones", agreement.slug, who=coordinator, method=method)
    yield page("party_statements", "heerlen", 2025, who={"officer"})
    yield page("party_statements", "weller", 2025, who={"clerk"})
    # The officer of this test enters; handing in is her approver's.
    yield page("party_statements", "heerlen", 2025, who=set(), method="post")
    yield page("remark", agreement.slug, said.statement_id, who=signed_in)
    yield page("remark", agreement.slug, said.statement_id, who=coordinator, method="post")
    yield (reverse("agreements:evidence", args=[said.reference]), signed_in, set(), "get")
    yield (reverse("agreements:evidence", args=[concept.reference]), {"officer"}, set(), "get")
    yield nowhere("remark", agreement.slug, concept.statement_id)
    yield nowhere("remark", "een-andere", said.statement_id)
    yield nowhere("evidence", "onbekend")
    yield nowhere("statement", agreement.slug, "niemand", 2025)
    yield nowhere("statement", "niets", "heerlen", 2025)
    yield nowhere("party_statements", "niemand", 2025)
    yield nowhere("wording", "niets")
    yield nowhere("milestones", "niets")


def _with_file(statement: Statement) -> Evidence:
    by = User.objects.filter(memberships__organisation=statement.organisation).first()
    assert by is not None
    file = SimpleUploadedFile("besluit.pdf", b"%PDF-1.7\n")
    return add_file(statement, file, title="Besluit", by=by)
