"""Neo4j: whether it answers, what we may do there, its clock and its certificate."""

from urllib.parse import urlsplit

from neo4j import AsyncDriver
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError

from topology.access.tls import tls_context
from topology.doctor import clock, expiry
from topology.doctor.finding import Finding, do, note, ok, short
from topology.doctor.models import LOOPBACK
from topology.graph.connection import connect, distrusted
from topology.settings import Settings

AREA = "neo4j"


async def examine(declared: Settings) -> list[Finding]:
    """Examines Neo4j as the user, and as the reader if there is one."""
    address = declared.neo4j
    parts = urlsplit(address)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    found: list[Finding] = []
    try:
        async with connect(declared) as driver:
            # Without retries, which a query would repeat for half a minute.
            await driver.verify_connectivity()
            found += await _server(driver, declared.neo4j_database, shown)
            found.append(await _writes(driver, declared))
        if declared.neo4j_reader_user:
            async with connect(declared, reading=True) as driver:
                found.append(await _reads(driver, declared.neo4j_reader_user, declared.neo4j_database))
    except AuthError:
        who = "NEO4J_READER" if found else "NEO4J"
        found.append(
            do(AREA, f"{shown} refuses the login", f"check TRIPLEWIRE_{who}_USER and TRIPLEWIRE_{who}_PASSWORD")
        )
    except ClientError as error:
        found.append(_client_error(error, declared))
    except (DriverError, Neo4jError, OSError) as error:
        found.append(do(AREA, f"{shown} does not answer: {_short(error)}", _advice(error, declared)))
    if parts.scheme.endswith("+s") and parts.hostname and found and found[0].level == "ok":
        context = tls_context(AREA, ca=declared.neo4j_ca)
        found.append(expiry.judged(AREA, shown, await expiry.of_server(context, parts.hostname, parts.port or 7687)))
    if "+" not in parts.scheme and parts.hostname not in LOOPBACK:
        found.append(
            note(
                AREA, f"the password crosses the network to {parts.hostname} unencrypted", "use neo4j+s:// or bolt+s://"
            )
        )
    return found


async def _server(driver: AsyncDriver, database: str, shown: str) -> list[Finding]:
    rows = await driver.execute_query("CALL dbms.components() YIELD versions, edition", database_=database)
    version, edition = rows.records[0]["versions"][0], rows.records[0]["edition"]

    async def now_ms() -> float:
        answer = await driver.execute_query("RETURN datetime.realtime().epochMillis AS now", database_=database)
        return float(answer.records[0]["now"])

    ahead, off = await clock.skew(now_ms)
    await driver.execute_query("MATCH (n) RETURN n LIMIT 1", database_=database)
    return [
        ok(AREA, f"Neo4j {version} ({edition}) at {shown}, database {database}"),
        clock.judged(AREA, "Neo4j", ahead, off),
    ]


async def _writes(driver: AsyncDriver, declared: Settings) -> Finding:
    """Creates a node without label or property, and takes it back: labels stay even if nothing has them."""
    user = declared.neo4j_user
    async with driver.session(database=declared.neo4j_database) as session:
        transaction = await session.begin_transaction()
        try:
            await (await transaction.run("CREATE ()")).consume()
        except ClientError as error:
            return note(
                AREA,
                f"user {user} may read but not write: {_short(error)}",
                "enough for reading commands; the sink and suggestions workers need a user who may write",
            )
        finally:
            await transaction.close()
    return ok(AREA, f"user {user} may read and write")


async def _reads(driver: AsyncDriver, user: str, database: str) -> Finding:
    await driver.execute_query("MATCH (n) RETURN n LIMIT 1", database_=database)
    return ok(AREA, f"the reader {user} may read")


def _client_error(error: ClientError, declared: Settings) -> Finding:
    if "Database" in (error.code or ""):
        return do(
            AREA, f"there is no database {declared.neo4j_database}", "create it, or set TRIPLEWIRE_NEO4J_DATABASE"
        )
    return do(AREA, _short(error), f"grant the user what {error.code} names")


def _advice(error: Exception, declared: Settings) -> str:
    if distrusted(error):
        return "set TRIPLEWIRE_NEO4J_CA to the authority of its certificate, and the address to the certificate's name"
    if declared.neo4j == declared.embedded.neo4j_address:
        return "start it with `triplewire up neo4j`, or set TRIPLEWIRE_NEO4J"
    return "start it, or set TRIPLEWIRE_NEO4J; an address with TLS begins with neo4j+s:// or bolt+s://"


def _short(error: Exception) -> str:
    return short(str(getattr(error, "message", None) or error))
