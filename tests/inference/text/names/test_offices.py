import pytest

from inference.text.names.offices import office_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Foreign Minister", "foreign minister"),
        ("the foreign minister", "foreign minister"),
        ("Chief Executive Officer", "chief executive officer"),
        ("CEO", "CEO"),
        ("IDF chief", "IDF chief"),
        ("IDF Chief of Staff", "IDF chief of staff"),
        ("Federal Reserve Chair", "Federal Reserve chair"),
        ("Vice-President", "vice-president"),
        ("President-elect", "president-elect"),
        ("Secretary of State", "secretary of state"),
        ("Bundesbank President", "Bundesbank president"),
    ],
)
def test_titles_are_written_small_and_institutions_as_they_are(written, name):
    assert office_name(written) == name
