"""One cell of our template at a time: numbers, dates, ids, places, words, and Python's traps."""

from collections.abc import Iterator
from datetime import date

from tests.corpus.case import Case, bad, good, lines_file, refuses
from tests.housing.intake.factories import line

HEERLEN, BEEKDAELEN = "0917010000000001", "1954010000000001"


def cases() -> Iterator[Case]:
    yield from _numbers()
    yield from _amounts()
    yield from _dates()
    yield from _ids()
    yield from _postcodes()
    yield from _places()
    yield from _segments()
    yield from _words()
    yield from _traps()
    yield from _errors()


def _numbers() -> Iterator[Case]:
    for text, homes in (
        ("1", 1), ("24", 24), ("1.350", 1350), ("1 350", 1350), ("1\u00a0350", 1350),
        ("1\u202f350", 1350), ("12,0", 12), ("12,00", 12), ("12.0", 12), ("12.00", 12),
        (" 7 ", 7), ("007", 7), ("\u200b9", 9), ("9.999", 9999), ("10000", 10000),
    ):  # fmt: skip
        yield good("numbers", f"homes {text!r}", {"homes": text}, homes)
    for text in ("1.5", "1,5", "0,5", "1,350", "12,34", "1.35", "1.3500", "13.50", "1,350.00"):
        yield bad("numbers", f"homes {text!r} is asked", {"homes": text}, "homes")
    for text in ("twaalf", "12 woningen", "ca. 12", "12-14", "12/2", "+4", "-4", "\u22124", "±3",
                 "1e3", "0x10", "½", "10%", "12?", "een"):  # fmt: skip
        yield bad("numbers", f"homes {text!r} is no number", {"homes": text}, "homes")
    yield bad("numbers", "no homes", {"homes": "0"}, "homes")
    yield bad("numbers", "more homes than a project has", {"homes": "10001"}, "homes_too_many")
    yield bad("numbers", "a question mark", {"homes": "?"}, "no_homes")
    yield bad("numbers", "homes empty", {"homes": ""}, "homes_empty")
    yield bad("numbers", "homes blank", {"homes": "   "}, "homes_empty")
    yield bad("numbers", "homes n.v.t.", {"homes": "n.v.t."}, "no_homes")
    for text in ("140", "0140", "140,0"):
        yield good("numbers", f"points {text}", {"points": text})
    for text, code in (("140,5", "not_whole"), ("10000", "points"), ("veel", "not_whole")):
        yield bad("numbers", f"points {text}", {"points": text}, code)
    for text in ("71", "71,5", "71.5", "71,50 m2", "71 m²", "0,125"):
        yield good("numbers", f"area {text}", {"area": text})
    for text, code in (("groot", "not_number"), ("10000", "area_too_large"), ("-70", "not_number")):
        yield bad("numbers", f"area {text}", {"area": text}, code)


def _amounts() -> Iterator[Case]:
    for text in ("712,40", "712.40", "712", "€ 712,40", "EUR 712,40", "712,-", "712,4",
                 "932,93", " 700 ", "€712"):  # fmt: skip
        yield good("amounts", f"rent {text!r}", {"rent": text})
    for text in ("", "0", "0,01", "0.01", "n.v.t.", "onbekend", "-"):
        # "-" stands for nothing, as people write it
        yield good("amounts", f"rent {text!r} is unknown", {"rent": text}, 1, 1, "rent_unknown")
    for text in ("932,94", "1.100,00", "1 100", "€ 1.350,25"):
        yield good("amounts", f"rent {text} is above", {"rent": text}, 1, 0, "rent_above_limit")
    for text in ("1,350", "1,350.00", "-5", "duur", "700-800", "€", "7OO", "712,40 p/m", "1.2.3"):
        yield bad("amounts", f"rent {text!r} is asked", {"rent": text}, "not_number")
    yield bad("amounts", "rent of a year", {"rent": "100000"}, "amount_too_large")
    for text in ("390000", "390.000", "€ 390.000,00", "390000,-"):
        cells = {"segment": "betaalbare koop", "rent": "", "price": text}
        yield good("amounts", f"price {text}", cells, 1, 0)
    cells = {"segment": "betaalbare koop", "rent": ""}
    yield bad("amounts", "price twice", cells | {"price": "390.000 / 400.000"}, "not_number")
    yield bad("amounts", "price in English", cells | {"price": "390,000"}, "not_number")
    yield bad("amounts", "price of a street", cells | {"price": "100000000"}, "amount_too_large")


def _dates() -> Iterator[Case]:
    for text in (
        "12-03-2026", "12-3-2026", "2026-03-12", "2026/03/12", "2026-03-12T00:00:00",
        "2026-03-12 00:00:00", "25/3/2026", "5/5/2026", "12.03.2026", "12 maart 2026",
        "12 mrt 2026", "12-mrt-2026", "12 mrt. 2026", "1 SEPT 2026", "maart 2026", "mrt-2026",
        "03-2026", "3/2026", "2026-03", "2026", " 2026 ", "12-03-2026 00:00", "29-02-2024",
        "31-12-2024", "2025",
    ):  # fmt: skip
        yield good("dates", text, {"when": text, "rent": "700"})
    for text, code in (
        ("12/01/25", "date_ambiguous"), ("12-01-25", "date_ambiguous"),
        ("12/01/2026", "date_ambiguous"), ("01/02/2026", "date_ambiguous"),
        ("25-12-25", "date_short"), ("25/12/'25", "date_short"), ("03/25/2026", "date_order"),
        ("46093", "date_serial"), ("31-02-2026", "date_unknown"), ("29-02-2026", "date_unknown"),
        ("31-04-2026", "date_unknown"), ("1905-07-18", "date_1905"), ("00-00-2026", "date_unknown"),
        ("binnenkort", "date"), ("Q2 2026", "date"), ("week 12", "date"), ("0", "date"),
        ("-", "date"), ("n.v.t.", "date"), ("13-2026", "date"), ("2026-13", "date"),
        ("12 maert 2026", "date"), ("najaar 2026", "date"), ("2026?", "date"), ("12-03", "date"),
        ("0001-01-01", "date"), ("9999", "date"), ("9999-12-31", "date"), ("12-03-20266", "date"),
    ):  # fmt: skip
        yield bad("dates", f"{text} is asked", {"when": text}, code)
    for text in ("12-03-2062", "2027", "01-01-2027", "januari 2027", "2027-06-30"):
        yield bad("dates", f"{text} is later than asked", {"when": text}, "later_year")
    for text in ("31-12-2023", "2023", "01-01-1900", "1958"):
        yield bad("dates", f"{text} is too early", {"when": text}, "too_early")
    yield bad("dates", "empty", {"when": ""}, "when_empty")
    half = Case(
        "dates", "half a year asked", lines_file(line(), line(when="05-07-2026"), line()),
        good("", "", {}, 1, 1, "after_period").expected,
        lookups={"covers_until": date(2026, 6, 30)},
    )  # fmt: skip
    yield half


def _ids() -> Iterator[Case]:
    ids = "BAG ids"
    two = "0917010000000002"
    yield good(ids, "one", {"bag": HEERLEN})
    yield good(ids, "spaces around", {"bag": f" {HEERLEN} "})
    yield good(ids, "groups of four", {"bag": "0917 0100 0000 0001"})
    yield good(ids, "twice in one cell", {"bag": f"{HEERLEN}|{HEERLEN}"})
    for name, between in (("bar", "|"), ("bar and spaces", " | "), ("comma", ","),
                          ("comma and space", ", "), ("semicolon", ";"), ("new line", "\n"),
                          ("slash", "/")):  # fmt: skip
        yield good(ids, f"two with a {name}", {"bag": HEERLEN + between + two, "homes": "2"}, 2)
    yield good(ids, "lost zero", {"bag": HEERLEN[1:]}, 1, 1, "bag_repaired")
    yield good(
        ids,
        "lost zero of Brunssum",
        {"bag": "899010000000001", "municipality": "Brunssum"},
        1,
        1,
        "bag_repaired",
    )
    yield good(ids, "former code", {"bag": "0951010000000001", "municipality": "Nuth"})
    yield good(ids, "of another municipality", {"bag": "0928010000000001"}, 1, 1, "prefix_differs")
    yield good(ids, "outside the region", {"bag": "0888010000000001"}, 0, 0, "outside_region")
    yield good(ids, "fewer ids than homes", {"bag": HEERLEN, "homes": "3"}, 3, 3,
               "homes_against_ids")  # fmt: skip
    yield good(ids, "more ids than homes", {"bag": f"{HEERLEN}|{two}"}, 1, 1, "homes_against_ids")
    yield good(ids, "rooms share an id", {"bag": HEERLEN, "homes": "8", "self_contained": "Nee"},
               8, 0)  # fmt: skip
    for text, code in (
        ("1,954E+15", "bag_rounded"), ("1.95401E+15", "bag_rounded"), ("9,17E+14", "bag_rounded"),
        ("1,954010000000001E+15", "bag_rounded"), ("9.1701E14", "bag_rounded"),
        ("0917100000000001", "bag_pand"), ("0917200000000001", "bag_type"),
        ("0917300000000001", "bag_type"), ("0917990000000001", "bag_type"),
        ("091701000000001", "bag_id"), ("91701000000001", "bag_id"), ("954010000000001", "bag_id"),
        ("09170100000000012", "bag_id"), ("geen", "bag_id"), ("NL.IMBAG." + HEERLEN, "bag_id"),
        ("٠٩١٧٠١٠٠٠٠٠٠٠٠٠١", "bag_id"), ("O917010000000001", "bag_id"),
        (f"{HEERLEN}|x", "bag_id"), (f"{HEERLEN}|0917100000000001", "bag_pand"),
        ("#N/B", "excel_error"), ("0917010000000001\x00", "excel_error"),
    ):  # fmt: skip
        if "\x00" in text:
            code = "unreadable_character"
        yield bad(ids, f"{text!r}", {"bag": text}, code)
    column = [line(bag=f"19540100000{n:04}0", municipality="Beekdaelen") for n in range(1, 8)]
    yield Case(ids, "a column that Excel rounded", lines_file(*column), refuses(("bag_rounded", 0)))
    same = line(bag=HEERLEN)
    twice = good("", "", {}, 1, 1, "home_twice").expected
    yield Case(ids, "the same home twice", lines_file(same, same, line()), twice)


def _postcodes() -> Iterator[Case]:
    group = "postcodes"
    for text in ("6411AB", "6411 AB", "6411ab", " 6411  ab ", "6411\u00a0AB", "6411"):
        yield good(group, text, {"postcode": text})
    for text in ("", "n.v.t.", "-"):
        expected = {"postcode": text}
        if text == "-":
            yield good(group, "a dash is nothing", expected)
        else:
            yield good(group, f"{text!r} is nothing", expected)
    for text in ("64AB", "0411AB", "6411A", "6411ABC", "AB6411", "6411-AB", "64 11 AB", "6411 A8",
                 "٦٤١١AB", "Heerlen", "641"):  # fmt: skip
        yield bad(group, text, {"postcode": text}, "postcode")
    yield bad(
        group, "area with a house number", {"postcode": "6411", "number": "4"}, "postcode_area"
    )
    for text in ("4", "99999", "0012", "4,0"):
        yield good(group, f"house number {text}", {"postcode": "6411AB", "number": text})
    for text in ("12a", "12-14", "0", "100000", "4 bis", "-4", "IV", "1.5"):
        yield bad(group, f"house number {text}", {"postcode": "6411AB", "number": text},
                  "house_number")  # fmt: skip
    for text, code in (("ab", "house_letter"), ("1", "house_letter"), ("é", "house_letter")):
        yield bad(group, f"letter {text}", {"letter": text}, code)
    yield good(group, "letter a", {"letter": "a", "postcode": "6411AB", "number": "4"})
    yield good(group, "addition bis", {"addition": "bis", "postcode": "6411AB", "number": "4"})
    yield bad(group, "addition hoog links", {"addition": "hoog links"}, "house_addition")
    same = line(postcode="6411AB", number="4")
    yield Case(group, "the same address twice", lines_file(same, same | {"Postcode": "6411 ab"},
               line()), good("", "", {}, 1, 1, "home_twice").expected)  # fmt: skip


def _places() -> Iterator[Case]:
    group = "municipalities"
    for text in ("Heerlen", "HEERLEN", " heerlen ", "Gemeente Heerlen", "Héerlen", "heer-len",
                 "Nuth", "Onderbanken", "Schinnen", "beekdaelen"):  # fmt: skip
        yield good(group, text, {"municipality": text})
    for text in ("Maastricht", "Heerle", "Herlen", "GM0917", "Parkstad", "1", "?",
                 "Heerlen/Kerkrade",
                 "<b>Heerlen</b>", "Heerlen; Kerkrade"):  # fmt: skip
        yield bad(group, text, {"municipality": text}, "municipality")
    yield bad(group, "empty", {"municipality": ""}, "municipality_empty")
    yield bad(group, "only a no-break space", {"municipality": "\u00a0"}, "municipality_empty")
    yield bad(group, "an error of Excel", {"municipality": "#VERW!"}, "municipality")


def _segments() -> Iterator[Case]:
    group = "segments"
    for text in ("sociale huur", "Sociale Huur", "sociaal", "DAEB", "Sociale huur (DAEB)",
                 "sociale huurwoningen", "huur sociaal"):  # fmt: skip
        yield good(group, text, {"segment": text})
    for text, rent in (("middenhuur", "1000"), ("middeldure huur", "1.228,07"),
                       ("vrije sector huur", "1300"), ("vrije sector", "1300,50"),
                       ("dure huur", "2000"), ("onbekend", "")):  # fmt: skip
        yield good(group, f"{text} at {rent}", {"segment": text, "rent": rent}, 1, 0)
    for text, price in (("betaalbare koop", "420000"), ("overige koop", "420001"),
                        ("koop, betaalbaar", "1"), ("dure koop", "")):  # fmt: skip
        cells = {"segment": text, "rent": "", "price": price}
        yield good(group, f"{text} for {price}", cells, 1, 0)
    yield good(group, "middenhuur at 700", {"segment": "middenhuur"}, 1, 0, "rent_below_limit")
    yield good(group, "middenhuur at 1300", {"segment": "middenhuur", "rent": "1300"}, 1, 0,
               "segment_differs")  # fmt: skip
    yield good(group, "vrije sector at 1000", {"segment": "vrije sector", "rent": "1000"}, 1, 0,
               "segment_differs")  # fmt: skip
    yield good(group, "betaalbare koop for 425.000",
               {"segment": "betaalbare koop", "rent": "", "price": "425.000"}, 1, 0,
               "segment_differs")  # fmt: skip
    for text in ("koop", "koopwoning", "huur", "huurwoningen", "niet-DAEB", "betaalbaar"):
        yield bad(group, f"{text} can be two", {"segment": text}, "segment_unclear")
    for text in ("villa", "sociale koop en huur", "1", "x" * 600):
        yield bad(group, text[:20], {"segment": text}, "segment")
    yield bad(group, "empty", {"segment": ""}, "segment_empty")
    yield bad(group, "an error of Excel", {"segment": "#NAAM?"}, "excel_error")


def _words() -> Iterator[Case]:
    group = "kinds and words"
    for text in ("Nieuwbouw", "nieuwbouw", "Oplevering"):
        yield good(group, f"mutatie {text}", {"mutation": text})
    for text in ("Aankoop", "Splitsing", "van voorraad", "VAN VOORRAAD"):
        yield good(group, f"mutatie {text}", {"mutation": text}, 1, 0)
    for text in ("Sloop", "Samenvoeging", "Naar voorraad", "Verkoop aan toekomstige bewoners",
                 "Verkoop aan overigen", "Verkoop aan corporatie", "gesloopt"):  # fmt: skip
        yield good(group, f"mutatie {text}", {"mutation": text}, 0, 0)
    for text, code in (
        ("verkoop", "kind_unclear"),
        ("Geen mutatie", "no_change"),
        ("verbouw", "kind"),
        ("-1", "kind"),
        ("#WAARDE!", "excel_error"),
    ):
        yield bad(group, f"mutatie {text}", {"mutation": text}, code)
    for text in ("uitbreiding", "vervangende nieuwbouw", "Transformatie", "nieuwbouw", "onbekend"):
        yield good(group, f"ontstaan {text}", {"origin": text})
    for text in ("aankoop", "Splitsing"):
        yield good(group, f"ontstaan {text}", {"origin": text}, 1, 0)
    yield bad(group, "ontstaan gevonden", {"origin": "gevonden"}, "origin")
    yield bad(group, "aankoop beside nieuwbouw", {"mutation": "Nieuwbouw", "origin": "aankoop"},
              "origin_contradicts")  # fmt: skip
    yield good(
        group,
        "ontstaan is not read beside sloop",
        {"mutation": "Sloop", "origin": "wat dan ook"},
        0,
        0,
    )
    for text, counted in (("Ja", 1), ("ja", 1), ("J", 1), ("WAAR", 1), ("true", 1), ("1", 1),
                          ("Nee", 0), ("n", 0), ("ONWAAR", 0), ("0", 0)):  # fmt: skip
        yield good(group, f"zelfstandig {text}", {"self_contained": text}, 1, counted)
    yield bad(group, "zelfstandig soms", {"self_contained": "soms"}, "yes_no")
    for text in ("A", "a", "A++++", "a+", "AP", "APP", "AP3", "G", "onbekend"):
        yield good(group, f"label {text}", {"label": text})
    for text in ("H", "B+", "A+++++", "AA", "1"):
        yield bad(group, f"label {text}", {"label": text}, "label")
    for text in ("EGW", "mgw", "appartement", "Extramuraal", "studenteneenheid", "flexwoning"):
        yield good(group, f"soort {text}", {"dwelling_type": text})
    yield bad(group, "soort kasteel", {"dwelling_type": "kasteel"}, "dwelling_type")
    for text in ("Weller", "weller", "Stichting Weller Wonen", ""):
        yield good(group, f"corporatie {text}", {"organisation": text})
    yield bad(group, "corporatie Woonpunt", {"organisation": "Woonpunt"}, "organisation")
    yield bad(group, "corporatie Onbekend BV", {"organisation": "Onbekend BV"}, "organisation")
    yield good(group, "verslagjaar 2026", {"report_year": "2026"})
    yield bad(group, "verslagjaar 2025", {"report_year": "2025"}, "report_year")
    yield bad(group, "verslagjaar 2027 with its date", {"report_year": "2027", "when": "2027"},
              "report_year")  # fmt: skip


def _traps() -> Iterator[Case]:
    group = "Python's traps"
    for name, text in (
        ("underscore", "1_000"), ("Arabic digits", "١٢"), ("superscript", "1²"),
        ("full width", "１２"), ("5000 digits", "9" * 5000), ("NaN", "NaN"), ("inf", "Infinity"),
        ("-0", "-0"), ("2^31", "2147483648"), ("2^63", "9223372036854775808"), ("WAAR", "WAAR"),
        ("True", "True"), ("40.000 characters", "x" * 40_000), ("spaces", "1" + " " * 40_000 + "x"),
        ("NUL", "1\x00"), ("roman", "Ⅻ"), ("Thai", "๑"), ("date", "2026-03-12"), ("list", "[1]"),
        ("format", "{0}"), ("percent", "%s"), ("soft hyphen", "1\u00ad2"),
        ("right to left", "\u202e21"), ("combining", "1\u0301"), ("emoji", "1\ufe0f\u20e3"),
    ):  # fmt: skip
        code = "unreadable_character" if name == "NUL" else "homes"
        yield bad(group, f"homes: {name}", {"homes": text}, code)
    for name, text in (
        ("U+2028", "Aar\u2028veld"), ("U+0085", "Aar\u0085veld"), ("tab", "Aar\tveld"),
        ("script", "<script>alert(1)</script>"), ("template", "{{ 7*7 }}"), ("quote", "O'Brien"),
        ("double quote", 'Plan "Oost"'), ("backslash", "C:\\temp"), ("emoji", "Aarveld 🏠"),
        ("right to left", "\u202egnit"), ("formula", "=1+1"), ("plus", "+31"), ("at", "@SUM(A1)"),
        ("SQL", "'; DROP TABLE x; --"), ("None", "None"), ("long", "x" * 200), ("Turkish", "İıİ"),
        ("sharp s", "Straße"), ("semicolon", "a;b"), ("zero width", "\u200bAarveld"),
    ):  # fmt: skip
        yield good(group, f"project: {name}", {"project": text})
    for name, text, code in (
        ("NUL", "Aar\x00veld", "unreadable_character"), ("bell", "a\x07", "unreadable_character"),
        ("escape", "\x1b[31m", "unreadable_character"), ("too long", "x" * 201, "too_long"),
        ("lost character", "Caf\ufffd", "unreadable_character"),
        ("40.000 characters", "x" * 40_000, "too_long"),
    ):  # fmt: skip
        yield bad(group, f"project: {name}", {"project": text}, code)


def _errors() -> Iterator[Case]:
    group = "error cells"
    for text in ("#N/B", "#WAARDE!", "#VERW!", "#DEEL/0!", "#NAAM?", "#GETAL!", "#LEEG!", "#N/A",
                 "#REF!"):  # fmt: skip
        yield bad(group, f"homes {text}", {"homes": text}, "excel_error")
        yield bad(group, f"date {text}", {"when": text}, "excel_error")
    for field_name in ("key", "project", "rent", "points", "area", "label", "number", "remark",
                       "postcode", "bag", "self_contained", "dwelling_type"):  # fmt: skip
        yield bad(group, f"{field_name} #N/B", {field_name: "#N/B"}, "excel_error")
