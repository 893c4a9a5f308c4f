"""Every setting, declared once: its type, environment name, default and meaning.

`docs/settings.md` is generated from this module (`triplewire settings --write`), so no setting exists undocumented.
Sources: environment variables `TRIPLEWIRE_<NAME>`, then a `.env` file in the working directory, then the default here.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent


def _embedded_password(state: Path, neo4j: str, port_base: int) -> SecretStr:
    file = state / "neo4j" / "password"
    # Never offered to any server but the embedded one.
    embedded = neo4j == f"bolt://127.0.0.1:{port_base + 687}"
    return SecretStr(file.read_text() if embedded and file.exists() else "")


class Settings(BaseSettings):
    """The settings of every process of the system."""

    model_config = SettingsConfigDict(env_prefix="TRIPLEWIRE_", env_file=".env", extra="ignore", frozen=True)

    # The embedded stack
    state: Path = Field(Path(".triplewire"), description="Folder of the embedded stack: data, logs, pids.")
    cache: Path = Field(
        Path(".triplewire/cache"), description="Folder of what the embedded stack downloads: jars and environments."
    )

    # Where things are
    port_base: int = Field(
        17000,
        ge=1024,
        le=60000,
        description="The embedded stack's ports are this plus 2092/2093 (Kafka and its controller), 1000 to 1002 "
        "(Triton HTTP, gRPC, metrics), 474 and 687 (Neo4j HTTP and Bolt).",
    )
    kafka: str = Field(
        default_factory=lambda data: f"127.0.0.1:{data['port_base'] + 2092}",
        description="Kafka bootstrap servers, `host:port[,host:port…]`; by default the embedded stack's.",
    )
    triton: str = Field(
        default_factory=lambda data: f"127.0.0.1:{data['port_base'] + 1001}",
        description="Triton's gRPC address, `host:port`; by default the embedded stack's.",
    )
    neo4j: str = Field(
        default_factory=lambda data: f"bolt://127.0.0.1:{data['port_base'] + 687}",
        description="Neo4j's Bolt address; by default the embedded stack's.",
    )
    neo4j_user: str = Field("neo4j", description="Neo4j user.")
    neo4j_password: SecretStr = Field(
        default_factory=lambda data: _embedded_password(data["state"], data["neo4j"], data["port_base"]),
        description="Neo4j password; by default the one that the embedded stack made up at its first start, and for "
        "any other server none.",
    )
    neo4j_database: str = Field("neo4j", description="Neo4j database.")
    data: Path = Field(
        REPOSITORY.parent / "shared" / "data",
        description="Optional folder with training and evaluation data; everything but evaluation works without it.",
    )
    models: Path = Field(REPOSITORY / "triton_models", description="The Triton model repository.")
    ontology: Path = Field(
        REPOSITORY / "topology" / "ontology.yaml", description="The ontology: entity types and relations."
    )

    # The road
    batch_size: int = Field(256, ge=1, description="Events a stage takes at once.")
    batch_within: float = Field(0.25, gt=0, description="Seconds a stage waits for a batch to fill.")
    in_flight: int = Field(3, ge=1, le=8, description="Batches a stage works on at once; acknowledged in order.")
    commit_interval: float = Field(
        0.5, gt=0, description="Seconds between offset commits: bounds what a crash repeats."
    )
    fetch_max_wait: float = Field(
        0.1, gt=0, description="Seconds an idle partition may hold a fetch; Faust's own 1.5 s starves busy partitions."
    )
    session_timeout: float = Field(
        20.0, gt=0, description="Seconds until the group gives up a silent worker; bounds the stall after a crash."
    )
    worker_id: str = Field(
        "", description="Static member id of a worker in its group; empty means one made from host and stage."
    )
    stop_within: float = Field(
        15.0, gt=0, description="Seconds a stopping worker gives the batches in flight; the rest is read again."
    )
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of a worker's /metrics and /health; 0 picks a free one and logs it."
    )
    metrics_host: str = Field("127.0.0.1", description="Address a worker's /metrics and /health listen on.")
    stuck_after: float = Field(
        120.0,
        gt=0,
        description="Seconds after which a batch still being worked on makes a worker's /health fail, and after which "
        "a consumer that delivers nothing while records wait is given up and started anew.",
    )
    registry_names: int = Field(
        500_000, ge=1000, description="Names the alias registry remembers, about 1 kB each; beyond, the rarest go."
    )
    wikidata_file: str = Field(
        "", description="Your own names with their Wikidata ids: a .csv, .tsv or .jsonl file, see operations.md."
    )
    wikidata_sparql: str = Field(
        "",
        description="SPARQL address (http, https) of Wikidata or a mirror, where names are looked up that no file has; "
        "empty is none.",
    )
    wikidata_contact: str = Field(
        "", description="How to reach you, for the operators of that address: Wikimedia asks for it in the user agent."
    )
    wikidata_documents: int = Field(
        3, ge=1, description="Documents that a name needs to be looked up there: the rare ones are most of all names."
    )
    wikidata_interval: float = Field(1.0, ge=0, description="Seconds from one request there to the next, at least.")
    wikidata_timeout: float = Field(30.0, gt=0, description="Seconds until such a request is given up.")
    wikidata_cache: Path = Field(
        default_factory=lambda data: data["state"] / "wikidata.sqlite",
        description="File that keeps what was found there, and what was not.",
    )
    wikidata_ask_again: float = Field(
        14.0, gt=0, description="Days after which a name that was not found is looked up anew."
    )
    max_text: int = Field(1_000_000, ge=1, description="Longest headline plus body, in characters, that is read.")

    # Text extraction
    inference_windows: int = Field(64, ge=1, description="Windows sent to Triton in one request.")
    inference_requests: int = Field(4, ge=1, description="Requests kept in flight to Triton.")
    inference_timeout: float = Field(
        30.0,
        gt=0,
        description="Seconds until a Triton request counts as failed; a request for text of more than 2,048 word "
        "pieces is given in proportion more.",
    )
    inference_article_pieces: int = Field(
        100_000,
        ge=1000,
        description="Most word pieces of one article that a text model reads, of English some 400,000 characters; "
        "an article with more is refused as too-costly. 100,000 take two cores about half a minute.",
    )
    relation_threshold: float = Field(0.5, ge=0, le=1, description="Least confidence of a published relation.")
    open_relation_threshold: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Least confidence of a relation that the ontology adds and the model was not trained on, where "
        "the ontology names none for it.",
    )

    # Keywords
    keywords: int = Field(10, ge=0, le=100, description="Keywords of an article at most.")
    keyword_terms: int = Field(
        20_000,
        ge=100,
        le=50_000,
        description="Terms of which it is kept how common they are, for each language and partition of raw-news. All "
        "workers need the same.",
    )

    # Pictures, videos and sound
    media_hosts: str = Field(
        "*",
        description="Hosts that media may be fetched from by http(s): names and patterns such as `*.example.org`, "
        "separated by commas; `*` is any public host, empty is none.",
    )
    media_private_hosts: str = Field(
        "",
        description="Hosts, named alike, that media may be fetched from though their addresses are private: your own "
        "archive.",
    )
    media_roots: str = Field(
        "",
        description="Where else media may be read, separated by commas: folders, or beginnings of addresses that "
        "fsspec knows, such as `s3://bucket/press`. By default nowhere.",
    )
    media_bytes: int = Field(100 * 1024 * 1024, ge=1, description="Most bytes of a picture, video or sound.")
    media_inline: int = Field(256 * 1024, ge=0, description="Most bytes of media that travels within its event.")
    media_fetch_within: float = Field(
        30.0, gt=0, description="Seconds until a download is given up, redirects and retries included."
    )
    media_fetch_attempts: int = Field(3, ge=1, description="Attempts at a download that fails for now.")
    media_batch: int = Field(8, ge=1, description="Media items a stage takes at once.")
    media_decoders: int = Field(2, ge=1, description="Decoder processes of a media worker.")
    media_decode_within: float = Field(
        60.0, gt=0, description="Seconds of computing until the decoder of a picture, video or sound is killed."
    )
    media_memory: int = Field(2048, ge=512, description="Memory of a decoder process, in MiB of address space.")
    media_pixels: int = Field(100_000_000, ge=1, description="Most pixels of a picture or video frame.")
    media_seconds: float = Field(
        900.0, gt=0, description="Longest video or sound, in seconds: listening takes about as long as speaking."
    )
    media_key_frames: int = Field(24, ge=1, description="Key frames of a video that are looked at, at most.")
    media_side: int = Field(1280, ge=64, description="Longer side, in pixels, at which pictures are looked at.")
    media_gps: bool = Field(False, description="Whether to publish the place that a picture's EXIF says.")

    media_pairs: int = Field(
        64, ge=0, description="Pairs of a name and an object, of one picture, whose relation is asked for at most."
    )
    media_knowledge: str = Field(
        "graph",
        description="Where the relation model learns what is known of names: `graph` is our own Neo4j as it was at the "
        "beginning of the item's day (UTC), `none` nothing, anything else a SPARQL address (http, https).",
    )

    # Public weights, and what they are for
    hub: str = Field(
        "",
        description="Address of the hub that `triplewire models pull` fetches from, with places for what is fetched: "
        "`https://HOST/{repository}/resolve/{revision}/{path}`; none by default.",
    )
    speech_model: str = Field(
        "",
        description="Folder of a Whisper model as CTranslate2 has it, which writes down speech (extra `whisper`); by "
        "default pocketsphinx does, in English.",
    )

    # Suggestions
    suggestions_batch: int = Field(512, ge=1, description="Triples whose entities the suggestions stage takes at once.")
    suggestions_least: float = Field(
        0.02,
        gt=0,
        le=1,
        description="Least probability of a suggested link: that it will be reported within two months, which of any "
        "one link is seldom likely.",
    )
    suggestions_kept: int = Field(5, ge=0, description="Links suggested of one entity at most, the likeliest first.")
    suggestions_candidates: int = Field(64, ge=1, description="Entities that one entity is compared with at most.")

    # The sink
    sink_batch: int = Field(2000, ge=1, description="Triples written in one Neo4j transaction at most.")


@lru_cache
def settings() -> Settings:
    """Returns the settings of this process, read once."""
    return Settings()
