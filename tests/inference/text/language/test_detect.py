"""The sentences are our own, on public facts."""
# ruff: noqa: E501, RUF001 - other languages

import pytest

from inference.text.language.detect import SAMPLE, detect, family, language_of, primary_subtag

SENTENCES = {
    "en": "The European Central Bank is based in Frankfurt and sets interest rates for the countries of the euro area.",
    "fr": "La Banque centrale européenne a son siège à Francfort et fixe les taux d'intérêt pour les pays de la zone euro.",
    "de": "Die Europäische Zentralbank hat ihren Sitz in Frankfurt und legt die Zinsen für die Länder der Eurozone fest.",
    "es": "El Banco Central Europeo tiene su sede en Fráncfort y fija los tipos de interés para los países de la zona euro.",
    "it": "La Banca centrale europea ha sede a Francoforte e fissa i tassi di interesse per i paesi della zona euro.",
    "pt": "O Banco Central Europeu tem a sua sede em Frankfurt e fixa as taxas de juro para os países da zona do euro.",
    "nl": "De Europese Centrale Bank is gevestigd in Frankfurt en bepaalt de rente voor de landen van het eurogebied.",
    "sv": "Europeiska centralbanken ligger i Frankfurt och bestämmer räntan för de länder som har infört euron.",
    "da": "Den Europæiske Centralbank ligger i Frankfurt, og renten bliver fastsat af banken efter egne regler.",
    "fi": "Euroopan keskuspankki sijaitsee Frankfurtissa, ja se päättää koroista, jotka ovat samat koko euroalueella.",
    "pl": "Europejski Bank Centralny ma siedzibę we Frankfurcie i ustala stopy procentowe dla krajów, które są w strefie euro.",
    "cs": "Evropská centrální banka sídlí ve Frankfurtu a stanoví úrokové sazby pro země, které jsou v eurozóně.",
    "ro": "Banca Centrală Europeană are sediul la Frankfurt și stabilește dobânzile pentru țările care sunt în zona euro.",
    "hu": "Az Európai Központi Bank székhelye Frankfurtban van, és ez határozza meg a kamatokat az euróövezetben.",
    "tr": "Avrupa Merkez Bankası Frankfurt'ta bulunur ve bu bölgedeki ülkeler için faiz oranlarını belirler.",
    "id": "Bank Sentral Eropa berkantor di Frankfurt dan menetapkan suku bunga untuk negara yang berada di zona euro.",
    "vi": "Ngân hàng Trung ương châu Âu có trụ sở tại Frankfurt và ấn định lãi suất cho các nước trong khu vực này.",
    "ru": "Европейский центральный банк находится во Франкфурте и устанавливает процентные ставки.",
    "uk": "Європейський центральний банк розташований у Франкфурті й установлює відсоткові ставки.",
    "bg": "Европейската централна банка се намира във Франкфурт и определя лихвените проценти във всички страни в съюза, където въртят евро.",
    "el": "Η Ευρωπαϊκή Κεντρική Τράπεζα εδρεύει στη Φρανκφούρτη.",
    "ar": "يقع مقر البنك المركزي الأوروبي في مدينة فرانكفورت ويحدد أسعار الفائدة.",
    "fa": "مقر بانک مرکزی اروپا در شهر فرانکفورت است و نرخ بهره را برای کشورهای پیرو یورو تعیین می‌کند.",
    "he": "הבנק המרכזי האירופי ממוקם בפרנקפורט.",
    "hi": "यूरोपीय केंद्रीय बैंक फ्रैंकफर्ट में स्थित है।",
    "th": "ธนาคารกลางยุโรปตั้งอยู่ในแฟรงก์เฟิร์ต",
    "ko": "유럽중앙은행은 프랑크푸르트에 있다.",
    "ja": "欧州中央銀行はフランクフルトに本店を置き、ユーロ圏の政策金利を決める。",
    "zh": "欧洲中央银行总部设在法兰克福，为欧元区国家制定利率。",
}  # fmt: skip


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_enough(language):
    assert language_of("", SENTENCES[language]) == language


def test_traditional_characters_and_latin_names_are_chinese():
    assert language_of("", "歐洲中央銀行總部設在法蘭克福。") == "zh"
    assert language_of("", "OpenAI 与 Microsoft 宣布延长合作，GPT-4o 将接入 Azure。") == "zh"


def test_english_with_foreign_names_stays_english():
    assert language_of("", "Ursula von der Leyen and Friedrich Merz met José Luis Rodríguez in the Élysée.") == "en"
    assert (
        language_of("", "The Tokyo paper 朝日新聞 and Beijing's 人民日报 are among the largest of the world.") == "en"
    )


def test_too_short_a_text_is_the_publishers_or_english():
    assert detect("Acme Corp") is None
    assert language_of("", "Acme Corp") == "en"
    assert language_of("", "Acme Corp", "fr-CA") == "fr-CA"
    assert language_of("", "12.5 / 13.1", "de") == "de"
    assert language_of("", "12.5 / 13.1") == "und"


def test_a_clear_text_contradicts_its_publisher():
    assert language_of("", SENTENCES["fr"], "en") == "fr"
    assert language_of("", SENTENCES["zh"], "en-US") == "zh"
    assert language_of("", SENTENCES["zh"], "zh-Hans-CN") == "zh-Hans-CN"
    assert language_of("", SENTENCES["da"], "nb") == "nb"  # too much alike to tell


def test_a_long_text_in_an_unknown_language_is_undetermined():
    assert language_of("", "Kolumo vireta soname pulik tarano " * 12) == "und"


def test_only_the_beginning_is_looked_at():
    assert language_of("", SENTENCES["en"] * 20 + SENTENCES["zh"] * 999) == "en"
    assert len(SENTENCES["en"] * 20) > SAMPLE


def test_counted_families_are_bounded():
    assert family("zh-Hant-TW") == "zh"
    assert family("x-made-up") == family("tlh") == "other"
    assert primary_subtag("EN_us") == "en"
