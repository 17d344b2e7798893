"""InfluxDB 1.8, 2.x and 3: lines go in by ``/api/v2/write``, InfluxQL comes out by ``GET /query``.

That pair is what all three have in common. The client's batching mode is not used, it drops what it
could not send within minutes; nor its DataFrame writer, which moves some instants.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa
import pyarrow.csv as pa_csv
from influxdb_client import InfluxDBClient, WritePrecision
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TooLateError

from twin.errors import StoreError
from twin.settings import Settings
from twin.store.server import RefusedError, UnavailableError

_REFUSED = (400, 413, 422)
_WORDS = {
    401: "the token is not accepted",
    403: "the token may not do this",
    404: "there is no bucket {bucket!r}",
    429: "the server asks for patience",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and what opens it.

    Parameters
    ----------
    url : str
        Such as ``"http://localhost:8086"``.
    bucket : str
        Bucket, or database and retention policy ``"db/rp"`` of 1.8.
    token, org : str
        As the server gave them; empty where it asks for none.
    """

    url: str
    bucket: str = "twin"
    token: str = ""
    org: str = ""

    def __repr__(self) -> str:
        return f"Address({self.url!r}, {self.bucket!r})"  # a token is no business of a log

    @classmethod
    def of(cls, settings: Settings) -> "Address":
        """Return the address of the settings."""
        return cls(
            settings.influxdb_url.rstrip("/"),
            settings.influxdb_bucket,
            settings.influxdb_token,
            settings.influxdb_org,
        )

    @classmethod
    def parse(cls, text: str, settings: Settings) -> "Address":
        """Return the address in ``influx+http://host:port/?bucket=..&token=..&org=..``.

        What is left out comes from the settings if they name the same server, so that a token need
        not stand in a notebook.

        Raises
        ------
        StoreError
            If it is no such address.
        """
        scheme, _, kind = text.partition("://")[0].partition("+")
        parts = urlsplit(text.partition("+")[2])
        given = dict(parse_qsl(parts.query))
        known = {"bucket", "token", "org"}
        if scheme != "influx" or kind not in ("http", "https") or given.keys() - known:
            raise StoreError(
                f"{_without_token(text)!r} is no address of a store: a folder, or "
                "influx+http://host:port/?bucket=..&token=..&org=.."
            )
        url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        own = cls.of(settings)
        base = {"bucket": own.bucket, "token": own.token, "org": own.org} if own.url == url else {}
        return cls(url, **{**base, **given})


def _without_token(text: str) -> str:
    return text.partition("?")[0]


class InfluxServer:
    """One bucket of an InfluxDB server.

    Parameters
    ----------
    address : Address
        Where, and what opens it.
    timeout_s : float
        How long an answer is waited for. [s]
    """

    def __init__(self, address: Address, *, timeout_s: float = 10.0) -> None:
        self.name = "InfluxDB"
        self.address = address
        self._client = InfluxDBClient(
            url=address.url,
            token=address.token or "-",
            org=address.org or "-",
            timeout=round(timeout_s * 1000),
        )
        self._writes = self._client.write_api(write_options=SYNCHRONOUS)

    @property
    def sink(self) -> str:
        """What the outbox calls this server."""
        return f"{self.address.url}/{self.address.bucket}"

    def close(self) -> None:
        """Close the connections."""
        self._writes.close()
        self._client.close()

    def write(self, body: bytes) -> None:
        """Write lines in nanoseconds; they are on the server's disk when this returns.

        Raises
        ------
        RefusedError
            If the server will never take this body whole (status 400, 413, 422).
        UnavailableError
            If it cannot be reached, does not let us in or is in trouble.
        """
        try:
            self._writes.write(self.address.bucket, record=body, write_precision=WritePrecision.NS)
        except (ApiException, HTTPError, OSError) as error:
            raise self._in_our_words(error) from error

    def table(self, query: str, kinds: Mapping[str, pa.DataType]) -> pa.Table:
        """Return what an InfluxQL query selects; the column ``time`` in ns since 1970 UTC.

        Parameters
        ----------
        query : str
            Bounded in time on both sides; no ``GROUP BY`` of tags.
        kinds : mapping of str to pyarrow.DataType
            The columns it selects. A column the server does not know comes as all null.
        """
        content = self._query(query, "application/csv")
        kinds = {"time": pa.int64(), **kinds}
        if content.startswith(b"error"):
            raise StoreError(f"{self.address.url}: {content.decode().splitlines()[-1]}")
        if not content.strip():
            return pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
        options = pa_csv.ConvertOptions(
            column_types=dict(kinds),
            null_values=["", "null"],
            strings_can_be_null=True,
            include_columns=list(kinds),
            include_missing_columns=True,
        )
        return pa_csv.read_csv(pa.py_buffer(content), convert_options=options)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return what a query selects as rows of a few; texts come back whatever they hold."""
        answer = json.loads(self._query(query, "application/json"))
        for result in answer["results"]:
            if "error" in result:
                raise StoreError(f"{self.address.url}: {result['error']}")
            for series in result.get("series", ()):
                return [_row(series["columns"], values) for values in series["values"]]
        return []

    def _query(self, query: str, accept: str) -> bytes:
        database, _, policy = self.address.bucket.partition("/")
        asked = {"db": database, "q": query, "epoch": "ns"} | ({"rp": policy} if policy else {})
        try:
            response = self._client.api_client.call_api(
                "/query",
                "GET",
                query_params=list(asked.items()),
                header_params={"Accept": accept},
                _return_http_data_only=True,
                _preload_content=False,
            )
            content: bytes = response.data
            response.release_conn()
        except (ApiException, HTTPError, OSError) as error:
            raise self._in_our_words(error) from error
        return content

    def _in_our_words(self, error: Exception) -> RefusedError | UnavailableError:
        where = self.address.url
        if not isinstance(error, ApiException):
            return UnavailableError(f"{where} does not answer: {_broken(error)}")
        status, reason = error.status or 0, _reason(error)
        if status in _REFUSED and not _means_the_organisation(reason):
            return RefusedError(status, reason)
        words = _WORDS.get(status, "").format(bucket=self.address.bucket)
        said = words or reason or "it does not answer as an InfluxDB server does"
        return UnavailableError(f"{where} ({status}): {said}")


def _broken(error: Exception) -> str:
    if isinstance(error, NewConnectionError):
        return "no connection"
    return "not in time" if isinstance(error, TooLateError) else "the connection broke"


def _row(columns: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(columns, values, strict=True))


def _means_the_organisation(reason: str) -> bool:
    """Return whether a missing or wrong INFLUXDB_ORG was refused, which no other body would mend."""
    return "orgID" in reason or "organization" in reason


def _reason(error: ApiException) -> str:
    """Return the server's own words, in one line."""
    body = error.body.decode(errors="replace") if isinstance(error.body, bytes) else error.body
    try:
        said = json.loads(body or "")
    except ValueError:
        said = body or error.reason
    if isinstance(said, dict):
        said = said.get("message") or said.get("error") or body
    return " ".join(str(said or "").split())[:500]
