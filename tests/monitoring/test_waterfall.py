"""From gross to net, adding up exactly."""

from hypothesis import given
from hypothesis import strategies as st

from housing.codes import Branch, Kind, Segment
from monitoring.progress import Answered, Rule, Slice, net_change
from monitoring.waterfall import waterfall

FOUR = {"additions": True, "sales": True, "demolition": True, "other_withdrawals": True}
PARTIES = ("a", "b", "c")
ASKED = {2024: PARTIES, 2025: PARTIES}

slices = st.lists(
    st.builds(
        Slice,
        year=st.sampled_from([2023, 2024, 2025]),
        organisation=st.sampled_from(PARTIES),
        homes=st.integers(-200, 200),
        municipality=st.sampled_from(["", "heerlen"]),
        kind=st.sampled_from([kind.value for kind in Kind]),
        segment=st.sampled_from([segment.value for segment in Segment]),
        branch=st.sampled_from(["", *(branch.value for branch in Branch)]),
        unit_kind=st.sampled_from(["dwelling", "care"]),
        self_contained=st.sampled_from([True, False, None]),
        part=st.sampled_from(["2.1A", "2.1B"]),
        standing=st.sampled_from(["accepted", "submitted", "pending"]),
    ),
    max_size=30,
)
answers = st.lists(
    st.builds(
        Answered,
        organisation=st.sampled_from(PARTIES),
        year=st.sampled_from([2024, 2025]),
        state=st.sampled_from(["settled", "provisional", "missing"]),
        additions=st.booleans(),
        sales=st.just(True),
        demolition=st.booleans(),
        other_withdrawals=st.just(True),
    ),
    max_size=6,
    unique_by=lambda answer: (answer.organisation, answer.year),
)


def fall(pieces, answered, years=(2024, 2025)):
    return waterfall(pieces, years=years, answered=answered, asked=ASKED, rule=Rule())


@given(slices, answers)
def test_steps_add_up_exactly(pieces, answered):
    net = net_change(pieces, answered=answered, asked=ASKED, years=[2024, 2025])

    result = fall(pieces, answered)

    if net.net is None:
        assert result is None
        return
    assert result is not None
    assert sum(step.homes for step in result.steps) == result.net == net.net
    assert result.steps[-1].end == result.net
    levels = [result.position(level) for step in result.steps for level in (step.start, step.end)]
    assert all(0 <= level <= 97.8 + 1e-9 for level in levels)


def homes(homes, kind="new_build", **fields):
    return Slice(2025, fields.pop("organisation", "a"), homes, "heerlen", kind, **fields)


def test_every_kind_has_its_own_row():
    pieces = [
        homes(465),
        homes(28, "purchase"),
        homes(-60, "sale_other"),
        homes(-11, "sale_occupant"),
        homes(-166, "demolition"),
        homes(-9, "merge"),
        homes(-34, "to_non_daeb"),
    ]

    result = fall(pieces, [Answered("a", 2025, **FOUR)], years=[2025])

    assert [(step.label, step.homes) for step in result.steps] == [
        ("Opgeleverd (bruto)", 465),
        ("Aangekocht", 28),
        ("Verkocht", -71),
        ("Gesloopt", -166),
        ("Samengevoegd", -9),
        ("Naar niet-DAEB", -34),
    ]
    assert (result.gross, result.net) == (465, 213)
    assert round(result.position(465), 2) == 92.25
    assert round(result.position(213), 2) == 42.25


def test_more_demolished_than_built_goes_below_zero():
    result = fall([homes(10), homes(-50, "demolition")], [Answered("a", 2025, **FOUR)])

    assert (result.net, result.low, result.high) == (-40, -40, 10)
    assert result.position(-40) == 0


def test_new_build_outside_the_rule_is_shown_apart():
    result = fall([homes(10), homes(3, self_contained=False)], [Answered("a", 2025, **FOUR)])

    assert [(step.code, step.homes) for step in result.steps] == [("gross", 10), ("new_build", 3)]


def test_party_without_all_answers_is_taken_off_and_named():
    pieces = [homes(10), homes(7, organisation="b")]
    answered = [Answered("a", 2025, **FOUR), Answered("b", 2025, additions=True)]

    result = fall(pieces, answered, years=[2025])

    assert (result.gross, result.net) == (17, 10)
    assert result.steps[-1].code == "unanswered"
    assert ("b", 2025) in result.missing


def test_without_any_full_answer_there_is_no_waterfall():
    assert fall([homes(10)], []) is None
