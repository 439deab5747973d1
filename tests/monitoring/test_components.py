"""The template tags: Dutch words, escaped text, unknown apart from nothing."""

from datetime import date

import pytest
from django.template import Context, Template

from monitoring.charts import Tile
from monitoring.waterfall import Step, Waterfall
from monitoring.words import Phrase, lead
from tests.monitoring.test_charts import STORY


def rendered(source: str, **context) -> str:
    template = Template("{% load components %}" + source)
    return " ".join(template.render(Context(context)).split())


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('{% light "watch" %}', "let op</span>"),
        ('{% light "behind" "75 achter" %}', 'class="light behind"'),
        ('{% light "behind" "75 achter" %}', "75 achter</span>"),
        ('{% light "unknown" %}', 'href="#i-none"/></svg>nog niet te zeggen'),
        ('{% state "provisional" %}', 'href="#s-provisional"/></svg>voorlopig'),
        ('{% state "missing" "2 ontbreken" %}', "2 ontbreken"),
        ("{% proposal %}", "voorstel, nog niet vastgesteld"),
        ("{% nno nothing %}", '<abbr title="nog niet opgegeven">n.n.o.</abbr>'),
        ("{% nno 0 %}", "0"),
        ('{% cell "Opleveringen" 12 "F" %}', '<span class="cell">Opleveringen, F12</span>'),
        ("{{ 1350|number }} {{ 465|signed }} {{ loss|signed }}", "1.350 +465 −71"),
        ("{{ 465|percent:540 }}", "86%"),
        ("{{ 1|homes }}", "1 woning"),
        ("{{ day|dutch_date }}", "15 februari 2027"),
    ],
)
def test_small_blocks(source, html):
    assert html in rendered(source, nothing=None, loss=-71, day=date(2027, 2, 15))


def test_confirmed_rule_is_no_proposal():
    assert rendered("{% proposal True %}") == ""


def test_figure_holds_what_it_rests_on():
    source = "{% figure label needed %}<b>onder</b>{% endfigure %}"

    html = rendered(source, label="Nodig <per> jaar", needed=1295)

    assert html == (
        '<div class="figure"><dt>Nodig &lt;per&gt; jaar</dt>'
        '<dd class="value">1.295</dd><dd><b>onder</b></dd></div>'
    )


def test_unknown_figure_is_not_zero():
    assert "n.n.o." in rendered('{% figure "2026" nothing %}{% endfigure %}', nothing=None)


def test_phrases_are_escaped():
    html = rendered("{% phrases sentence %}", sentence=[Phrase("<i>"), Phrase("3", strong=True)])

    assert html == "&lt;i&gt;<strong>3</strong>"
    assert "<strong>142</strong>" in rendered("{% phrases sentence %}", sentence=lead(STORY))


def test_charts_come_with_their_key():
    html = rendered("{% pace p %}{% year_chart p %}{% cumulative_chart p %}", p=STORY)

    assert html.count('role="img"') == 3
    assert html.count("<figure") == 3
    assert "x van 9: corporaties met een opgave" in html
    assert "Opgeteld vanaf 1 januari 2024." in html


def test_waterfall_table():
    steps = (Step("gross", "Opgeleverd (bruto)", 10, 0, 10), Step("sale", "Verkocht", -4, 10, 6))

    html = rendered("{% waterfall fall %}", fall=Waterfall(steps, gross=10, net=6))

    assert '<th scope="row">Verkocht</th>' in html
    assert '<td class="num">−4</td>' in html
    assert '<td class="num">+6</td>' in html
    assert rendered("{% waterfall nothing %}", nothing=None) == ""


def test_tile_map_is_a_list_of_links():
    tile = Tile("Voerendaal", "/partijen/voerendaal/", 16, 20, "behind", 2026, None)

    html = rendered("{% tile_map tiles %}", tiles=[tile])

    assert '<li class="behind"> <a href="/partijen/voerendaal/">' in html
    assert "16 <small>van 20</small>" in html
    assert '2026: <abbr title="nog niet opgegeven">n.n.o.</abbr>' in html


def test_counts_add_up():
    html = rendered("{% counts lights %}", lights=["on", "on", "behind", "missing", "unknown"])

    assert html.index("1 achter") < html.index("2 op schema") < html.index("1 nog niet te zeggen")
    for words in ("2 op schema", 'href="#s-missing"/></svg>1 niet opgegeven'):
        assert words in html
