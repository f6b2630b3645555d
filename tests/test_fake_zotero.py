"""The fake Zotero shows the 15 behaviours of zotero.md section 9, one test or more for each; the number of the behaviour is in the name of the test."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from fakes import (
    HONEST,
    FakeZotero,
    applied,
    backoff,
    cut_after,
    cut_before,
    forbidden,
    meddle,
    server_error,
    unapplied,
)
from fakes.faults import html_200, stall, status, throttled, together, truncate, unavailable
from fakes.zotero import Access
from fakes.zotero_library import KEY_LETTERS
from fakes.zotero_limits import Limits
from fakes.zotero_types import ALL_CREATORS, ALL_FIELDS, BASES, CREATORS, FIELDS, SCHEMA_VERSION
from growth import assert_in_proportion
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GONE = (http.client.HTTPException, ConnectionError)
BOOK = {"itemType": "book", "title": "A Book"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def version(self) -> int:
        return int(self.headers["last-modified-version"])


class Client:
    """One kept connection to a fake."""

    def __init__(self, server: FakeZotero) -> None:
        self.server = server
        self.key = "" if server.local else server.key
        self.server_id = ""
        self.base = "/api/users/0" if server.local else "/users/1"
        self.line = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=5)

    def __call__(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: Any) -> Answer:
        target = path if path.startswith("/") else f"{self.base}/{path}"
        sent = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        sent = {"Zotero-API-Version": "3", **({"Zotero-API-Key": self.key} if self.key else {}), **sent}
        if self.server_id:
            sent.setdefault("Zotero-Server-ID", self.server_id)
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        try:
            self.line.request(method, target, data, sent)
            response = self.line.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read().decode())
        except GONE:
            self.line.close()
            raise

    def get(self, path: str, **headers: Any) -> Answer:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: Any) -> Answer:
        return self("POST", path, body, **headers)

    def create(self, *items: Any, path: str = "items") -> list[str]:
        answer = self.post(path, list(items))
        assert answer.json["failed"] == {}
        return list(answer.json["success"].values())

    def data(self, key: str, path: str = "items") -> Any:
        return self.get(f"{path}/{key}").json["data"]


@pytest.fixture
def web() -> Iterator[Client]:
    with FakeZotero(users={2: "a" * 24}, groups=(7,)) as server:
        client = Client(server)
        yield client
        client.line.close()


@pytest.fixture
def local() -> Iterator[Client]:
    with FakeZotero("local", groups=(7,)) as server:
        client = Client(server)
        client.server_id = client.get("/api/").headers["zotero-server-id"]
        client.key = client.post("/api/local/authorize", {"appName": "bib"}).json["key"]
        server.forget()
        yield client
        client.line.close()


def failed(answer: Answer, index: int = 0) -> tuple[int, str]:
    """Return status and message of one object that was refused."""
    assert answer.status == 200
    entry = answer.json["failed"][str(index)]
    return entry["code"], entry["message"]


# --- 1 to 3: versions, and the answer to many objects ---


def test_01_an_empty_library_has_version_0_and_each_write_raises_it(web: Client) -> None:
    assert web.get("items").version == 0
    [key] = web.create(BOOK)
    assert web.get("items").version == 1
    web("PATCH", f"items/{key}", {"title": "B"}, If_Unmodified_Since_Version=1)
    assert web.get("collections").version == 2


def test_01_a_list_tells_the_version_of_the_library_and_an_object_its_own(web: Client) -> None:
    first, _ = web.create(BOOK, BOOK)
    assert web.get(f"items/{first}").version == 1
    assert web.get(f"items/{first}").json["version"] == web.data(first)["version"] == 1
    assert web.get("items").version == 2


def test_01_libraries_count_apart(web: Client) -> None:
    web.create(BOOK)
    assert web.get("/groups/7/items").version == 0


def test_02_each_object_of_an_array_takes_a_version_of_its_own(web: Client) -> None:
    answer = web.post("collections", [{"name": "A"}, {"name": "B"}])
    assert [one["version"] for one in answer.json["successful"].values()] == [1, 2]
    assert answer.version == 2


def test_02_a_refused_object_leaves_neither_data_nor_a_version(web: Client) -> None:
    answer = web.post("items", [BOOK, {"itemType": "book", "title": "x" * 65_536}, BOOK])
    assert failed(answer, 1)[0] == 413
    assert [one["version"] for one in answer.json["successful"].values()] == [1, 2]
    assert answer.version == 2 and len(web.server.library().items) == 2


def test_02_an_unchanged_object_keeps_its_version_while_the_library_goes_on(web: Client) -> None:
    [key] = web.create(BOOK)
    answer = web.post("items", [web.data(key)])
    assert answer.json["unchanged"] == {"0": key} and answer.json["successful"] == {}
    assert answer.version == 2 and web.data(key)["version"] == 1


def test_03_an_answer_maps_by_index_and_has_four_parts(web: Client) -> None:
    [key] = web.create(BOOK)
    answer = web.post("items", [BOOK, {"key": key, "version": 1, "title": "A Book"}, {"itemType": "book", "no": 1}])
    assert answer.status == 200
    assert list(answer.json) == ["successful", "success", "unchanged", "failed"]
    assert answer.json["success"]["0"] == answer.json["successful"]["0"]["key"]
    assert answer.json["successful"]["0"]["data"]["title"] == "A Book"
    assert answer.json["unchanged"] == {"1": key}
    assert answer.json["failed"] == {"2": {"code": 400, "message": "Invalid property 'no'"}}


def test_03_a_failed_object_of_the_web_api_carries_no_key_and_that_of_the_desktop_does(
    web: Client, local: Client
) -> None:
    sent = [{"key": "AAAAAAAA", "version": 5, "itemType": "book"}]
    assert "key" not in web.post("items", sent).json["failed"]["0"]
    assert local.post("items", sent).json["failed"]["0"]["key"] == "AAAAAAAA"


def test_03_messages_are_escaped_for_html_except_apostrophes(web: Client) -> None:
    answer = web.post("items", [{"itemType": "book", '<b>"&': "x"}])
    assert failed(answer) == (400, "Invalid property '&lt;b&gt;&quot;&amp;'")


def test_03_a_full_object_is_taken_by_its_data(web: Client) -> None:
    [key] = web.create(BOOK)
    whole = web.get(f"items/{key}").json
    whole["data"]["title"] = "Another"
    assert web.post("items", [whole]).json["success"] == {"0": key}
    assert web.data(key)["title"] == "Another"


# --- 4: bodies ---


@pytest.mark.parametrize("body", [BOOK, "text", 1, None])
def test_04_a_body_that_is_no_array(web: Client, body: Any) -> None:
    answer = web("POST", "items", raw=json.dumps(body).encode())
    assert (answer.status, answer.text) == (400, "Uploaded data must be a JSON array")


def test_04_an_element_that_is_no_object(web: Client) -> None:
    answer = web.post("items", [[], "", BOOK])
    for index in (0, 1):
        text = f"Invalid value for index {index} in uploaded data; expected JSON item object"
        assert failed(answer, index) == (400, text)
    assert list(answer.json["success"]) == ["2"]
    assert failed(web.post("collections", [1]))[1].endswith("expected JSON collection object")


def test_04_more_than_50_objects(web: Client, local: Client) -> None:
    for client in (web, local):
        answer = client.post("items", [BOOK] * 51)
        assert (answer.status, answer.text) == (413, "Cannot add more than 50 items at a time")
        assert client.server.library().items == {}
        assert len(client.create(*[BOOK] * 50)) == 50


def test_04_an_empty_body_and_an_empty_array(web: Client, local: Client) -> None:
    answer = web("POST", "items", raw=b"")
    assert (answer.status, answer.text) == (400, "POST data not provided")
    for body in (b"[{", b"\xff", b'[{"itemType": "book", "title": "\\ud800"}]', b"[" * 100_000):
        assert web("POST", "items", raw=body).status == 400
    assert web.post("items", []).status == 200
    assert local.post("items", []).status == 400


# --- 5 to 7: the version a writer knows ---


def test_05_a_library_that_is_past_the_version_refuses_the_whole_request(web: Client) -> None:
    web.create(BOOK)
    answer = web.post("items", [BOOK], If_Unmodified_Since_Version=0)
    assert answer.status == 412
    assert answer.text == "Library has been modified since specified version (expected 0, found 1)"
    assert answer.version == 1 and len(web.server.library().items) == 1
    assert web.post("items", [BOOK], If_Unmodified_Since_Version=1).status == 200


def test_05_a_version_that_is_no_number(web: Client) -> None:
    answer = web.post("items", [BOOK], If_Unmodified_Since_Version="new")
    assert (answer.status, answer.text) == (400, "Invalid If-Unmodified-Since-Version value")


def test_05_of_several_posts_with_the_same_version_one_wins(web: Client) -> None:
    results: list[int] = []

    def push() -> None:
        client = Client(web.server)
        results.append(client.post("items", [BOOK], If_Unmodified_Since_Version=0).status)
        client.line.close()

    threads = [threading.Thread(target=push) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [200] + [412] * 7
    assert len(web.server.library().items) == 1


def test_06_a_key_without_any_version(web: Client) -> None:
    text = "Either If-Unmodified-Since-Version or 'version' property must be provided for 'key'-based writes"
    [key] = web.create(BOOK)
    for sent in ({"key": key, "title": "B"}, {"key": "AAAAAAAA", **BOOK}):
        assert failed(web.post("items", [sent])) == (428, text)
    assert web.post("items", [{"key": key, "title": "B"}], If_Unmodified_Since_Version=1).json["success"]


def test_06_a_version_of_an_object_that_is_not_there(web: Client) -> None:
    answer = web.post("items", [{"key": "AAAAAAAA", "version": 5, **BOOK}])
    assert failed(answer) == (404, "Item doesn't exist (expected version 5; use 0 instead)")


@pytest.mark.parametrize("old", [0, 1])
def test_06_a_version_older_than_the_object(web: Client, old: int) -> None:
    [key] = web.create(BOOK)
    web.server.library().edit(key, title="Mine")
    answer = web.post("items", [{"key": key, "version": old, "title": "Yours"}, BOOK])
    assert failed(answer) == (412, f"Item has been modified since specified version (expected {old}, found 2)")
    assert list(answer.json["success"]) == ["1"], "the other object goes through"
    assert web.data(key)["title"] == "Mine"


def test_06_version_0_creates_and_a_version_needs_a_key(web: Client) -> None:
    assert web.post("items", [{"key": "AAAAAAAA", "version": 0, **BOOK}]).json["success"] == {"0": "AAAAAAAA"}
    answer = web.post("items", [{"version": 0, **BOOK}])
    assert failed(answer) == (400, "'version' is valid only if item key is provided")
    assert failed(web.post("items", [{"key": "AAAA0OI1", "version": 0, **BOOK}])) == (
        400,
        "'AAAA0OI1' is not a valid item key",
    )


def test_06_the_web_api_takes_a_version_that_is_not_older(web: Client) -> None:
    key, _ = web.create(BOOK, BOOK)
    assert web.post("items", [{"key": key, "version": 2, "title": "B"}]).json["success"] == {"0": key}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_07_one_object_needs_its_version(web: Client, method: str) -> None:
    [key] = web.create(BOOK)
    data = {name: value for name, value in web.data(key).items() if name not in {"key", "version"}}
    text = "Either If-Unmodified-Since-Version or object version property must be provided for key-based writes"
    answer = web(method, f"items/{key}", data)
    assert (answer.status, answer.text) == (428, text)
    stale = web(method, f"items/{key}", data, If_Unmodified_Since_Version=0)
    assert (stale.status, stale.text) == (
        412,
        "Item has been modified since specified version (expected 0, found 1)",
    )
    done = web(method, f"items/{key}", {**data, "title": "B"}, If_Unmodified_Since_Version=1)
    assert (done.status, done.text, done.version) == (204, "", 2)
    done = web(method, f"items/{key}", {**data, "title": "C", "version": 2})
    assert (done.status, done.version, web.data(key)["title"]) == (204, 3, "C")


def test_07_header_and_body_differ(web: Client) -> None:
    [key] = web.create(BOOK)
    answer = web("PATCH", f"items/{key}", {"title": "B", "version": 1}, If_Unmodified_Since_Version=2)
    text = "If-Unmodified-Since-Version value does not match JSON 'version' property (2 != 1)"
    assert (answer.status, answer.text) == (400, text)


def test_07_no_change_keeps_the_version(web: Client) -> None:
    [key] = web.create(BOOK)
    answer = web("PATCH", f"items/{key}", {"title": "A Book"}, If_Unmodified_Since_Version=1)
    assert (answer.status, answer.version) == (204, 1)
    assert web.get("items").version == 1


def test_07_patch_of_an_object_that_is_not_there(web: Client) -> None:
    assert web("PATCH", "items/AAAAAAAA", BOOK).status == 404
    answer = web("PATCH", "items/AAAAAAAA", BOOK, If_Unmodified_Since_Version=5)
    assert answer.status == 412 and "(expected version 5)" in answer.text
    answer = web("PATCH", "items/AAAAAAAA", BOOK, If_Unmodified_Since_Version=0)
    assert (answer.status, answer.version) == (204, 1)


def test_07_some_servers_say_404_for_the_patch_of_an_object_that_is_not_there() -> None:
    with FakeZotero(missing=404) as server:
        client = Client(server)
        assert client("PATCH", "items/AAAAAAAA", BOOK, If_Unmodified_Since_Version=5).status == 404
        client.line.close()


def test_07_put_creates(web: Client) -> None:
    assert web("PUT", "collections/AAAAAAAA", {"name": "A"}).status == 204
    assert web("PUT", "items/BBBBBBBB", BOOK, If_Unmodified_Since_Version=0).version == 2
    answer = web("PUT", "items/CCCCCCCC", {"key": "BBBBBBBB", **BOOK})
    assert (answer.status, answer.text) == (409, "'key' property in JSON does not match item key of request")


def test_07_delete_one(web: Client) -> None:
    [key] = web.create(BOOK)
    answer = web("DELETE", f"items/{key}")
    assert (answer.status, answer.text) == (428, "If-Unmodified-Since-Version must be provided for delete requests")
    assert web("DELETE", f"items/{key}", If_Unmodified_Since_Version=0).status == 412
    answer = web("DELETE", f"items/{key}", If_Unmodified_Since_Version=1)
    assert (answer.status, answer.version) == (204, 2)
    assert web("DELETE", f"items/{key}", If_Unmodified_Since_Version=2).status == 404


# --- 8: deleting ---


def test_08_delete_many_passes_over_what_is_no_key(web: Client) -> None:
    first, second, third = web.create(BOOK, BOOK, BOOK)
    path = f"items?itemKey={first},{second},nonsense,,AAAAAAAA"
    answer = web("DELETE", path)
    assert (answer.status, answer.text) == (428, "If-Unmodified-Since-Version not provided")
    assert web("DELETE", path, If_Unmodified_Since_Version=2).status == 412
    answer = web("DELETE", path, If_Unmodified_Since_Version=3)
    assert (answer.status, answer.version) == (204, 4)
    assert list(web.server.library().items) == [third]


def test_08_a_parent_takes_its_children_along(web: Client) -> None:
    library = web.server.library()
    key = library.add_item(BOOK, children=[{"note": "mine"}])
    attachment = library.add_attachment(key)
    [note] = [child for child in library.children(key) if child != attachment]
    version = library.version
    web("DELETE", f"items/{key}", If_Unmodified_Since_Version=library.items[key]["version"])
    assert library.items == {}
    assert sorted(web.get(f"deleted?since={version}").json["items"]) == sorted([key, note, attachment])


def test_08_a_collection_takes_its_subcollections_along_and_leaves_the_items(web: Client) -> None:
    library = web.server.library()
    outer, other = library.add_collection("Outer"), library.add_collection("Other")
    inner = library.add_collection("Inner", outer)
    key = library.add_item({**BOOK, "collections": [outer, inner, other]})
    own = library.items[key]["version"]
    web("DELETE", f"collections?collectionKey={outer}", If_Unmodified_Since_Version=library.version)
    assert list(library.collections) == [other]
    assert web.data(key)["collections"] == [other]
    assert web.data(key)["version"] == own, "the item itself was not written"


def test_08_a_collection_cannot_be_inside_itself(web: Client) -> None:
    library = web.server.library()
    outer = library.add_collection("Outer")
    inner = library.add_collection("Inner", outer)
    for parent in (outer, inner):
        answer = web.post("collections", [{"key": outer, "version": 1, "parentCollection": parent}])
        assert failed(answer) == (400, f"Collection {outer} cannot be inside itself")


def test_08_deleted_tells_what_is_gone_since_a_version(web: Client) -> None:
    library = web.server.library()
    keys = [library.add_item(BOOK) for _ in range(2)]
    collection = library.add_collection("A")
    library.delete(keys[0])
    between = library.version
    library.delete(keys[1])
    library.delete_collection(collection)
    answer = web.get(f"deleted?since={between}")
    assert answer.json == {"collections": [collection], "items": [keys[1]], "searches": [], "tags": [], "settings": []}
    assert answer.version == library.version
    assert web.get("deleted?since=0").json["items"] == keys
    assert web.get("deleted").status == 400


# --- 9 to 11: what a request must hold ---


def test_09_a_400_tells_no_version_and_a_412_does(web: Client) -> None:
    [key] = web.create(BOOK)
    whole = web.get(f"items/{key}").json
    refused = web("PUT", f"items/{key}", whole, If_Unmodified_Since_Version=0)
    assert refused.status == 400 and "last-modified-version" not in refused.headers
    whole["data"]["version"] = 0
    refused = web("PUT", f"items/{key}", whole, If_Unmodified_Since_Version=0)
    assert refused.status == 412 and refused.version == 1
    assert "last-modified-version" not in web.post("items", {}).headers


@pytest.mark.parametrize("name", ["itemType", "tags", "relations", "collections"])
def test_10_put_of_an_item_needs_four_properties(web: Client, name: str) -> None:
    [key] = web.create(BOOK)
    data = web.data(key)
    del data[name]
    answer = web("PUT", f"items/{key}", data)
    assert (answer.status, answer.text) == (400, f"'{name}' property not provided")


def test_10_put_empties_what_is_not_sent_and_patch_keeps_it(web: Client) -> None:
    [key] = web.create({**BOOK, "publisher": "P", "date": "2024"})
    web("PATCH", f"items/{key}", {"date": "2025"}, If_Unmodified_Since_Version=1)
    assert (web.data(key)["publisher"], web.data(key)["date"]) == ("P", "2025")
    needed = {"itemType": "book", "tags": [], "relations": {}, "collections": []}
    assert web("PUT", f"items/{key}", {**needed, "title": "B"}, If_Unmodified_Since_Version=2).status == 204
    assert (web.data(key)["publisher"], web.data(key)["title"]) == ("", "B")


def test_10_post_of_a_new_item_needs_its_type_and_of_a_known_one_nothing(web: Client) -> None:
    assert failed(web.post("items", [{"title": "x"}])) == (400, "'itemType' property not provided")
    assert failed(web.post("items", [{"itemType": "paper"}])) == (400, "'paper' is not a valid itemType")
    assert failed(web.post("collections", [{}])) == (400, "'name' property not provided")
    [key] = web.create({**BOOK, "publisher": "P", "tags": [{"tag": "a"}]})
    web.post("items", [{"key": key, "version": 1, "title": "B", "publisher": None}])
    data = web.data(key)
    assert (data["title"], data["publisher"], data["tags"]) == ("B", "", [{"tag": "a"}])


def test_10_arrays_are_replaced_whole(web: Client) -> None:
    [key] = web.create({**BOOK, "tags": [{"tag": "a"}, {"tag": "b"}]})
    web.post("items", [{"key": key, "version": 1, "tags": [{"tag": "c"}]}])
    assert web.data(key)["tags"] == [{"tag": "c"}]


@pytest.mark.parametrize(
    ("sent", "code", "message"),
    [
        ({"foo": "x"}, 400, "Invalid property 'foo'"),
        ({"publicationTitle": "x"}, 400, "'publicationTitle' is not a valid field for type 'conferencePaper'"),
        ({"repository": "arXiv"}, 400, "'repository' is not a valid field for type 'conferencePaper'"),
        ({"title": []}, 400, "Unexpected array for property 'title'"),
        ({"title": "é" * 40_000}, 413, f"'title' field value '{'é' * 50}...' too long"),
        ({"note": "x"}, 400, "'note' property is valid only for note and attachment items"),
        ({"accessDate": "yesterday"}, 400, "'accessDate' must be in ISO 8601 or UTC"),
        ({"deleted": "yes"}, 400, "'deleted' must be a boolean"),
        ({"tags": {}}, 400, "'tags' property must be an array"),
        ({"tags": ["a"]}, 400, "Tag must be an object"),
        ({"tags": [{"tag": "a", "color": 1}]}, 400, "Invalid tag property 'color'"),
        ({"tags": [{"tag": "a", "type": "x"}]}, 400, "Invalid tag type 'x'"),
        ({"tags": [{"tag": "x" * 256}]}, 413, "Tag '"),
        ({"relations": "x"}, 400, "'relations' property must be an object"),
        ({"relations": {"my:relation": "x"}}, 400, "Unsupported predicate 'my:relation'"),
        ({"collections": "x"}, 400, "'collections' property must be an array"),
        ({"collections": ["x"]}, 400, "'x' is not a valid collection key"),
        ({"collections": ["AAAAAAAA"]}, 409, "Collection AAAAAAAA not found"),
        ({"parentItem": "AAAAAAAA"}, 409, "Parent item AAAAAAAA not found"),
        ({"dateModified": "now"}, 400, "'dateModified' must be in ISO 8601"),
    ],
)
def test_11_a_property_that_is_refused(web: Client, sent: Any, code: int, message: str) -> None:
    answer = web.post("items", [{"itemType": "conferencePaper", **sent}])
    assert failed(answer)[0] == code and failed(answer)[1].startswith(message)
    assert answer.version == 0


def test_11_a_missing_collection_is_named(web: Client) -> None:
    answer = web.post("items", [{**BOOK, "collections": ["AAAAAAAA"]}])
    assert answer.json["failed"]["0"]["data"] == {"collection": "AAAAAAAA"}
    answer = web.post("collections", [{"name": "A", "parentCollection": "AAAAAAAA"}])
    assert failed(answer) == (409, "Parent collection AAAAAAAA not found")
    assert answer.json["failed"]["0"]["data"] == {"collection": "AAAAAAAA"}


@pytest.mark.parametrize(
    ("creator", "message"),
    [
        ({"name": "x"}, "creator object must contain 'creatorType'"),
        ({"creatorType": "wizard", "name": "x"}, "'wizard' is not a valid creator type"),
        (
            {"creatorType": "programmer", "name": "x"},
            "'programmer' is not a valid creator type for item type 'videoRecording'",
        ),
        ({"creatorType": "author", "firstName": "x"}, "'lastName' creator field must be set if 'firstName' is set"),
        ({"creatorType": "author", "lastName": "x"}, "'firstName' creator field must be set if 'lastName' is set"),
        (
            {"creatorType": "author", "firstName": "x", "lastName": "y", "name": "z"},
            "'firstName' and 'name' creator fields are mutually exclusive",
        ),
        ({"creatorType": "author", "name": "x", "orcid": "0"}, "Invalid creator property 'orcid'"),
    ],
)
def test_11_a_creator_that_is_refused(web: Client, creator: Any, message: str) -> None:
    assert failed(web.post("items", [{"itemType": "videoRecording", "creators": [creator]}])) == (400, message)


def test_11_author_passes_for_every_item_type(web: Client) -> None:
    [key] = web.create({"itemType": "videoRecording", "creators": [{"creatorType": "author", "name": "周子轩"}]})
    assert web.data(key)["creators"] == [{"creatorType": "author", "name": "周子轩"}]
    answer = web.post("items", [{"key": key, "version": 1, "creators": [{"creatorType": "author", "name": ""}]}])
    assert failed(answer) == (400, "creator object must contain 'firstName'/'lastName' or 'name'")


def test_11_text_is_cleaned_and_tags_keep_their_order(web: Client) -> None:
    tags = [{"tag": "b"}, {"tag": ""}, {"tag": "a", "type": 1}, {"tag": " b "}, {"tag": "c", "type": 0}]
    [key] = web.create({"itemType": "book", "title": "  A\x00 \x1fBook ", "tags": tags, "abstractNote": "a\nb"})
    data = web.data(key)
    assert (data["title"], data["abstractNote"]) == ("A Book", "a\nb")
    assert data["tags"] == [{"tag": "b"}, {"tag": "a", "type": 1}, {"tag": "c"}]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2024-01-02", "2024-01-02"),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
        ("2024-01-02 03:04:05", "2024-01-02T03:04:05Z"),
        ("", ""),
        (None, ""),
        ("CURRENT_TIMESTAMP", "2026-01-01T00:00:00Z"),
    ],
)
def test_11_a_date_of_access(web: Client, sent: Any, kept: str) -> None:
    web.server.library().clock = lambda: "2026-01-01T00:00:00Z"
    [key] = web.create({"itemType": "webpage", "accessDate": sent, "date": "some time in May"})
    assert (web.data(key)["accessDate"], web.data(key)["date"]) == (kept, "some time in May")
    again = web.post("items", [web.data(key)])
    assert again.json["unchanged"] == {"0": key}, "what was read can be sent back"


def test_11_the_trash_hides_an_item_and_deleted_is_absent_elsewhere(web: Client) -> None:
    [key] = web.create(BOOK)
    assert "deleted" not in web.data(key)
    answer = web.post("items", [{"key": key, "version": 1, "deleted": True}])
    assert answer.json["successful"]["0"]["data"]["deleted"] == 1
    assert web.get("items").json == [] and web.get("items/top").json == []
    assert web.get(f"items?itemKey={key}").json == []
    assert [one["key"] for one in web.get("items?includeTrashed=1").json] == [key]
    assert [one["key"] for one in web.get("items/trash").json] == [key]
    assert web.data(key)["deleted"] == 1
    web("PATCH", f"items/{key}", {"title": "still there"}, If_Unmodified_Since_Version=2)
    assert web.data(key)["deleted"] == 1
    answer = web.post("items", [{"key": key, "version": 3, "deleted": 0}])
    assert "deleted" not in answer.json["successful"]["0"]["data"]


def test_11_a_collection_in_the_trash_says_true(web: Client) -> None:
    [key] = web.create({"name": "A"}, path="collections")
    assert web("PATCH", f"collections/{key}", {"deleted": 1}, If_Unmodified_Since_Version=1).status == 204
    assert web.data(key, "collections")["deleted"] is True
    assert web.get("collections").json == []


def test_11_the_server_sets_the_date_of_change_except_for_collections(web: Client) -> None:
    times = iter([f"2026-01-0{day}T00:00:00Z" for day in range(1, 9)])
    web.server.library().clock = lambda: next(times)
    [collection] = web.create({"name": "A"}, path="collections")
    [key] = web.create(BOOK)
    assert web.data(key)["dateAdded"] == web.data(key)["dateModified"] == "2026-01-01T00:00:00Z"
    web.post("items", [{"key": key, "version": 2, "collections": [collection]}])
    assert web.data(key)["dateModified"] == "2026-01-01T00:00:00Z"
    web.post("items", [{"key": key, "version": 3, "title": "B"}])
    assert web.data(key)["dateModified"] == "2026-01-03T00:00:00Z"
    web.post("items", [{"key": key, "version": 4, "dateModified": "2020-01-01T00:00:00Z"}])
    assert web.data(key)["dateModified"] == "2020-01-01T00:00:00Z"


def test_11_children_are_notes_and_attachments_in_no_collection(web: Client) -> None:
    [collection] = web.create({"name": "A"}, path="collections")
    [parent] = web.create(BOOK)
    note = {"itemType": "note", "note": "<p>mine</p>", "parentItem": parent}
    text = "Child item must be note, attachment, or annotation"
    assert failed(web.post("items", [{**BOOK, "parentItem": parent}])) == (400, text)
    text = "Child items cannot be assigned to collections"
    assert failed(web.post("items", [{**note, "collections": [collection]}])) == (400, text)
    [child] = web.create(note)
    assert web.data(child)["parentItem"] == parent and "collections" not in web.data(child)
    assert web.get(f"items/{parent}").json["meta"]["numChildren"] == 1


# --- 12: reading ---


def test_12_since_and_the_formats(web: Client) -> None:
    first, second, third = web.create(BOOK, BOOK, BOOK)
    assert web.get("items?format=versions").json == {first: 1, second: 2, third: 3}
    assert web.get("items?format=versions&since=1").json == {second: 2, third: 3}
    assert web.get("items?format=versions&since=3").json == {}
    assert sorted(web.get("items?format=keys&since=1").text.split()) == sorted([second, third])
    assert [one["key"] for one in web.get("items?since=2").json] == [third]
    assert web.get("collections?format=versions").json == {}
    assert web.get("items?format=atom").status == 400


def test_12_item_keys_with_a_trailing_comma_and_nonsense(web: Client) -> None:
    first, second, _ = web.create(BOOK, BOOK, BOOK)
    answer = web.get(f"items?itemKey={first},{second},nonsense,AAAAAAAA,")
    assert {one["key"] for one in answer.json} == {first, second}
    assert answer.headers["total-results"] == "2"
    assert web.get("items?itemKey=" + ",".join(["AAAAAAAA"] * 101)).status == 400


def test_12_top_children_and_collections(web: Client) -> None:
    library = web.server.library()
    outer = library.add_collection("Outer")
    inner = library.add_collection("Inner", outer)
    parent = library.add_item({**BOOK, "collections": [outer]})
    note = library.add_note(parent, "<p>mine</p>")
    deep = library.add_item({**BOOK, "collections": [inner]})
    alone = library.add_item(BOOK)

    def keys(path: str) -> set[str]:
        return {one["key"] for one in web.get(path).json}

    assert keys("items") == {parent, note, deep, alone}
    assert keys("items/top") == {parent, deep, alone}
    assert keys(f"items/top?itemKey={note}") == {parent}
    assert keys(f"items/{parent}/children") == {note}
    assert keys(f"collections/{outer}/items") == {parent, note}
    assert keys(f"collections/{outer}/items/top") == {parent}
    assert keys("collections") == {outer, inner} and keys("collections/top") == {outer}
    assert keys(f"collections/{outer}/collections") == {inner}
    assert web.get("collections/AAAAAAAA/items").status == 404
    assert web.get("items/AAAAAAAA").status == 404
    meta = web.get(f"collections/{outer}").json["meta"]
    assert meta == {"numCollections": 1, "numItems": 1}


def test_12_item_types_and_tags(web: Client) -> None:
    book, page, film = web.create(
        {**BOOK, "tags": [{"tag": "a"}, {"tag": "b"}]},
        {"itemType": "webpage", "tags": [{"tag": "b"}]},
        {"itemType": "film", "tags": [{"tag": "-x"}]},
    )

    def keys(query: str) -> set[str]:
        return {one["key"] for one in web.get(f"items?{query}").json}

    assert keys("itemType=book") == {book}
    assert keys("itemType=book%20||%20film") == {book, film}
    assert keys("itemType=-book") == {page, film}
    assert keys("tag=b") == {book, page}
    assert keys("tag=a&tag=b") == {book}
    assert keys("tag=a%20||%20-x") == {book, film}
    assert keys("tag=-b") == {film}
    assert keys("tag=%5C-x") == {film}
    assert {one["tag"] for one in web.get("tags").json} == {"a", "b", "-x"}


def test_12_pages_and_links(web: Client) -> None:
    keys = {key for _ in range(5) for key in web.create(*[BOOK] * 25)}
    plain = web.get("items")
    assert len(plain.json) == 25 and plain.headers["total-results"] == "125"
    assert len(web.get("items?limit=500").json) == 100
    assert len(web.get("items?format=keys").text.split()) == 125
    assert len(web.get("items?format=versions&limit=10").json) == 10
    seen: list[str] = []
    target = "/users/1/items?limit=50&sort=title"
    while target:
        answer = web.get(target)
        seen += [one["key"] for one in answer.json]
        links = {name: link for link, name in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])}
        target = links.get("next", "").removeprefix(web.server.url)
    assert len(seen) == 125 and set(seen) == keys
    assert set(links) == {"first", "prev", "last"} and "start=100" in links["last"]
    assert "sort=title" in links["first"]


def test_12_a_link_does_not_repeat_the_key(web: Client) -> None:
    web.create(BOOK, BOOK)
    web.key = ""
    answer = web.get(f"items?limit=1&key={web.server.key}")
    assert answer.status == 200 and web.server.key not in answer.headers["link"]


def test_12_nothing_new_is_a_304(web: Client) -> None:
    key, _ = web.create(BOOK, BOOK)
    for path in ("items", "collections", "deleted?since=0"):
        assert web.get(path, If_Modified_Since_Version=1).status == 200
        answer = web.get(path, If_Modified_Since_Version=2)
        assert (answer.status, answer.text) == (304, "")
    assert web.get(f"items/{key}", If_Modified_Since_Version=1).status == 304
    web.server.library().edit(key, title="B")
    assert web.get("items", If_Modified_Since_Version=2).status == 200


def test_12_q_finds_title_creator_and_year_only(web: Client, local: Client) -> None:
    item = {
        "itemType": "journalArticle",
        "title": "Paged Attention",
        "DOI": "10.1145/1",
        "citationKey": "kwon2023",
        "date": "2023-09-12",
        "creators": [{"creatorType": "author", "firstName": "Woosuk", "lastName": "Kwon"}],
    }
    web.create(item)
    local.create(item)
    for query in ("paged", "kwon", "2023"):
        assert len(web.get(f"items?q={query}").json) == 1
    assert web.get("items?q=10.1145/1").json == [] and web.get("items?q=kwon2023").json == []
    assert len(local.get("items?q=kwon2023").json) == 1
    assert local.get("items?q=10.1145/1").json == []
    assert len(local.get("items?q=10.1145/1&qmode=everything").json) == 1


def test_12_an_item_has_every_field_of_its_type(web: Client) -> None:
    [key] = web.create({"itemType": "preprint", "title": "A", "date": "2024-05"})
    answer = web.get(f"items/{key}").json
    assert set(FIELDS["preprint"]) <= set(answer["data"])
    assert answer["library"]["type"] == "user" and answer["library"]["id"] == 1
    assert answer["meta"] == {"parsedDate": "2024-05", "numChildren": 0}
    assert answer["links"]["self"]["href"] == f"{web.server.url}/users/1/items/{key}"


# --- 13: keys and tokens ---


def test_13_a_write_token_works_once(web: Client) -> None:
    answer = web.post("items", [BOOK], Zotero_Write_Token="0123456789")
    assert answer.status == 200
    answer = web.post("items", [BOOK], Zotero_Write_Token="0123456789")
    assert (answer.status, answer.text) == (412, "Write token already used")
    assert web.post("items", [BOOK], Zotero_Write_Token="another").status == 200
    assert len(web.server.library().items) == 2
    for token in ("1234", "x" * 33):
        answer = web.post("items", [BOOK], Zotero_Write_Token=token)
        assert (answer.status, answer.text) == (400, "Write token must be 5-32 characters in length")


def test_13_a_token_of_a_request_that_failed_can_be_used_again(web: Client) -> None:
    assert web.post("items", {}, Zotero_Write_Token="0123456789").status == 400
    assert web.post("items", [BOOK], Zotero_Write_Token="0123456789").status == 200


def test_13_about_the_key(web: Client) -> None:
    answer = web.get("/keys/current")
    assert answer.json["userID"] == 1 and answer.json["access"]["user"]["write"] is True
    web.key = ""
    assert web.get("/keys/current").status == 403


def test_13_no_key_another_key_and_a_wrong_one(web: Client) -> None:
    web.key = ""
    assert web.get("items").status == 403
    answer = web.post("items", [BOOK])
    assert (answer.status, answer.text) == (403, "An API key is required for write requests.")
    web.key = "a" * 24
    assert web.get("items").status == 403 and web.post("items", [BOOK]).status == 403
    assert web.get("/users/2/items").status == 200
    web.key = "wrong"
    answer = web.get("items")
    assert (answer.status, answer.text) == (403, "Invalid key")
    assert web.server.library().items == {}


def test_13_three_places_for_a_key(web: Client) -> None:
    key, web.key = web.key, ""
    assert web.get(f"items?key={key}").status == 200
    assert web.get("items", Authorization=f"Bearer {key}").status == 200
    answer = web.get("items?key=other", Zotero_API_Key=key)
    assert (answer.status, answer.text) == (400, "Zotero-API-Key header and 'key' parameter differ")


def test_13_too_many_wrong_keys(web: Client) -> None:
    now = 1000.0
    web.server.clock = lambda: now
    web.key = "wrong"
    assert [web.get("items").status for _ in range(6)] == [403] * 5 + [429]
    assert web.get("items").headers["retry-after"] == "300"
    now += 301
    assert web.get("items").status == 403


def test_13_a_key_that_may_only_read(web: Client) -> None:
    web.server.keys[web.key] = Access(1, write=False, groups=False)
    assert web.get("items").status == 200
    assert web.post("items", [BOOK]).status == 403
    assert web.get("/groups/7/items").status == 403


def test_13_the_limits_of_the_real_server_can_be_turned_on(web: Client) -> None:
    now = 1000.0
    web.server.clock = lambda: now
    web.server.limits = Limits()
    assert {web.get("items").status for _ in range(100)} == {200}
    answer = web.get("items")
    assert (answer.status, answer.text, answer.headers["retry-after"]) == (429, "Request rate limit exceeded", "10")
    now += 0.2
    assert [web.get("items").status for _ in range(3)] == [200, 200, 429]


def test_13_groups(web: Client) -> None:
    assert [one["id"] for one in web.get("/users/1/groups").json] == [7]
    assert web.get("/groups/7").json["data"]["id"] == 7
    web.base = "/groups/7"
    [key] = web.create(BOOK)
    assert list(web.server.library("groups/7").items) == [key] and web.server.library().items == {}
    assert web.get(f"items/{key}").json["library"]["type"] == "group"
    assert web.get("/groups/8/items").status == 404


# --- 14: what goes wrong ---


def test_14_backoff_comes_with_a_good_answer(web: Client) -> None:
    web.server.fail_next(HONEST, backoff(12))
    assert "backoff" not in web.get("items").headers
    answer = web.post("items", [BOOK])
    assert (answer.status, answer.headers["backoff"]) == (200, "12")
    assert len(web.server.library().items) == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (throttled(3), 429),
        (throttled(3, code=503), 503),
        (unavailable(3), 503),
        (status(500), 500),
        (server_error(), 500),
        (forbidden(), 403),
    ],
)
def test_14_a_refusal_does_not_apply_the_write(web: Client, fault: Any, code: int) -> None:
    web.server.fail_next_write(fault)
    assert web.get("items").status == 200, "reads pass"
    answer = web.post("items", [BOOK])
    assert answer.status == code
    assert answer.headers.get("retry-after", "3") == "3"
    assert web.server.library().items == {}
    assert web.post("items", [BOOK]).status == 200
    assert web.server.writes == 2 and len(web.server.written_objects) == 1


def test_14_a_connection_cut_after_the_write(web: Client) -> None:
    web.server.fail_next_write(cut_after())
    with pytest.raises(GONE):
        web.post("items", [{**BOOK, "citationKey": "a"}])
    assert len(web.server.library().find(citationKey="a")) == 1
    assert [one["data"]["citationKey"] for one in web.get("items").json] == ["a"]
    assert web.server.writes == 1


def test_14_a_connection_cut_before_the_write(web: Client) -> None:
    web.server.fail_next_write(cut_before(reset=True), cut_before())
    for _ in range(2):
        with pytest.raises(GONE):
            web.post("items", [BOOK])
    assert web.server.library().items == {} and web.server.written_objects == []


@pytest.mark.parametrize("fault", [html_200(), truncate(), applied(status(500))])
def test_14_an_answer_that_says_nothing_although_the_write_was_applied(web: Client, fault: Any) -> None:
    web.server.fail_next_write(fault)
    web.post("items", [BOOK])
    assert len(web.server.library().items) == 1
    web.server.fail_next_write(unapplied(fault))
    web.post("items", [BOOK])
    assert len(web.server.library().items) == 1


def test_14_a_stall(web: Client) -> None:
    web.server.fail_next(stall())
    web.line.timeout = 0.1
    with pytest.raises(TimeoutError):
        web.post("items", [BOOK])
    web.line.close()
    assert len(web.server.library().items) == 1


def test_14_somebody_else_is_faster(web: Client) -> None:
    first, second = web.create(BOOK, BOOK)
    web.server.fail_next_write(meddle(before=lambda server: server.library().edit(first, title="Mine")))
    answer = web.post("items", [{"key": key, "version": 2, "title": "Yours"} for key in (first, second)])
    assert failed(answer)[0] == 412
    assert answer.json["success"] == {"1": second}
    assert (web.data(first)["title"], web.data(second)["title"]) == ("Mine", "Yours")


def test_14_somebody_else_comes_after_and_the_line_is_cut(web: Client) -> None:
    def rename(server: FakeZotero) -> None:
        [key] = server.library().items
        server.library().edit(key, title="Mine")

    web.server.fail_next_write(together((meddle(after=rename), cut_after())))
    with pytest.raises(GONE):
        web.post("items", [BOOK])
    assert len(web.server.library().find(title="Mine")) == 1


def test_14_forgetting_and_healing(web: Client) -> None:
    web.server.fail_next_write(forbidden())
    web.server.heal()
    assert web.post("items", [BOOK]).status == 200
    web.server.forget()
    assert (web.server.writes, web.server.requests, web.server.written_objects) == (0, [], [])


# --- 15: the desktop program ---


def test_15_the_handshake_before_a_write(local: Client) -> None:
    key, server_id = local.key, local.server_id
    local.key = local.server_id = ""
    answer = local.post("items", [BOOK], Zotero_API_Key=key)
    assert (answer.status, answer.text) == (428, "Zotero-Server-ID not provided")
    answer = local.post("items", [BOOK], Zotero_API_Key=key, Zotero_Server_ID="other")
    assert (answer.status, answer.text) == (412, "Zotero-Server-ID does not match this server")
    answer = local.post("items", [BOOK], Zotero_Server_ID=server_id)
    assert (answer.status, answer.text) == (401, "API key required -- POST /api/local/authorize to obtain one")
    answer = local.post("items", [BOOK], Zotero_Server_ID=server_id, Zotero_API_Key="old")
    assert (answer.status, answer.text) == (401, "Invalid or expired API key")
    answer = local.post("items", [BOOK], Zotero_Server_ID=server_id, Zotero_API_Key=key)
    assert answer.status == 200 and answer.headers["zotero-server-id"] == server_id
    assert local.get("items").status == 200, "reading needs nothing"
    answer = local.get("items", Zotero_Server_ID="other")
    assert (answer.status, answer.text) == (412, "Zotero-Server-ID does not match this server")
    answer = local.post("items", [BOOK], Zotero_Server_ID=server_id)
    assert "zotero-server-id" not in answer.headers and "Local API" in answer.headers["www-authenticate"]


def test_15_the_person_allows_once(local: Client) -> None:
    local.server.handshake.answer = "once"
    answer = local.post("/api/local/authorize", {"appName": "bib"})
    assert answer.json["remember"] is False
    local.key = answer.json["key"]
    assert [local.post("items", [BOOK]).status for _ in range(2)] == [200, 401]


def test_15_the_person_says_no(local: Client) -> None:
    local.server.handshake.answer = "deny"
    answer = local.post("/api/local/authorize", {"appName": "bib"})
    assert (answer.status, answer.json) == (403, {"denied": True})
    assert local.post("/api/local/authorize", {}).status == 400


def test_15_five_dialogs_a_minute(local: Client) -> None:
    now = local.server.handshake.clock()
    local.server.handshake.clock = lambda: now
    codes = [local.post("/api/local/authorize", {"appName": "bib"}).status for _ in range(5)]
    assert codes == [200] * 4 + [429], "the first was that of the fixture"
    answer = local.post("/api/local/authorize", {"appName": "bib"})
    assert answer.text == "Too many authorization requests" and 0 < int(answer.headers["retry-after"]) <= 60
    now += 61
    assert local.post("/api/local/authorize", {"appName": "bib"}).status == 200
    assert local.server.handshake.prompts == 6 and local.server.writes == 0


def test_15_no_key_may_be_chosen(local: Client) -> None:
    for version in ({"version": 0}, {}):
        answer = local.post("items", [{"key": "AAAAAAAA", **version, **BOOK}, BOOK], If_Unmodified_Since_Version=0)
        assert failed(answer) == (400, "'primaryData' not loaded for item (null/1/AAAAAAAA)")
        assert list(answer.json["success"]) == ["1"]
        local.server.library().version = 0
    assert local("PUT", "items/AAAAAAAA", BOOK, If_Unmodified_Since_Version=0).status == 500


def test_15_patch_of_a_deleted_object_is_taken_for_a_new_one(local: Client) -> None:
    [key] = local.create(BOOK)
    local.server.library().delete(key)
    answer = local("PATCH", f"items/{key}", {"title": "B"}, If_Unmodified_Since_Version=1)
    assert (answer.status, answer.text) == (400, "'itemType' property not provided")
    assert local.get(f"items/{key}").status == 404


def test_15_versions_are_equal_or_refused(local: Client) -> None:
    key, _ = local.create(BOOK, BOOK)
    for wrong in (0, 2):
        answer = local.post("items", [{"key": key, "version": wrong, "title": "B"}])
        assert failed(answer) == (412, f"item has been modified since specified version (expected {wrong}, found 1)")
        assert local("PATCH", f"items/{key}", {"title": "B"}, If_Unmodified_Since_Version=wrong).status == 412
    assert local.post("items", [{"key": key, "version": 1, "title": "B"}]).json["success"] == {"0": key}


def test_15_what_the_desktop_program_has_not(local: Client) -> None:
    for path in ("deleted?since=0", "/api/items/new?itemType=book", "/api/keys/current", "/users/0/items"):
        assert local.get(path).status == 404
    assert local.get("/api/itemTypeFields?itemType=book").status == 200
    assert local.get("/api/schema").json["version"] == SCHEMA_VERSION
    assert local.get("/api/users/5/items").status == 400
    assert local.get("/api/groups/7/items").status == 200 and local.get("/api/groups/8/items").status == 404
    assert local.get("/api/").text == "Nothing to see here."


def test_15_a_list_has_no_pages_unless_asked(local: Client) -> None:
    for _ in range(3):
        local.create(*[BOOK] * 50)
    assert len(local.get("items").json) == 150
    assert len(local.get("items?limit=10").json) == 10


def test_15_fields_that_do_not_fit_end_in_extra(local: Client) -> None:
    program, paper = local.create(
        {"itemType": "computerProgram", "language": "en", "fooBar": "x", "extra": "mine"},
        {"itemType": "conferencePaper", "publicationTitle": "Proc. X"},
    )
    assert local.data(program)["extra"].split("\n") == ["Language: en", "Foo Bar: x", "mine"]
    assert local.data(paper)["proceedingsTitle"] == "Proc. X" and local.data(paper)["extra"] == ""
    again = {"key": program, "version": 1, "fooBar": "x", "language": "zh"}
    assert local.post("items", [again]).json["success"] == {"0": program}
    assert local.data(program)["extra"].split("\n") == ["Foo Bar: x", "Language: zh", "mine"]


def test_15_what_else_is_bent_rather_than_refused(local: Client) -> None:
    creators = [{"creatorType": "programmer", "name": "x"}, {"creatorType": "director", "name": "y"}]
    [key] = local.create({"itemType": "videoRecording", "creators": creators, "accessDate": "yesterday"})
    data = local.data(key)
    assert [one["creatorType"] for one in data["creators"]] == ["creator", "director"]
    assert data["accessDate"] == ""
    answer = local.post("items", [{**BOOK, "collections": ["AAAAAAAA"]}])
    assert failed(answer) == (400, "Collection AAAAAAAA not found")


def test_15_before_version_10_it_only_reads() -> None:
    with FakeZotero("local", writable=False) as server:
        client = Client(server)
        for path in ("items", "/api/local/authorize"):
            answer = client.post(path, [BOOK], Zotero_Server_ID="x")
            assert (answer.status, answer.text) == (400, "Endpoint does not support method")
        assert client.get("items").status == 200
        client.line.close()


def test_15_other_programs_are_not_let_in() -> None:
    with FakeZotero("local", enabled=False) as server:
        client = Client(server)
        answer = client.get("/api/")
        assert (answer.status, answer.text) == (403, "Local API is not enabled")
        client.line.close()


# --- the rest ---


def test_an_address_and_a_method_that_do_not_exist(web: Client, local: Client) -> None:
    for path in ("/nothing", "/users/1/nothing", "/users/1/items/nonsense", "/users/9/items"):
        assert web.get(path).status == 404
    assert web("PUT", "items", [BOOK]).status == 405
    assert web("POST", "deleted", [BOOK]).status == 405
    answer = local("PUT", "items", [BOOK])
    assert (answer.status, answer.text) == (400, "Endpoint does not support method")


def test_one_connection_serves_many_requests_of_all_methods(web: Client) -> None:
    key, _ = web.create(BOOK, BOOK)
    web("HEAD", "items")
    web("PATCH", f"items/{key}", {"title": "B"}, If_Unmodified_Since_Version=1)
    web("DELETE", f"items/{key}", If_Unmodified_Since_Version=3)
    assert web.get("items").headers["zotero-api-version"] == "3"
    assert web("HEAD", "items").headers["total-results"] == "1"
    assert web.server.connections == 1


def test_the_web_api_describes_its_item_types(web: Client) -> None:
    assert web.get("/items/new?itemType=book").json["creators"] == []
    assert {"creatorType": "author", "localized": "author"} in web.get("/itemTypeCreatorTypes?itemType=book").json
    assert len(web.get("/itemTypes").json) == len(FIELDS)
    assert web.get("/items/new?itemType=paper").status == 400


def test_a_persons_hands(web: Client) -> None:
    library = web.server.library("users/1")
    collection = library.add_collection("A")
    key = library.add_item({"itemType": "book", "title": "A"}, children=[{"note": "n"}])
    before = library.snapshot()
    library.edit(key, title="B")
    library.tag(key, "mine")
    library.move(key, [collection])
    library.trash(key)
    assert library.items[key]["deleted"] == 1
    library.restore(key)
    data = library.items[key]
    assert (data["title"], data["tags"], data["collections"]) == ("B", [{"tag": "mine"}], [collection])
    assert data["version"] == library.version == before["version"] + 5 and "deleted" not in data
    assert before["items"][key]["title"] == "A", "a snapshot does not move"
    library.untag(key, "mine")
    library.rename_collection(collection, "B")
    library.delete_collection(collection)
    assert library.items[key]["collections"] == []
    library.delete(key)
    assert library.items == {} and len(library.deleted["items"]) == 2
    assert web.server.written_objects == [] and web.server.writes == 0


def test_what_was_written_is_listed(web: Client) -> None:
    [key] = web.create(BOOK)
    web("PATCH", f"items/{key}", {"title": "B"}, If_Unmodified_Since_Version=1)
    web("DELETE", f"items/{key}", If_Unmodified_Since_Version=2)
    assert [one.how for one in web.server.written_objects] == ["created", "updated", "deleted"]
    assert {(one.library, one.kind, one.key) for one in web.server.written_objects} == {("users/1", "item", key)}
    assert web.server.writes == 3


def test_the_environment_leads_a_program_here(web: Client, local: Client) -> None:
    assert web.server.environment == {"BIB_ZOTERO_URL": web.server.url, "ZOTERO_API_KEY": web.server.key}
    assert local.server.environment == {"BIB_ZOTERO_URL": local.server.url}


def test_many_clients_at_once_lose_nothing(web: Client) -> None:
    def push() -> None:
        client = Client(web.server)
        for _ in range(5):
            client.create(*[BOOK] * 10)
        client.line.close()

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(web.server.library().items) == web.server.library().version == 200
    assert sorted(data["version"] for data in web.server.library().items.values()) == list(range(1, 201))


def test_many_items_are_written_and_read_in_linear_time() -> None:
    def work(batches: range) -> None:
        with FakeZotero(users={2: "a" * 24}, groups=(7,)) as server:
            server.keep_bodies = False
            web = Client(server)
            for batch in batches:
                web.create(*[{**BOOK, "citationKey": f"k{batch}-{place}"} for place in range(50)])
            found = {
                one["data"]["citationKey"]
                for start in range(0, 50 * len(batches), 100)
                for one in web.get(f"items?limit=100&start={start}").json
            }
            web.line.close()
            assert len(found) == 50 * len(batches)
            assert not any(request.body for request in server.requests)

    assert_in_proportion(range, work, 8)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PROPERTIES = st.sampled_from(
    """key version itemType title date accessDate creators tags collections relations deleted parentItem note dateAdded dateModified
    parentCollection name data inPublications publicationTitle extra""".split()
)
SENT = st.dictionaries(PROPERTIES, JSON | st.just("book") | st.just([{}]) | st.just([{"tag": 1}]), max_size=5)


@given(st.lists(SENT | JSON, max_size=4), st.sampled_from(["items", "collections"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_gets_an_answer(web: Client, local: Client, sent: list[Any], path: str) -> None:
    for client in (web, local):
        answer = client.post(path, sent)
        assert answer.status in {200, 400}
        parts = (
            answer.json
            if answer.status == 200
            else {"success": {}, "unchanged": {}, "failed": dict.fromkeys(range(len(sent)))}
        )
        assert len(parts["success"]) + len(parts["unchanged"]) + len(parts["failed"]) == len(sent)
        assert client.server.errors == []
        for key in list(client.server.library().items):
            assert client.data(key)["key"] == key


def test_keys_are_of_the_letters_that_zotero_takes(web: Client) -> None:
    for key in web.create(*[BOOK] * 50):
        assert len(key) == 8 and set(key) <= set(KEY_LETTERS)


def test_the_table_of_item_types_is_that_of_the_schema(shared: Path) -> None:
    schema = json.loads((shared / "schemas" / "zotero-schema.json").read_text(encoding="utf-8"))
    types = {row["itemType"]: row for row in schema["itemTypes"]}
    assert schema["version"] == SCHEMA_VERSION
    for kind, fields in FIELDS.items():
        assert list(fields) == [row["field"] for row in types[kind]["fields"]], kind
        bases = {row["field"]: row["baseField"] for row in types[kind]["fields"] if "baseField" in row}
        assert BASES.get(kind, {}) == bases, kind
        roles = sorted(types[kind]["creatorTypes"], key=lambda row: not row.get("primary"))
        assert list(CREATORS.get(kind, ())) == [row["creatorType"] for row in roles], kind
    every = [row for one in types.values() for row in one["fields"]]
    assert {name for row in every for name in (row["field"], row.get("baseField")) if name} == ALL_FIELDS
    assert {row["creatorType"] for one in types.values() for row in one["creatorTypes"]} == ALL_CREATORS
