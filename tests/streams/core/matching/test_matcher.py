import pytest

from streams.core.matching.matcher import Matcher
from streams.core.settings import Brand

BRANDS = (
    Brand(id="orlen", name="Orlen", aliases=("PKN Orlen",), handles=("PKN_Orlen",), hashtags=("orlengate",)),
    Brand(
        id="zabka",
        name="Żabka",
        context=("sklep", "zakupy", "hot dog"),
        exclude=("żabka w trawie",),
        handles=("zabka",),
    ),
    Brand(id="poczta", name="Poczta Polska"),
    Brand(id="pekao", name="Bank Pekao"),
    Brand(id="cola", name="Coca-Cola"),
    Brand(id="booking", name="Booking.com", inflect=False),
    Brand(id="play", name="Play", exclude=("play-off",), handles=("play.social.example", "play@mastodon.example")),
    Brand(id="zus", name="ZUS"),
    Brand(id="mcd", name="McDonald's"),
    Brand(id="hm", name="H&M"),
)
MATCHER = Matcher(BRANDS)


def named(text: str) -> set[str]:
    return {BRANDS[index].id for index in MATCHER.find(text)}


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        ("Byłem na Orlenie!", "orlen"),
        ("ORLENOWI dziękujemy", "orlen"),
        ("Orlen", "orlen"),
        ("„Orlenu”", "orlen"),
        ("#Orlen i #orlenu", "orlen"),
        ("anty-Orlen, Orlen-Lotos", "orlen"),
        ("Orlen.Potem Lotos", "orlen"),
        ("Orlenami😡", "orlen"),
        ("O\u00adrlen", "orlen"),
        ("Orlen2 orlen_pl orleny2 eorlen", ""),
        ("zus-u ZUS’u ZUSem", "zus"),
        ("zusik azus", ""),
        ("z McDonald’sa? McDonald'a!", "mcd"),
        ("McDonaldzie", "mcd"),
        ("H&M, h&m", "hm"),
        ("H&Mowy xH&M", ""),
        ("na poczcie\n polskiej", "poczta"),
        ("Poczta-Polska", "poczta"),
        ("Poczta\u00a0Polska", "poczta"),
        ("#PocztaPolska", "poczta"),
        ("pocztapolska, poczta w polsce, poczta i polska", ""),
        ("spoczta polska", ""),
        ("w Banku Pekao; Pekao Bank", "pekao"),
        ("Banku i Pekao", ""),
        ("Coca  Colę", "cola"),
        ("#cocacola", "cola"),
        ("CocaColi", "cola"),
        ("booking.com to", "booking"),
        ("BOOKING.COM", "booking"),
        ("https://booking.com/a www.booking.com booking.com/a x@booking.com booking.comy", ""),
        ("#orlengate", "orlen"),
        ("#OrlenGate2 orlengate x#orlengate", ""),
        ("Playlista w playerze, play_off", ""),
        ("W Playu było play-off Play", "play"),
        ("Play-offy", ""),
        ("play-offów", ""),
        ("w play-off", ""),
        ("play   off", ""),
    ],
)
def test_finds_names(text: str, brands: str) -> None:
    assert named(text) == set(brands.split())


@pytest.mark.parametrize(
    "text",
    [
        "https://www.orlen.pl/pl",
        "(http://t.co/orlen)",
        "orlen.pl",
        "orlen.pl.",
        "orlen.pl/x?y=orlen",
        "zobacz...orlen.pl",
        "t.co/orlen",
        "biuro@orlen.pl",
        "orlen@example.org",
        "jan.orlen+x@poczta.example.pl",
        "@orlen",
        "@orlen.fan @fan.orlen-x @a-orlen.bsky.example @orlen@mastodon.example @x@orlen.example",
        "steam://run/orlen",
    ],
)
def test_addresses_and_accounts_of_others_are_no_mentions(text: str) -> None:
    assert named(text) == set()
    assert named(f"{text} a Orlen?") == {"orlen"}


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        ("@PKN_ORLEN, wstyd", "orlen"),
        (".@pkn_orlen’a", "orlen"),
        ("@pkn_orlen_fan", ""),
        ("x@pkn_orlen", ""),
        ("@pkn_orlen.bsky.example", ""),
        ("https://x.example/@pkn_orlen", ""),
        ("@play.social.example", "play"),
        ("@play@mastodon.example", "play"),
        ("@play", ""),
        ("@pkn_orlen...wstyd @PKN_Orlen-dlaczego?", "orlen"),
        ("@zabka", "zabka"),
    ],
)
def test_handles_are_exact(text: str, brands: str) -> None:
    assert named(text) == set(brands.split())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Żabka skacze", False),
        ("Żabka, czyli sklep", True),
        ("zakupów w Żabce", True),
        ("hot-dogi z żabki", True),
        ("żabka i sklepikarz", False),
        ("sklep, a żabka w trawie", False),
        ("sklep, a żabki w trawie i Żabka", True),
        ("sklep i żaba", False),
        ("#żabka", False),
    ],
)
def test_context_and_exclusions(text: str, found: bool) -> None:
    assert ("zabka" in named(text)) is found


def test_without_inflection_only_the_base_form_counts() -> None:
    matcher = Matcher([Brand(id="apple", name="Apple", aliases=("Apple Store",), context=("phone",), inflect=False)])
    assert matcher.find("apple phone") == (0,)
    assert matcher.find("APPLE STORE phone") == (0,)
    assert matcher.find("appla phone") == matcher.find("apple phones") == ()


def test_one_post_names_many_brands_each_once_in_order() -> None:
    assert MATCHER.find("ZUS, Orlen, ZUS, Coca-Cola i Orlen") == (0, 4, 7)


def test_a_form_may_belong_to_two_brands() -> None:
    matcher = Matcher(
        [Brand(id="a", name="Tauron"), Brand(id="b", name="Tauron Dystrybucja"), Brand(id="c", name="tauron")]
    )
    assert matcher.find("w Tauronie Dystrybucji") == (0, 1, 2)


def test_explains_what_counts_and_what_does_not() -> None:
    text = "Straße: żabka w trawie przed sklepem Żabki, @orlen, player"
    told = {(one.brand, one.found, one.objection) for one in MATCHER.explain(text)}
    assert told == {
        ("zabka", "żabka", "it is part of the excluded phrase 'żabka w trawie'"),
        ("zabka", "Żabki", None),
        ("orlen", "orlen", "it is part of a web address, an e-mail address or an account name"),
        ("play", "playe", "it is only a part of the word 'player'"),
    }
    assert all(text[one.start : one.end] == one.found for one in MATCHER.explain(text))
    [missing] = MATCHER.explain("żabki")
    assert missing.objection == "none of the brand's context words is in the post"


def test_hostile_text_takes_no_time_to_speak_of() -> None:
    for text in ("a." * 10_000 + "orlen", "a" * 20_000 + "@orlen", "orlen," * 3_000, "https://" + "orlen," * 3_000):
        assert MATCHER.find(text) in {(), (0,)}
    assert MATCHER.find("poczta " * 3_000) == ()
    assert MATCHER.find("poczta" + " " * 20_000) == ()
