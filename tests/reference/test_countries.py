"""Countries in any spelling; China in many, and Hong Kong, Macao and Taiwan apart."""

import pycountry
import pytest

from deminimis.reference import country_code

CHINA_TEXT = (
    "CN|CHN|156|China|PRC|P.R.C.|P.R. China|PR China|People's Republic of China|Mainland China|"
    "China (Mainland)|PRC China|VR China|Volksrepublik China|Chine|RPC|Cina|Kina|Chiny|Китай|КНР|中国|中國|"
    "中国大陆|中华人民共和国|중국|Trung Quốc|จีน|الصين|चीन|cn| china |ＣＨＩＮＡ|Made in China"
)
CHINA = CHINA_TEXT.split("|")


@pytest.mark.parametrize("code", [country.alpha_2 for country in pycountry.countries])
def test_every_alpha_2(code):
    assert country_code(code) == code
    assert country_code(f" {code.lower()} ") == code


def test_every_alpha_3_number_and_name():
    for country in pycountry.countries:
        for text in (country.alpha_3, country.numeric, country.name):
            assert country_code(text) == country.alpha_2


@pytest.mark.parametrize("text", CHINA)
def test_china_in_many_spellings(text):
    assert country_code(text) == "CN"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hong Kong", "HK"),
        ("Hong Kong SAR", "HK"),
        ("Hongkong", "HK"),
        ("香港", "HK"),
        ("Hong Kong, China", "HK"),
        ("中国香港", "HK"),
        ("Macau", "MO"),
        ("Macao SAR", "MO"),
        ("澳门", "MO"),
        ("Taiwan", "TW"),
        ("台灣", "TW"),
        ("台湾", "TW"),
        ("Taiwan, Province of China", "TW"),
        ("Republic of China", "TW"),
        ("NA", "NA"),
        ("Namibia", "NA"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Korea", "KR"),
        ("Korea, South", "KR"),
        ("Corea del Sur", "KR"),
        ("美國", "US"),
        ("Côte d’Ivoire", "CI"),
        ("South Korea", "KR"),
        ("DPRK", "KP"),
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("Vietnam", "VN"),
        ("Japon", "JP"),
        ("日本", "JP"),
        ("Österreich", "AT"),
        ("Türkei", "TR"),
        ("Czech Republic", "CZ"),
    ],
)
def test_other_countries(text, code):
    assert country_code(text) == code


@pytest.mark.parametrize(
    "text", ["Chna", "", " ", "unknown", "N/A", "Indochina", "XX", "ZZ", "EU", "Nigeri", "Congo Bongo", "-"]
)
def test_what_is_no_country(text):
    assert country_code(text) is None
