"""The admin: reference data can be kept there, what was reported only looked at."""

from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.urls import reverse

from housing import models
from housing.models import Membership, Organisation, PriceLimit, User
from tests.factories import make_row, make_user, make_version

REPORTED = (
    models.Submission,
    models.StockChange,
    models.StockCount,
    models.Confirmation,
    models.Tally,
    models.Claim,
    models.Ruling,
    models.Upload,
    models.YearClosing,
)


@pytest.fixture
def keeper(client, db):
    call_command("load_reference", verbosity=0)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_every_list_opens(keeper, model):
    make_version(Organisation.objects.get(slug="weller"), [make_row(24)])

    assert keeper.get(address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", REPORTED)
def test_reported_things_cannot_be_added_changed_or_deleted(rf, keeper, model):
    request = rf.get("/")
    request.user = User.objects.get(is_superuser=True)
    page = admin.site._registry[model]

    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)
    assert keeper.get(address(model, "add")).status_code == 403


def test_rows_are_shown_without_rent_and_address(keeper):
    row = make_row(rent=Decimal("812.34"), postcode="6411AB", house_number=7)
    version = make_version(Organisation.objects.get(slug="weller"), [row])

    page = keeper.get(address(models.StockChange, "change", version.rows.get().pk))

    assert page.status_code == 200
    assert "812" not in page.text
    assert "6411AB" not in page.text


def test_concepts_of_an_organisation_are_not_there(keeper):
    version = make_version(Organisation.objects.get(slug="weller"), [make_row(24)], submit=False)

    assert keeper.get(address(models.Submission, "change", version.pk)).status_code == 302
    assert (
        keeper.get(address(models.StockChange, "change", version.rows.get().pk)).status_code == 302
    )


def test_new_price_limit_moves_homes(keeper):
    weller = Organisation.objects.get(slug="weller")
    row = make_row(declared="affordable_sale", price=Decimal(430000), year=2025)
    version = make_version(weller, [row])
    form = {
        "year": 2025,
        "limit": "affordable_sale",
        "amount": "405000",
        "source": "besluit",
        "known_from_0": "01-12-2025",
        "known_from_1": "12:00",
    }

    answer = keeper.post(address(PriceLimit, "add"), form)

    assert answer.status_code == 302, answer.text
    assert version.rows.get().segment == "other_sale"


def test_stored_price_limit_keeps_its_amount(keeper):
    limit = PriceLimit.objects.get(year=2025)

    keeper.post(address(PriceLimit, "change", limit.pk), {"amount": "1", "source": "nieuw"})

    limit.refresh_from_db()
    assert (limit.amount, limit.source) == (Decimal("900.07"), "nieuw")


def test_person_is_made_with_a_membership(keeper):
    weller = Organisation.objects.get(slug="weller")
    word = "een-lange-geheime-zin"
    form = {
        "email": "Invoerder@Voorbeeld.test",
        "name": "Invoerder",
        "password1": word,
        "password2": word,
    }
    keeper.post(address(User, "add"), form)
    person = User.objects.get(email="invoerder@voorbeeld.test")

    keeper.post(
        address(User, "change", person.pk),
        {
            "email": person.email,
            "name": person.name,
            "is_active": "on",
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 0,
            "memberships-0-organisation": weller.pk,
            "memberships-0-role": "reporter",
            "memberships-0-user": person.pk,
        },
    )

    assert Membership.objects.get(user=person).organisation == weller


def test_people_without_that_right_do_not_come_in(client, db):
    client.force_login(make_user())

    assert client.get("/beheer/").status_code in (302, 403)
