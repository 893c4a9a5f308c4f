"""Every setting, declared once: its type, environment name, default and meaning.

Those by which servers admit us are inherited from `topology/settings_access.py`, those of `triplewire serve` from
`topology/settings_serve.py`, those of watches and alerts from `topology/settings_alerts.py`.

`docs/settings.md` is generated from this module (`triplewire settings --write`), so no setting is undocumented.
Sources, in this order: environment variables `TRIPLEWIRE_<NAME>`, a `.env` file in the working directory, the default.
"""

import os
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from topology.settings_access import AccessSettings
from topology.settings_alerts import AlertSettings
from topology.settings_serve import ServeSettings

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class EmbeddedPorts:
    """The ports and addresses of the embedded stack, all on loopback. The only place that adds to the port base.

    Attributes:
        base: The setting `port_base`.
    """

    base: int

    @property
    def kafka(self) -> dict[str, int]:
        """Kafka's ports: broker and controller."""
        return {"broker": self.base + 2092, "controller": self.base + 2093}

    @property
    def triton(self) -> dict[str, int]:
        """Triton's ports: HTTP, gRPC and metrics."""
        return {"HTTP": self.base + 1000, "gRPC": self.base + 1001, "metrics": self.base + 1002}

    @property
    def neo4j(self) -> dict[str, int]:
        """Neo4j's ports: HTTP (the Browser page) and Bolt."""
        return {"HTTP": self.base + 474, "Bolt": self.base + 687}

    @property
    def all(self) -> tuple[int, ...]:
        """Every port of the stack."""
        return (*self.kafka.values(), *self.triton.values(), *self.neo4j.values())

    @property
    def kafka_address(self) -> str:
        """The bootstrap server."""
        return f"127.0.0.1:{self.kafka['broker']}"

    @property
    def triton_address(self) -> str:
        """Where gRPC clients connect."""
        return f"127.0.0.1:{self.triton['gRPC']}"

    @property
    def neo4j_address(self) -> str:
        """Where drivers connect."""
        return f"bolt://127.0.0.1:{self.neo4j['Bolt']}"


def _embedded_password(state: Path, neo4j: str, port_base: int) -> SecretStr:
    file = state / "neo4j" / "password"
    # Never offered to any server but the embedded one.
    embedded = neo4j == EmbeddedPorts(port_base).neo4j_address
    return SecretStr(file.read_text() if embedded and file.exists() else "")


class Settings(AlertSettings, ServeSettings, AccessSettings):
    """The settings of every process of the system."""

    model_config = SettingsConfigDict(env_prefix="TRIPLEWIRE_", env_file=".env", extra="ignore", frozen=True)

    # The embedded stack
    state: Path = Field(Path(".triplewire"), description="Folder of the embedded stack: data, logs, process ids.")
    cache: Path = Field(
        Path(".triplewire/cache"), description="Folder for what the embedded stack downloads: jars and environments."
    )

    # Addresses and files
    port_base: int = Field(
        17000,
        ge=1024,
        le=60000,
        description="Base of the embedded stack's ports: 2092 and 2093 above it are Kafka and its controller, 1000 to"
        " 1002 Triton's HTTP, gRPC and metrics, 474 and 687 Neo4j's HTTP and Bolt.",
    )
    restart_after: float = Field(
        60.0,
        gt=0,
        description="Seconds for which a server of the embedded stack may run without answering a request before it is "
        "killed and started again.",
    )
    kafka: str = Field(
        default_factory=lambda data: EmbeddedPorts(data["port_base"]).kafka_address,
        description="Kafka bootstrap servers, `host:port[,host:port…]`; by default the embedded stack's.",
    )
    triton: str = Field(
        default_factory=lambda data: EmbeddedPorts(data["port_base"]).triton_address,
        description="Triton's gRPC address, `host:port`; by default the embedded stack's.",
    )
    neo4j: str = Field(
        default_factory=lambda data: EmbeddedPorts(data["port_base"]).neo4j_address,
        description="Neo4j's Bolt address; by default the embedded stack's.",
    )
    neo4j_user: str = Field("neo4j", description="Neo4j user.")
    neo4j_password: SecretStr = Field(
        default_factory=lambda data: _embedded_password(data["state"], data["neo4j"], data["port_base"]),
        description="Neo4j password. By default, the one generated for the embedded server at its first start; empty "
        "for any other server.",
    )
    neo4j_database: str = Field("neo4j", description="Neo4j database.")
    data: Path = Field(
        REPOSITORY.parent / "shared" / "data",
        description="Optional folder with training and evaluation data. Only training and evaluation need it.",
    )
    models: Path = Field(REPOSITORY / "triton_models", description="The Triton model repository.")
    ontology: Path = Field(
        REPOSITORY / "topology" / "ontology.yaml", description="The ontology file: entity types and relations."
    )

    # The road
    batch_size: int = Field(256, ge=1, description="Maximum number of records that a stage takes as one batch.")
    batch_within: float = Field(0.25, gt=0, description="Seconds that a stage waits for a batch to fill.")
    batch_target_seconds: float = Field(
        5.0,
        gt=0,
        description="Seconds that work on a batch may take. Batches shrink while they take longer, and grow again.",
    )
    in_flight: int = Field(
        3, ge=1, le=8, description="Batches that a stage works on at the same time. They are acknowledged in order."
    )
    commit_interval: float = Field(
        0.5, gt=0, description="Seconds between offset commits; limits how much is repeated after a crash."
    )
    fetch_max_wait: float = Field(
        0.1,
        gt=0,
        description="Seconds that Kafka may hold a fetch of an idle partition. Faust's own 1.5 s starves the busy "
        "partitions.",
    )
    session_timeout: float = Field(
        20.0,
        gt=0,
        description="Seconds until the consumer group gives up on a silent worker; limits the pause after a crash.",
    )
    worker_id: str = Field(
        "", description="Static member id of a worker in its consumer group; empty for one made of host and stage."
    )
    stop_within: float = Field(
        15.0,
        gt=0,
        description="Seconds that a stopping worker gives to the batches in flight. What is not done by then is read "
        "again.",
    )
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of a worker's /metrics and /health; 0 picks a free one and logs it."
    )
    metrics_host: str = Field("127.0.0.1", description="Address on which a worker serves /metrics and /health.")
    stuck_after: float = Field(
        120.0,
        gt=0,
        description="Seconds after which an unfinished batch makes a worker's /health fail, and after which a worker "
        "that is blocked ends itself.",
    )
    stalled_after: float = Field(
        45.0,
        gt=0,
        description="Seconds after which a consumer is replaced that hangs: it delivers nothing although records are "
        "waiting and none is worked on, or the broker answers others but not it, or its group waits for it.",
    )
    registry_names: int = Field(
        500_000,
        ge=1000,
        description="Maximum number of names that the entity registry remembers, about 1 kB each. Beyond that, "
        "the rarest are dropped.",
    )
    happening_reports: int = Field(
        50_000,
        ge=100,
        description="Maximum number of recent reports of happenings in which the entities worker looks for the same "
        "happening and story, about 4 kB each. Beyond that, the oldest are dropped.",
    )
    happening_days: int = Field(
        36_500,
        ge=1,
        le=36_500,
        description="Days for which a report of a happening is remembered, counted back from the newest by the time of "
        "publication. By default only their number is limited: what age removes depends on the order of arrival.",
    )
    wikidata_file: str = Field(
        "", description="Your own file of names with their Wikidata ids (.csv, .tsv or .jsonl); see operations.md."
    )
    wikidata_sparql: str = Field(
        "",
        description="SPARQL address (http or https) of Wikidata or a mirror, for names that are in no file; empty for"
        " none.",
    )
    wikidata_contact: str = Field(
        "", description="How the operators of that address can reach you; Wikimedia requires it in the user agent."
    )
    wikidata_documents: int = Field(
        3,
        ge=1,
        description="Documents in which a name must occur before it is looked up there. Most names are rare, so this "
        "saves most requests.",
    )
    wikidata_interval: float = Field(
        1.0, ge=0, description="Minimum number of seconds between two requests to that address."
    )
    wikidata_timeout: float = Field(30.0, gt=0, description="Seconds until a request to that address is given up.")
    wikidata_cache: Path = Field(
        default_factory=lambda data: data["state"] / "wikidata.sqlite",
        description="File that keeps the answers, including that a name was not found.",
    )
    wikidata_ask_again: float = Field(
        14.0, gt=0, description="Days after which a name that was not found is looked up again."
    )
    max_text: int = Field(
        1_000_000,
        ge=1,
        description="Longest text of an article, headline plus body, in characters. A longer one goes to dead letters.",
    )

    # Text extraction
    inference_windows: int = Field(64, ge=1, description="Maximum number of windows of text in one request to Triton.")
    inference_requests: int = Field(4, ge=1, description="Maximum number of requests to Triton at the same time.")
    inference_timeout: float = Field(
        30.0,
        gt=0,
        description="Seconds until a request to Triton counts as failed; proportionally longer for requests with more "
        "than 2,048 word pieces of text.",
    )
    inference_article_pieces: int = Field(
        100_000,
        ge=1000,
        description="Maximum number of word pieces that a text model reads of one article, about 400,000 characters of "
        "English; a longer one is refused as too-costly. 100,000 pieces take two cores about half a minute.",
    )
    relation_threshold: float = Field(0.5, ge=0, le=1, description="Minimum confidence of a published relation.")
    happening_threshold: float = Field(
        0.4,
        ge=0,
        le=1,
        description="Minimum confidence of a published happening: that its words name one, times that it is of its "
        "class.",
    )
    role_threshold: float = Field(
        0.5, ge=0, le=1, description="Minimum confidence of what plays a part in a published happening."
    )
    open_relation_threshold: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Minimum confidence of a relation that the ontology adds and the model was not trained on, unless "
        "the ontology sets a threshold for it.",
    )

    # Keywords
    keywords: int = Field(10, ge=0, le=100, description="Maximum number of keywords of an article.")
    keyword_terms: int = Field(
        20_000,
        ge=100,
        le=50_000,
        description="Maximum number of terms whose frequencies are kept, for each language and partition of "
        "raw-news. Must be the same for all workers.",
    )

    # Feeds
    feeds: str = Field(
        "", description="List of the feeds that `triplewire worker feeds` asks: YAML or OPML; see docs/feeds.md."
    )
    feed_interval: float = Field(
        900.0, ge=1, description="Seconds between two polls of a feed whose interval the list does not state."
    )
    feed_host_gap: float = Field(2.0, ge=0, description="Least seconds between two requests to one host.")
    feed_requests: int = Field(8, ge=1, description="Maximum number of feeds that are asked at the same time.")
    feed_fetch_within: float = Field(
        30.0, gt=0, description="Seconds until the download of a feed is given up, including redirects."
    )

    # Pictures, videos and sound
    media_hosts: str = Field(
        "*",
        description="Hosts from which media may be fetched over http(s): names and patterns such as `*.example.org`, "
        "separated by commas; `*` for any public host, empty for none.",
    )
    media_private_hosts: str = Field(
        "",
        description="Hosts, in the same notation, from which media may be fetched although their addresses are "
        "private; for an archive of your own.",
    )
    media_roots: str = Field(
        "",
        description="Where media may be read besides http(s), separated by commas: folders, or prefixes of addresses "
        "that fsspec understands, such as `s3://bucket/press`. Empty for nowhere.",
    )
    media_bytes: int = Field(100 * 1024 * 1024, ge=1, description="Largest picture, video or sound, in bytes.")
    media_inline: int = Field(
        256 * 1024, ge=0, description="Largest media content that an event may carry itself, in bytes."
    )
    media_fetch_within: float = Field(
        30.0, gt=0, description="Seconds until a download is given up, including redirects and retries."
    )
    media_fetch_attempts: int = Field(3, ge=1, description="Attempts at a download that fails for a passing reason.")
    media_batch: int = Field(8, ge=1, description="Maximum number of media items that a stage takes as one batch.")
    media_decoders: int = Field(2, ge=1, description="Decoder processes of a media worker.")
    media_decode_within: float = Field(
        60.0, gt=0, description="Seconds of CPU time after which the decoder of a picture, video or sound is killed."
    )
    media_memory: int = Field(768, ge=256, description="Maximum memory that a decoder process may allocate, in MiB.")
    media_recognition_within: float = Field(
        120.0,
        gt=0,
        description="Seconds of CPU time after which reading the text of a picture or key frame, or recognising the "
        "speech of half a minute of sound, is given up.",
    )
    media_recognition_memory: int = Field(
        768,
        ge=384,
        description="Maximum memory that the processes of text and speech recognition may each allocate, in MiB. A "
        "Whisper model larger than tiny.en may need more.",
    )
    media_pixels: int = Field(100_000_000, ge=1, description="Maximum number of pixels of a picture or video frame.")
    media_seconds: float = Field(
        900.0,
        gt=0,
        description="Longest video or sound, in seconds. Speech recognition takes a fifth of that with Whisper "
        "tiny.en, and about all of it with pocketsphinx.",
    )
    media_key_frames: int = Field(24, ge=1, description="Maximum number of key frames of a video that are analysed.")
    media_side: int = Field(
        1280,
        ge=64,
        description="Longer side, in pixels, to which pictures are scaled before they are analysed. Pictures longer "
        "than 3 to 1 keep as many pixels as one of 3 to 1.",
    )
    media_gps: bool = Field(False, description="Whether to publish the place in a picture's EXIF data.")

    media_pairs: int = Field(
        64,
        ge=0,
        description="Maximum number of pairs of a name and an object in one picture whose relation is classified.",
    )
    media_knowledge: str = Field(
        "graph",
        description="Where the relation model looks up known facts about names: `graph` for our own Neo4j as it was "
        "at the beginning of the item's day (UTC), `none`, or a SPARQL address (http or https).",
    )

    # Public weights
    hub: str = Field(
        "",
        description="Address from which `triplewire models pull` fetches public weights, with placeholders: "
        "`https://HOST/{repository}/resolve/{revision}/{path}`. Empty for none.",
    )
    speech_model: str = Field(
        "",
        description="What recognises speech: empty for Whisper tiny.en, if `triplewire models build whisper` has "
        "fetched it and the extra `whisper` is installed, and pocketsphinx otherwise; `pocketsphinx`; or the folder of "
        "another Whisper model in CTranslate2 format.",
    )

    # Suggestions
    suggestions_batch: int = Field(
        512, ge=1, description="Maximum number of records that the suggestions stage takes as one batch."
    )
    suggestions_least: float = Field(
        0.02,
        gt=0,
        le=1,
        description="Minimum probability at which a link is suggested. It is the probability that the link is reported "
        "within two months, which is low for almost every single link.",
    )
    suggestions_kept: int = Field(
        5, ge=0, description="Maximum number of links suggested for one entity; the most probable are kept."
    )
    suggestions_candidates: int = Field(
        64, ge=1, description="Maximum number of entities that are scored as partners of one entity."
    )

    # The sink
    sink_batch: int = Field(2000, ge=1, description="Maximum number of triples in one Neo4j transaction.")

    # Exports
    export_base: str = Field(
        "urn:triplewire:",
        description="What the IRIs of `triplewire graph export` begin with: an absolute IRI of yours that ends in `/`, "
        "`#` or `:`, such as `https://example.org/graph/`.",
    )

    @property
    def embedded(self) -> EmbeddedPorts:
        """The embedded stack's ports, whatever servers the other settings name."""
        return EmbeddedPorts(self.port_base)


@lru_cache
def settings() -> Settings:
    """Returns the settings of this process, read once."""
    return Settings()


OTHER_VARIABLES = ("TRIPLEWIRE_TRITON_GPU_IMAGE", "TRIPLEWIRE_PROCESS_TOKEN")
"""Variables of ours that are no settings: one of docker-compose.yml, and the mark of the embedded stack's processes."""


def misspelt() -> list[str]:
    """Returns a line for each variable that looks like a setting and is none, with the nearest setting's name.

    Such a variable has no effect, and nothing else would say so.
    """
    prefix = str(Settings.model_config["env_prefix"])
    known = [f"{prefix}{name.upper()}" for name in Settings.model_fields]
    file = Path(".env")
    given = {name.upper() for name in (*os.environ, *(dotenv_values(file) if file.is_file() else ()))}
    ours = {name for name in given if name.startswith(prefix[:5])} - {*known, *OTHER_VARIABLES}
    lines = []
    for name in sorted(ours):
        # Without the prefix, which would make any two names alike.
        rest = name.removeprefix(prefix)
        near = get_close_matches(rest, [one.removeprefix(prefix) for one in known], 1, 0.7) or [
            one.removeprefix(prefix) for one in get_close_matches(name, known, 1, 0.9)
        ]
        if near or rest != name:
            hint = f"did you mean {prefix}{near[0]}?" if near else "`triplewire settings` lists them"
            lines.append(f"{name} is no setting and has no effect; {hint}")
    return lines
