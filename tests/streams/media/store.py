"""A store that speaks S3: moto's server in a process of its own, which checks who asks, and a line to it that breaks.

`Store.reader` may read all of the buckets `press` and `gone`, the second of which there is not, and nothing else. The
store has `press/photo of a.png`, `press/large.png`, `press/twice.png` in two versions and `other/a.png`.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import boto3
import httpx

from tests.helpers import media_samples as samples

PHOTO = samples.photograph()
LARGE = bytes(range(256)) * 12_000
"""3 MB: more than what a socket's buffers hold."""

_SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(*server.get_host_and_port(), flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Store:
    """Its address, a key (id and secret) that it knows, and what version `press/twice.png` had first."""

    port: int
    reader: tuple[str, str]
    first: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving() -> Iterator[Store]:
    """Runs the server; from when it is handed out it asks everybody for a key."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    argv = [sys.executable, "-c", _SERVER]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as server:
        try:
            port = int(server.stdout.readline().split()[1])
            yield _filled(port)
        finally:
            server.kill()


def _filled(port: int) -> Store:
    address = f"http://127.0.0.1:{port}"
    session = boto3.Session("anybody", "anything", region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=address)
    for bucket in ("press", "other"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="press", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="press", Key="photo of a.png", Body=PHOTO)
    s3.put_object(Bucket="press", Key="large.png", Body=LARGE)
    first = s3.put_object(Bucket="press", Key="twice.png", Body=b"first")["VersionId"]
    s3.put_object(Bucket="press", Key="twice.png", Body=b"second")
    s3.put_object(Bucket="other", Key="a.png", Body=PHOTO)
    iam = session.client("iam", endpoint_url=address)
    iam.create_user(UserName="reader")
    buckets = [f"arn:aws:s3:::{bucket}/*" for bucket in ("press", "gone")]
    allowed = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": buckets}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="reader", PolicyName="press", PolicyDocument=policy)
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    httpx.post(f"{address}/moto-api/reset-auth", content="0").raise_for_status()
    return Store(port, (key["AccessKeyId"], key["SecretAccessKey"]), first)


class Line:
    """Carries bytes to a store and back; after `until` bytes of an answer it is `cut`, or carries no more."""

    def __init__(self, store: Store, until: float, *, cut: bool) -> None:
        self.used = 0
        self._store = store
        self._until = until
        self._cut = cut
        self._carrying: set[asyncio.Task[None]] = set()

    def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.used += 1
        self._carrying.add(asyncio.create_task(self._carried(reader, writer)))

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._store.port)
        forth = asyncio.create_task(_pump(reader, back))
        left = self._until
        try:
            while left > 0 and (data := await there.read(int(min(left, 65_536)))):
                left -= len(data)
                writer.write(data)
                await writer.drain()
            if left <= 0 and not self._cut:
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            writer.transport.abort()  # whether or not the other end still reads
            raise
        finally:
            forth.cancel()
            back.close()
            writer.close()
            # A connection that outlives its test is an error in another one.
            await asyncio.gather(forth, back.wait_closed(), writer.wait_closed(), return_exceptions=True)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Yields the address at its end."""
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        try:
            yield "http://{}:{}".format(*server.sockets[0].getsockname()[:2])
        finally:
            server.close()
            for task in self._carrying:
                task.cancel()
            # What ended before has broken off, as lines do.
            await asyncio.gather(*self._carrying, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
