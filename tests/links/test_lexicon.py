"""Every language can say 'related' and 'most read', and no phrase says two things in one language."""

import tomllib
from importlib import resources

import pytest

from crawler.links.cues import callout_cue, heading_cue
from crawler.links.labels import label_cue
from crawler.links.lexicon import POLARITIES, PROMO, RELATED, lexicon

LANGUAGES = lexicon()


def test_there_are_at_least_fifteen_languages() -> None:
    assert len(LANGUAGES) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete_and_consistent(language: str) -> None:
    table = LANGUAGES[language]
    assert len(table[RELATED]) >= 4
    assert len(table[PROMO]) >= 4
    phrases = [phrase for polarity in POLARITIES for phrase in table[polarity]]
    assert len(phrases) == len(set(phrases)), sorted(p for p in phrases if phrases.count(p) > 1)
    for phrase in phrases:
        assert phrase == phrase.strip().lower()
        assert phrase.count("*") <= 1
        assert len(phrase) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_plain_phrase_is_found_again(language: str) -> None:
    for polarity in (RELATED, PROMO):
        for phrase in LANGUAGES[language][polarity]:
            if "*" not in phrase:
                assert heading_cue(phrase), phrase
                assert heading_cue(phrase.upper() + " :"), phrase


def test_files_hold_nothing_else() -> None:
    for file in resources.files("crawler.links").joinpath("phrases").iterdir():
        assert set(tomllib.loads(file.read_text(encoding="utf-8"))) <= {*POLARITIES, "stop"}, file.name


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("SEE ALSO:", "related"),
        ("Related stories", "related"),
        ("RELATED INTERNET LINKS", "external"),
        ("Related topics", "index"),
        ("TOP UK STORIES", "promo"),
        ("Most read", "promo"),
        ("More from Politics", "promo"),
        ("Mehr zum Thema", "related"),
        ("À lire aussi", "related"),
        ("Das könnte Sie auch interessieren", "promo"),
        ("関連記事", "related"),
        ("مقالات ذات صلة", "related"),
        ("Russia and Nato sign Afghan deal", ""),
        ("", ""),
    ],
)
def test_headings_are_understood(text: str, cue: str) -> None:
    assert heading_cue(text) == cue


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Related Articles", "related"),
        ("RELATED ARTICLESMORE FROM AUTHOR", "related"),
        ("More on this story", "related"),
        ("From our archives: How the dam was built", "related"),
        ("This story is part of our series on water", "related"),
        ("Full coverage", "related"),
        ("Readers also enjoyed", "promo"),
        ("Most read in Politics", "promo"),
        ("Around the Web", "promo"),
        ("Editors’ Picks", "promo"),
        ("Like this:", "promo"),
        ("Topics in this article", "index"),
        ("Deals of the Day", "product"),
        ("Lesen Sie auch", "related"),
        ("Dossiers zum Thema", "related"),
        ("VERWANDTE ARTIKELMEHR VOM AUTOR", "related"),
        ("Meistgelesen in der Rubrik", "promo"),
        ("Das könnte dir auch gefallen", "promo"),
        ("Die Redaktion empfiehlt:", "promo"),
        ("Themen in diesem Artikel", "index"),
        ("Anzeige", "product"),
        ("A LIRE AUSSI :", "related"),
        ("Articles connexesPlus de l’auteur", "related"),
        ("Sur le même sujet", "related"),
        ("Les plus lus cette semaine", "promo"),
        ("Vous aimerez aussi", "promo"),
        ("LEE TAMBIÉN", "related"),
        ("Artículos relacionadosMás del autor", "related"),
        ("Notas relacionadas", "related"),
        ("LO MAS LEIDO", "promo"),
        ("Te puede interesar", "promo"),
        ("Temas relacionados", "index"),
        ("ARTIGOS RELACIONADOS Mais do autor", "related"),
        ("Veja Também:", "related"),
        ("As mais lidas agora", "promo"),
        ("Per saperne di più", "related"),
        ("Articoli correlatiAltro dall'autore", "related"),
        ("Potrebbero interessarti", "promo"),
        ("Lees ook:", "related"),
        ("Dit vind je misschien ook leuk", "promo"),
        ("Läs också", "related"),
        ("Mest läst just nu", "promo"),
        ("Les også:", "related"),
        ("Mest lest siste døgn", "promo"),
        ("LÆS OGSÅ", "related"),
        ("Mest læste - 24 timer", "promo"),
        ("Lue myös:", "related"),
        ("Luetuimmat nyt", "promo"),
        ("Tengdar fréttir", "related"),
        ("Przeczytaj również", "related"),
        ("Najczęściej czytane w sekcji Świat", "promo"),
        ("Související články", "related"),
        ("Mohlo by vás zajímat", "promo"),
        ("Prečítajte si aj", "related"),
        ("Kapcsolódó cikkeink", "related"),
        ("Ezek is érdekelhetnek", "promo"),
        ("CITESTE SI", "related"),
        ("Cele mai citite știri", "promo"),
        ("Прочетете още", "related"),
        ("ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ", "related"),
        ("Δημοφιλή", "promo"),
        ("Pročitajte i", "related"),
        ("Прочитајте још", "related"),
        ("Najčitanije", "promo"),
        ("Preberite še", "related"),
        ("Прочитајте и", "related"),
        ("Lexo edhe", "related"),
        ("Материалы по теме", "related"),
        ("Самое интересное", "promo"),
        ("Читайте також:", "related"),
        ("İLGİLİ HABERLER", "related"),
        ("İlginizi Çekebilir", "promo"),
        ("إقرأ أيضاً", "related"),
        ("الأكثر قراءة", "promo"),
        ("مطالب مرتبط", "related"),
        ("پربازدیدترین ها", "promo"),
        ("כתבות קשורות", "related"),
        ("یہ بھی پڑھیں", "related"),
        ("ये भी पढ़ें", "related"),
        ("এ সম্পর্কিত আরও খবর", "related"),
        ("BACA JUGA :", "related"),
        ("Berita Terpopuler", "promo"),
        ("Artikel berkaitan", "related"),
        ("Tin liên quan", "related"),
        ("ข่าวที่เกี่ยวข้อง", "related"),
        ("관련기사", "related"),
        ("함께 볼만한 뉴스", "promo"),
        ("あわせて読みたい", "related"),
        ("【関連記事】", "related"),
        ("芸能ニュースランキング", "promo"),
        ("延伸閱讀", "related"),
        ("猜你喜欢", "promo"),
        ("上一篇", "promo"),
        ("Llegeix també", "related"),
        ("Irakurri gehiago", "related"),
        ("Le tamén", "related"),
        ("Taip pat skaitykite", "related"),
        ("Lasi arī", "related"),
        ("Loe ka", "related"),
        ("Soma pia", "related"),
        ("Mga kaugnay na balita", "related"),
        ("Most voters want the election moved to spring", ""),
        ("Top general resigns over leaked cables", ""),
        ("Latest attack kills five in the capital", ""),
        ("Interview: The minister on her plans for schools", ""),
        ("Mehr Geld für die Bahn im Norden", ""),
        ("Plus de cent morts dans un naufrage", ""),
        ("Más de cien heridos en un accidente", ""),
        ("Ultime ore di trattative a Bruxelles", ""),
    ],
)
def test_headings_of_many_languages(text: str, cue: str) -> None:
    assert heading_cue(text) == cue


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Read more: The mayor resigns", "related"),
        ("Lesen Sie auch: Der Bürgermeister geht", "related"),
        ("Lire aussi :", "related"),
        ("Bridge: The mayor resigns", ""),
        ("Most read: The mayor resigns", ""),
    ],
)
def test_callouts_are_understood(text: str, cue: str) -> None:
    assert callout_cue(text) == cue


@pytest.mark.parametrize(
    ("label", "cue"),
    [
        ("relatedLinks ", "related"),
        ("c-article__see-also ", "related"),
        (" most-popular", "promo"),
        ("main-nav ", "navigation"),
        ("outbrain related ", "product"),
        ("relative wrapper ", ""),
        (" ", ""),
    ],
)
def test_class_names_are_understood(label: str, cue: str) -> None:
    assert label_cue(label) == cue
