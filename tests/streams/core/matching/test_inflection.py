import pytest

from streams.core.matching.folding import fold
from streams.core.matching.inflection import forms

RIGHT = {
    "Orlen": "Orlenu Orlenowi Orlenem Orlenie",
    "Żabka": "Żabki Żabce Żabkę Żabką Żabko Żabek Żabkom Żabkami Żabkach",
    "InPost": "InPostu InPostowi InPostem InPoście",
    "Carrefour": "Carrefoura Carrefourowi Carrefourem Carrefourze",
    "Polsat": "Polsatu Polsatowi Polsatem Polsacie",
    "Skoda": "Skody Skodzie Skodę Skodą Skodo",
    "Biedronka": "Biedronki Biedronce Biedronkę Biedronką Biedronek Biedronkami",
    "Żywiec": "Żywca Żywcowi Żywcem Żywcu",
    "Wedel": "Wedla Wedlowi Wedlem Wedlu",
    "Opel": "Opla Oplem Oplu Ople Oplami",
    "Empik": "Empiku Empikowi Empikiem Empikach",
    "mBank": "mBanku mBankowi mBankiem",
    "Kaufland": "Kauflandu Kauflandzie Kauflandem",
    "Rossmann": "Rossmanna Rossmannie Rossmannem",
    "Lidl": "Lidla Lidlu Lidlem Lidlowi",
    "Bosch": "Boscha Boschowi Boschem",
    "Auchan": "Auchana Auchanie Auchanem",
    "Tauron": "Taurona Tauronowi Tauronie",
    "Adidas": "Adidasa Adidasie Adidasy Adidasów",
    "Netflix": "Netfliksa Netfliksem Netflixem Netflixie Netfliksie",
    "Play": "Playa Playu Playowi Playem",
    "Leroy": "Leroya Leroyem",
    "Nokia": "Nokii Nokię Nokią",
    "IKEA": "Ikei Ikeę Ikeą",
    "Gdynia": "Gdyni Gdynię Gdynią",
    "Toyota": "Toyoty Toyocie Toyotę Toyot",
    "Warta": "Warty Warcie Wartą",
    "Wisła": "Wisły Wiśle Wisłę Wisłą",
    "Castorama": "Castoramy Castoramie Castoramę",
    "Ziaja": "Ziai Ziaję Ziają",
    "Sephora": "Sephory Sephorze Sephorę",
    "Prumerica": "Prumeriki Prumericę",
    "Wyborowa": "Wyborowej Wyborową",
    "Allegro": "Allegra Allegru Allegrem",
    "Winiary": "Winiar Winiarom Winiarami Winiarach",
    "Delikatesy": "Delikatesów Delikatesom Delikatesach",
    "Tyskie": "Tyskiego Tyskiemu Tyskim",
    "Tarczyński": "Tarczyńskiego Tarczyńskiemu Tarczyńskim",
    "Koleje": "Kolei Kolejom Kolejami Kolejach",
    "Porsche": "Porschego Porschemu",
    "Google": "Googla Googlem Googlu",
    "YouTube": "YouTuba YouTubie YouTubem",
    "Poznań": "Poznania Poznaniowi Poznaniem Poznaniu",
    "Łódź": "Łodzi Łodzią",
    "McDonald's": "McDonald’s McDonalds McDonalda McDonald'a McDonaldzie McDonaldem McDonaldsie",
    "ZUS": "ZUSowi ZUSem ZUSie",
    "OLX": "OLXowi OLXem OLXie",
}

WRONG = {
    "Żabka": "żaba żabie żabą żabę żab żabek-owy zabkowa żabkowicz",
    "Play": "player playlista plays playoff player's playback",
    "Orange": "orangerie oranżeria oranga orangutan",
    "Wyborowa": "wyborów",
    "Warta": "warto warte wart wartość",
    "Orlen": "orle orlik orlenowski orl",
    "Lidl": "lid lidlowy",
    "Plus": "plu plural",
    "Nokia": "noki nok nokaut",
    "ING": "ingu inga ingi",
    "PKO": "pkoa pkou",
    "Kia": "kii kie kio",
    "LOT": "lotu loty lotów",
    "Pekao": "pekaa pekau",
    "Link4": "link linku link4u",
    "Metro": "metra metrem metrze",
    "Rama": "ramię ramach",
    "Polityka": "polityk",
    "Wedel": "wedle",
    "Bank": "bankowy bankrut bankomat banków-ka",
}


@pytest.mark.parametrize("name", RIGHT)
def test_has_the_forms_that_people_write(name: str) -> None:
    missing = {form for form in (name, *RIGHT[name].split()) if fold(form) not in forms(name)}
    assert not missing


@pytest.mark.parametrize("name", WRONG)
def test_has_no_form_that_is_another_word(name: str) -> None:
    present = {word for word in WRONG[name].split() if fold(word) in forms(name)}
    assert not present


@pytest.mark.parametrize("name", ["H&M", "Booking.com", "TVN24", "5.10.15", "OBI", "C", "Яндекс", "Zalando"])
def test_leaves_alone_what_has_no_declension(name: str) -> None:
    assert fold(name) in forms(name)
    if name != "Zalando":
        assert forms(name) == {fold(name)}


@pytest.mark.parametrize("name", [*RIGHT, *WRONG])
def test_forms_do_not_run_wild(name: str) -> None:
    base = fold(name)
    assert all(len(form) <= len(base) + 5 for form in forms(name))
    assert all(form[: max(2, len(base) // 2 - 1)] == base[: max(2, len(base) // 2 - 1)] for form in forms(name))


def test_short_words_are_inflected_inside_a_longer_name_only() -> None:
    assert "aira" in forms("Air", shortest=3)
    assert forms("Air") == {"air"}
