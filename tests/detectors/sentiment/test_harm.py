"""Harm in posts: what is meant is heard, in any inflection; what is denied, a joke or a figure of speech is not."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sentiment.harm import Harm, HarmReader, reader
from detectors.sentiment.phrasebook import Alternatives, Phrasebook, Term
from detectors.sentiment.tokens import fold, split

MEANT = [
    ("pl", "poisoning", "Zatrułem się sałatką z Zorzanki"),
    ("pl", "poisoning", "cała rodzina zatruta po tym sosie, uważajcie"),
    ("pl", "poisoning", "Struliśmy się wczoraj z mężem, dzieci wymiotują od rana"),
    ("pl", "poisoning", "Czy ktoś jeszcze zatruł się tym sosem?"),
    ("pl", "poisoning", "znowu salmonella w jajkach"),
    ("pl", "poisoning", "ZATRUŁAAAM SIĘ!!!"),
    ("pl", "poisoning", "zatrulam sie serkiem, bez polskich znakow"),
    ("pl", "injury", "Syn trafił przez nich do szpitala"),
    ("pl", "injury", "Ładowarka poparzyła mi rękę"),
    ("pl", "death", "Nie żyje pracownica magazynu"),
    ("pl", "death", "w wypadku zginęło dwóch pasażerów"),
    ("pl", "death", "kot zmarł po tej karmie"),
    ("pl", "fire", "pożar w ich hali, ludzie uciekają"),
    ("pl", "fire", "wybuchła mi bateria w telefonie"),
    ("pl", "contamination", "larwy w czekoladzie, obrzydliwe"),
    ("pl", "contamination", "spleśniały chleb i sanepid w środku"),
    ("pl", "fraud", "oszukali moją babcię, oszuści"),
    ("pl", "fraud", "zniknęły mi wszystkie pieniądze z konta"),
    ("pl", "discrimination", "kierownik molestował kasjerki"),
    ("pl", "abuse", "ochroniarz bił psa przed sklepem"),
    ("pl", "leak", "wyciekły dane osobowe klientów"),
    ("pl", "leak", "ktoś się włamał na moje konto"),
    ("pl", "outage", "nie działają od rana terminale płatnicze"),
    ("pl", "outage", "Awaria w banku, nie mogę zapłacić"),
    ("en", "poisoning", "Got food poisoning from their chicken"),
    ("en", "poisoning", "my kids got really sick after eating this"),
    ("en", "death", "two people died on that flight"),
    ("en", "death", "A woman was killed by their truck"),
    ("en", "injury", "my son is in hospital because of this toy"),
    ("en", "injury", "burned my hand on their kettle"),
    ("en", "fire", "the charger caught fire overnight"),
    ("en", "contamination", "found maggots in my salad"),
    ("en", "fraud", "they stole all of my money, scammers"),
    ("en", "discrimination", "staff harassed and groped her"),
    ("en", "abuse", "the groomer kicked my dog"),
    ("en", "leak", "massive data breach, passwords leaked"),
    ("en", "outage", "payments are down, can't pay my rent"),
    ("und", "poisoning", "Zorzanka salmonella"),
]
NOT_MEANT = [
    ("pl", "Umarłam ze śmiechu na tej reklamie"),
    ("pl", "umieram ze śmiechu"),
    ("pl", "zabójcza cena, biorę dwa"),
    ("pl", "ta promka to bomba"),
    ("pl", "Zatrułem się tym sosem xD"),
    ("pl", "zatruli mnie tą reklamą 😂😂"),
    ("pl", "Nikt się nie zatruł"),
    ("pl", "na szczęście nie ma ofiar śmiertelnych"),
    ("pl", "nie zatruliśmy się, wszystko pyszne"),
    ("pl", "zatrudniłem się w Zorzance"),
    ("pl", "śmiertelnie nudna kampania"),
    ("pl", "eksplozja smaku w każdym kęsie"),
    ("pl", "zanudzili mnie na śmierć"),
    ("pl", "Oszust z Tindera na Netfliksie"),
    ("pl", "mój telefon umarł, jaki kupić?"),
    ("pl", "kolejka do kasy, wstyd"),
    ("en", "I'm dying of laughter"),
    ("en", "I literally died when I saw this ad"),
    ("en", "killer deal, this is the bomb"),
    ("en", "my phone died in the queue"),
    ("en", "bored to death in your shop"),
    ("en", "an explosion of flavour"),
    ("en", "got food poisoning from that meme lmao"),
    ("en", "nobody was killed"),
    ("en", "nobody was hurt, no one died"),
    ("en", "watching Suicide Squad tonight"),
    ("en", "great hospitality, thank you"),
    ("en", "no power outlets on this plane"),
    ("other", "Ich habe eine Lebensmittelvergiftung, salmonella"),
]


@pytest.mark.parametrize(("lang", "kind", "text"), MEANT)
def test_harm_is_heard(lang: str, kind: str, text: str) -> None:
    (harm,) = HarmReader().read_many([text], [lang])
    assert kind in harm.kinds


@pytest.mark.parametrize(("lang", "text"), NOT_MEANT)
def test_what_is_not_meant_is_not_heard(lang: str, text: str) -> None:
    assert HarmReader().read_many([text], [lang]) == [Harm(0)]


def test_a_phrase_may_have_words_between_and_ends_with_the_clause() -> None:
    book = Phrasebook([Term(1, (Alternatives.of("dane"), Alternatives.of("wyciek*")), 1)], frozenset(), 2)
    said = ("dane wyciekly", "dane nasze wszystkie wyciekly", "dane o nas z sieci wyciekly", "dane . wyciekly")
    assert [book.read(text.split()) for text in said] == [1, 1, 0, 0]


def test_a_figure_of_speech_takes_back_only_what_it_overlaps() -> None:
    both = "Umarłam ze śmiechu na reklamie, a potem zatrułam się sosem"
    assert HarmReader().read_many([both], ["pl"])[0] == Harm.POISONING


@given(st.lists(st.sampled_from([text for _, _, text in MEANT] + [text for _, text in NOT_MEANT]), max_size=8))
def test_a_post_is_read_alike_in_whatever_company(texts: list[str]) -> None:
    alone = [HarmReader().read_many([text], ["und"])[0] for text in texts]
    assert reader().read_many(texts, ["und"] * len(texts)) == alone


def test_every_term_is_folded_and_may_be_said() -> None:
    lines = (files("detectors.sentiment") / "harm.tsv").read_text(encoding="utf-8").splitlines()
    assert {line.split("\t")[0] for line in lines} == {*Harm(2**10 - 1).kinds, "-"}
    assert len(set(lines)) == len(lines)
    for line in lines:
        kind, lang, term = line.split("\t")
        words = term.replace("^", "").replace("*", "").split(" ")
        assert lang in {"pl", "en"}
        assert "^" in term or len(words) == 1, f"{term}: which word is the rarest?"
        for word in (one for alternatives in words for one in alternatives.split("|")):
            assert split(word) == [word], term
            assert word == fold(word.lower()), term
            if kind != "-" and len(words) == 1:
                found = HarmReader().read_many([word], [lang])[0]
                assert kind in found.kinds, f"{word} is not found"
