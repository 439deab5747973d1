"""The invented rows of the registers: marked, fitting the story, and gone without a trace."""

from datetime import date

import pytest
import time_machine
from django.core.management import call_command

from agreements import demo, demo_registers
from agreements.models import Advice, AidYear, FundUse, SparedComplex, StalledPlan, VulnerableArea
from housing.access import ENTERING, own_organisations
from housing.models import Organisation, Project, ProjectPath, Representation, User
from tests.agreements.registers import make_complex

pytestmark = pytest.mark.django_db
EVERY = (StalledPlan, ProjectPath, VulnerableArea, SparedComplex, Advice, AidYear)


@pytest.fixture(autouse=True)
def reference():
    call_command("load_reference", verbosity=0)
    with time_machine.travel(date(2026, 11, 23)):
        yield


def counts() -> list[int]:
    return [model.objects.count() for model in (*EVERY, FundUse)]


def test_every_row_is_marked_fits_the_story_and_goes():
    sourced = set(FundUse.objects.values_list("pk", flat=True))

    demo.load()
    loaded = counts()
    demo.load()

    assert counts() == loaded
    assert all(model.objects.exists() for model in EVERY)
    assert not any(model.objects.filter(is_demo=False).exists() for model in EVERY)
    assert FundUse.objects.filter(is_demo=True, project__isnull=False).count() == 2
    assert ProjectPath.objects.count() == 9  # every path found its project

    demo.clear()

    assert not any(model.objects.exists() for model in EVERY)
    assert set(FundUse.objects.values_list("pk", flat=True)) == sourced
    assert not Project.objects.filter(is_demo=True).exists()


def test_somebody_can_advise_on_a_complex_that_waits():
    demo.load()
    adviser = User.objects.get(email="huurders-vincio@parkstad.example")
    own = own_organisations(adviser, roles=ENTERING)
    corporations = Representation.objects.filter(tenants__in=own).values("corporation")

    waiting = SparedComplex.objects.filter(corporation__in=corporations, advice=None)

    assert [each.name for each in waiting] == ["Flat aan het plein"]


def test_what_people_entered_stays():
    demo.load()
    area = VulnerableArea.objects.get(name="Noordrand")
    real = make_complex(area, Organisation.objects.get(slug="weller"), name="Echt")

    demo_registers.clear()

    assert SparedComplex.objects.get() == real
    assert VulnerableArea.objects.get() == area
