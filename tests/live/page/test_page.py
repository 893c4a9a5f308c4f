"""The page in a browser, over the real servers: what each view shows, who is admitted, and who can use it."""

import asyncio
import os
import re
import sys
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from streams.api.tokens import entry, new_token
from streams.messages.base import EntityLocation
from streams.messages.events import MEDIA_TYPE, Entity, Literal_, Predicate, Spot, TextSpan
from streams.messages.outputs import output
from streams.road.publisher import KafkaPublisher
from streams.road.stage import Output, Record
from streams.road.wire.error_headers import PREFIX
from tests.helpers.browser import axe_source, chromium, complaints, findings, hosts, looks, opened, until
from tests.helpers.embedded import CACHE
from tests.live.sink.media_sample import attribute, media
from tests.streams.sink.happening_sample import FIRST, RUSSIA, SECOND, attack, happening, in_story, people, told
from tests.streams.sink.sample import APPLE, TIM, document, merged, new_writer, placed, triple, worded
from topology.local.stack import environment
from topology.topics import DEAD_LETTERS, RAW_NEWS, TRIPLES

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

ANN = Entity.of("Ann Lee", "person")
INC = Entity.of("Apple Inc", "organization")
HOSTILE = Entity.of('<img src=x onerror="window.hit=1">', "organization")
OWNER = Predicate(id="P127", name="owned by")
DAY = 24 * 60
KYIV = Entity.of("Kyiv", "location").model_copy(
    update={"location": EntityLocation(country="UA", latitude=50.45, longitude=30.52)}
)
PORTRAIT = Entity(id="m", name="m", type=MEDIA_TYPE)


def told_of_the_office():
    """Three articles say on day 0 that Tim leads Apple, and three on day 10 that Ann does."""
    for holder, first, words in ((TIM, 0, "Apple is led by Tim Cook"), (ANN, 10 * DAY, "Apple is led by Ann Lee.")):
        for n in range(3):
            id_ = f"{holder.name} {n}"
            yield document(id_, observed=first + n, source="Desk", url=f"https://example.org/{n}")
            yield worded(triple(id_, object_=holder, observed=first + n, confidence=0.9), f"{words}, {n}.")


def depicted(folder):
    """A picture of Tim, 200 by 100 pixels, and where he is in it."""
    file = folder / "tim.png"
    cv2.imwrite(str(file), np.full((100, 200, 3), 200, np.uint8))
    size = {"P2049": ("width", "200"), "P2048": ("height", "100")}
    sides = [
        attribute(Predicate(id=id_, name=name), Literal_(value=value, datatype="xsd:integer", unit="px"))
        for id_, (name, value) in size.items()
    ]
    shown = triple("m", subject=TIM, predicate=Predicate(id="depicted_in", name="depicted in"), object_=PORTRAIT)
    proof = shown.evidence.model_copy(
        update={
            "field": "caption",
            "spot": Spot(media="m", box=(20, 10, 90, 80)),
            "sentence": TextSpan(start=0, end=20, text="Tim Cook, on a stage"),
            "subject": TextSpan(start=0, end=8, text="Tim Cook"),
            "object": TextSpan(start=0, end=0, text=""),
        }
    )
    item = media(kind="picture", uri=file.as_uri(), format="image/png", caption="Tim Cook, on a stage", scenes=())
    return [item, *sides, shown.model_copy(update={"evidence": proof, "kind": "inferred"})]


def all_events(folder):
    quake = [
        event
        for n, (source, count) in enumerate((("Reuters", 12), ("AP", 29)))
        for event in told(
            happening(f"q{n}", "disaster", "earthquake"), f"q{n}", source=source, published=n,
            roles={"where": KYIV, "killed": people(count)},
        )
    ]  # fmt: skip
    joined = merged(happening("q1", "disaster", "earthquake"), happening("q0", "disaster", "earthquake"))
    return [
        *told_of_the_office(),
        merged(INC, APPLE),
        document("h", observed=1),
        triple("h", subject=APPLE, predicate=OWNER, object_=HOSTILE, modality="planned", attributed_to=TIM),
        worded(triple("h", subject=HOSTILE, predicate=OWNER, object_=APPLE, start=1), "It is owned by Apple."),
        *attack(),
        *quake,
        joined,
        in_story(FIRST, "s-war"),
        in_story(SECOND, "s-war"),
        *depicted(folder),
    ]


async def begun(process):
    """Returns the port that a server says it listens on."""
    async for line in process.stdout:
        if found := re.search(rb"port=(\d+)", line):
            return int(found[1])
    raise AssertionError("the server ended before it listened")


@pytest.fixture(scope="module")
async def desk(neo4j, kafka, prepared, tmp_path_factory):
    """The page of a graph with a little of everything: its address, tokens, and a way to publish triples."""
    folder = tmp_path_factory.mktemp("page")
    await prepared.execute_query("MATCH (n) DETACH DELETE n")
    await new_writer(prepared).write(placed(*all_events(folder)))
    await prepared.execute_query("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    secrets = {}
    for name, scopes in (("reader", {"read", "stream"}), ("operator", {"read", "stream", "operate"})):
        secrets[name], token = new_token(name, frozenset(scopes))
        with (folder / "tokens.yaml").open("a") as file:
            file.write(entry(token))
    variables = {
        **os.environ,
        **environment(neo4j),
        "TRIPLEWIRE_KAFKA": kafka,
        "TRIPLEWIRE_STATE": str(folder),
        "TRIPLEWIRE_NEO4J_PASSWORD": neo4j.neo4j_password.get_secret_value(),
        "TRIPLEWIRE_SERVE_TOKENS": str(folder / "tokens.yaml"),
        "TRIPLEWIRE_SERVE_QUERY_SECONDS": "60",
        "TRIPLEWIRE_MEDIA_ROOTS": str(folder),
    }
    run = "from topology.cli import app; app()"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", run, "serve", "--port", "0", env=variables, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    publisher = KafkaPublisher("test", kafka)
    await publisher.start()

    async def publish(*events):
        origin = Record(TRIPLES.name, 0, 0, 0, None, None)
        await publisher.publish([output(TRIPLES.name, b"a", one, one.id, source="t", origin=origin) for one in events])

    async def refuse(key):
        headers = tuple(
            (PREFIX + name, value)
            for name, value in (("topic", b"raw-news"), ("partition", b"0"), ("offset", b"5"), ("reason", b"not-json"),
                                ("message", b"it is <b>broken</b>"), ("stage", b"news"))
        )  # fmt: skip
        origin = Record(DEAD_LETTERS.name, 0, 0, 0, None, None)
        await publisher.publish([Output(DEAD_LETTERS.name, key, b"{broken", headers, origin)])

    drained = None
    try:
        await refuse(b"page-letter")
        port = await begun(process)
        drained = asyncio.create_task(process.stdout.read())
        yield SimpleNamespace(base=f"http://127.0.0.1:{port}", secrets=secrets, publish=publish)
    finally:
        await publisher.stop()
        process.terminate()
        await process.wait()
        if drained:
            await drained
        await prepared.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        looks(one)
        yield one


def log_in(browser, desk, who, target="/"):
    browser.delete_all_cookies()
    browser.get(desk.base + target)
    browser.find_element(By.ID, "token").send_keys(desk.secrets[who], Keys.ENTER)
    until(browser, "window.did_handshake === true && document.querySelector('h1') !== null")


@pytest.fixture(scope="module")
def reader(browser, desk):
    log_in(browser, desk, "reader")
    return browser


def go(browser, desk, target):
    opened(browser, desk.base + target)
    return browser.find_element(By.TAG_NAME, "main").text


def texts(browser, selector):
    return [one.text for one in browser.find_elements(By.CSS_SELECTOR, selector)]


def linked(browser, number):
    """Returns what the facts of a section link the entity with."""
    part = browser.find_elements(By.TAG_NAME, "section")[number]
    return [one.text for one in part.find_elements(By.CSS_SELECTOR, "a.tw-strong")]


def fact(browser, label):
    """Opens the evidence of the fact of this label."""
    link = browser.find_element(By.CSS_SELECTOR, f"a[aria-label*={label!r}]")
    return link.get_attribute("href")


def test_a_deep_link_leads_through_the_form_to_its_view(browser, desk):
    browser.delete_all_cookies()
    target = f"/entity/{APPLE.id}?at=2026-03-05"
    browser.get(desk.base + target)
    assert browser.current_url.startswith(f"{desk.base}/login?next=")
    browser.find_element(By.ID, "token").send_keys("tw_wrong", Keys.ENTER)
    until(browser, "document.querySelector('[role=alert]') !== null")
    complaints(browser)  # 401 is one
    browser.find_element(By.ID, "token").send_keys(desk.secrets["reader"], Keys.ENTER)
    until(browser, "window.did_handshake === true")
    assert browser.current_url == desk.base + target
    (session,) = [one for one in browser.get_cookies() if one["name"] == "triplewire-session"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Strict")
    assert complaints(browser) == []


async def test_the_wire_shows_what_arrives_and_can_be_filtered_and_stopped(reader, desk):
    opened(reader, desk.base + "/")
    until(reader, "document.querySelector('.tw-rows') !== null")
    await desk.publish(worded(triple("w1", observed=500 * DAY), "News of the wire number one."))
    until(reader, "document.querySelector('.tw-row')?.textContent.includes('number one')")
    reader.find_element(By.CSS_SELECTOR, "button[aria-pressed]").click()
    until(reader, "document.querySelector('button[aria-pressed=true]') !== null")
    await desk.publish(worded(triple("w2", observed=501 * DAY, start=3), "News of the wire number two."))
    until(reader, "document.querySelector('[role=status].tw-note').textContent.includes('1 wait')")
    assert "number two" not in texts(reader, ".tw-row")[0]
    reader.find_element(By.CSS_SELECTOR, "button[aria-pressed]").click()
    until(reader, "document.querySelector('.tw-row').textContent.includes('number two')")
    reader.find_element(By.CSS_SELECTOR, ".tw-filters input[aria-label='With the words']").send_keys("number one")
    until(reader, "document.querySelectorAll('.tw-row').length === 1")
    assert "number one" in texts(reader, ".tw-row")[0]


def test_an_entity_shows_what_holds_now_and_what_held_then(reader, desk):
    shown = go(reader, desk, f"/entity/{APPLE.id}")
    claimed = texts(reader, "section")[2]
    assert "Ann Lee" in linked(reader, 0)
    assert "Tim Cook" not in linked(reader, 0)
    assert "Tim Cook" in linked(reader, 1)
    assert "planned, says Tim Cook" in claimed
    assert HOSTILE.name in claimed
    assert reader.execute_script("return window.hit") is None
    assert "the same name in another spelling" in shown
    assert "2026-03-11" in shown
    go(reader, desk, f"/entity/{APPLE.id}?at=2026-03-05")
    assert "Tim Cook" in linked(reader, 0)
    assert "Ann Lee" not in linked(reader, 0)


def test_the_neighbourhood_grows_when_an_entity_is_chosen(reader, desk):
    go(reader, desk, f"/entity/{APPLE.id}")
    before = texts(reader, ".tw-neighbours li")
    assert any(one.startswith("Tim Cook") for one in before)
    until(reader, "document.querySelector('.tw-chart canvas') !== null")
    reader.find_element(By.CSS_SELECTOR, "[aria-label='More of Tim Cook']").click()
    until(reader, "[...document.querySelectorAll('[role=status]')].some(e => e.textContent.startsWith('Tim Cook: '))")


def test_a_name_is_found_while_it_is_typed_and_by_keys_alone(reader, desk):
    go(reader, desk, "/happenings")
    reader.find_element(By.TAG_NAME, "body").send_keys("/")
    reader.switch_to.active_element.send_keys("ann l")
    until(reader, "document.querySelector('.tw-results a')?.textContent === 'Ann Lee'")
    reader.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    reader.switch_to.active_element.send_keys(Keys.ENTER)
    until(reader, "location.pathname.startsWith('/entity/') && document.querySelector('h1')?.textContent === 'Ann Lee'")


def test_evidence_marks_its_words_and_leads_into_the_article(reader, desk):
    go(reader, desk, f"/entity/{APPLE.id}")
    reader.get(fact(reader, "Apple, chief executive officer, Ann Lee"))
    until(reader, "window.did_handshake === true && document.querySelector('blockquote') !== null")
    assert texts(reader, "blockquote mark")[0] == "Apple"
    target = reader.find_element(By.CSS_SELECTOR, ".tw-proofs a[target=_blank]").get_attribute("href")
    assert target.startswith("https://example.org/")
    assert "#:~:text=Apple%20is%20led" in target


def test_a_picture_is_shown_with_the_box_of_whoever_is_in_it(reader, desk):
    go(reader, desk, f"/entity/{TIM.id}")
    reader.get(reader.find_element(By.CSS_SELECTOR, ".tw-pictures a").get_attribute("href"))
    until(reader, "document.querySelector('.tw-figure rect') !== null")
    rect = reader.find_element(By.CSS_SELECTOR, ".tw-figure rect")
    assert [rect.get_attribute(name) for name in ("x", "y", "width", "height")] == ["20", "10", "70", "70"]
    source = reader.find_element(By.CSS_SELECTOR, ".tw-figure image").get_attribute("href")
    load = "const i = new Image(); i.onload = () => arguments[1](i.naturalWidth); i.onerror = () => arguments[1](0);"
    assert reader.execute_async_script(f"{load} i.src = arguments[0]", source) == 200


def test_a_happening_shows_its_numbers_by_source_its_place_and_its_story(reader, desk):
    go(reader, desk, "/happenings?class=disaster&since=2026-03-01&until=2026-03-02")
    reader.get(reader.find_element(By.CSS_SELECTOR, ".tw-happenings a").get_attribute("href"))
    until(reader, "window.did_handshake === true && document.querySelector('.tw-map') !== null")
    assert [row.split()[2:] for row in texts(reader, ".tw-table tbody tr")] == [["12", "Reuters"], ["29", "AP"]]
    assert reader.find_element(By.CSS_SELECTOR, ".tw-map").get_attribute("aria-label") == "Map: Kyiv"
    shown = go(reader, desk, "/story/s-war")
    assert "The war" in shown
    assert RUSSIA.name in shown


def test_health_lists_dead_letters_and_lets_only_an_operator_replay_them(browser, desk):
    log_in(browser, desk, "reader", "/status")
    until(browser, "document.querySelectorAll('.tw-table tbody tr').length > 8")
    assert "it is <b>broken</b>" in texts(browser, ".tw-letters li")[0]
    assert browser.find_elements(By.CSS_SELECTOR, ".tw-letters button") == []


def test_an_operator_replays_a_dead_letter(browser, desk):
    log_in(browser, desk, "operator", "/status")
    until(browser, "document.querySelector('.tw-letters button') !== null")
    assert "it is <b>broken</b>" in texts(browser, ".tw-letters li")[0]
    browser.find_element(By.CSS_SELECTOR, ".tw-letters button").click()
    until(browser, f"document.body.textContent.includes('was published again on {RAW_NEWS.name}')")
    until(browser, "document.querySelector('.tw-letters li').textContent.includes('replayed')")


VIEWS = ("/", f"/entity/{APPLE.id}", f"/happening/{FIRST.id}", "/happenings", "/status", "/search?q=ann", "EVIDENCE")


def test_nothing_serious_keeps_anybody_from_using_a_view(browser, desk):
    axe = axe_source(CACHE)
    log_in(browser, desk, "reader")
    go(browser, desk, f"/entity/{APPLE.id}")
    evidence = fact(browser, "Apple, chief executive officer, Ann Lee").removeprefix(desk.base)
    complaints(browser), hosts(browser)
    for dark, width in ((False, 1280), (True, 360)):
        looks(browser, width=width, dark=dark)
        for view in VIEWS:
            go(browser, desk, evidence if view == "EVIDENCE" else view)
            until(browser, f"document.body.classList.contains('body--dark') === {str(dark).lower()}")
            assert findings(browser, axe) == [], (view, dark)
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, view
    looks(browser)
    assert complaints(browser) == []
    assert hosts(browser) == {"127.0.0.1"}
