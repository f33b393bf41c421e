"""The review page and the pictures of the graph say what the manifest says."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from hvsbuild.review import graph
from hvsbuild.review.write import review_files
from tests.golden import reviewed_of, spec_of

REVIEWED = reviewed_of(
    spec_of({"disk": {"match": {"bus": "usb", "size": ">= 16 GB"}, "label": "A & <b>", "size": "32 GB"}})
)
BUNDLE = REVIEWED.bundle
MANIFEST = BUNDLE.manifest
EDGES = {(need, task.id) for task in MANIFEST.tasks for need in task.needs}
PAGE = review_files(REVIEWED)["review.html"]


class Reader(HTMLParser):
    """The text of the page, its elements, and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.open, self.ids, self.links = "", list[str](), list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        assert not {"src", "onclick"} & set(found)
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read() -> Reader:
    reader = Reader()
    reader.feed(PAGE)
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_shows_every_script_as_it_is() -> None:
    """Line by line, the numbers of the lines are the style sheet's."""
    page = read()
    for data in BUNDLE.scripts.values():
        assert data.decode().replace("\r\n", "\n") in page.text
    assert MANIFEST.seal in page.text


def test_the_page_says_what_is_wiped_and_what_is_filled_in() -> None:
    page = read()
    assert re.search(r"connected by\s*usb", page.text)
    assert re.search(r"size\s*>= 16 GB", page.text)
    assert f"disk.wipe is {MANIFEST.disk.wipe}" in page.text
    for binding in MANIFEST.bindings:
        assert "{{" + binding.name + "}}" in page.text
        assert binding.what in page.text
    for task in MANIFEST.tasks:
        assert all(state.title() in page.text for state in task.states)


def test_the_page_names_the_lines_of_the_spec() -> None:
    assert re.search(r"because of case\.yaml:\d+ label: A & <b>|because of case\.yaml:\d+", read().text)


def test_the_graph_s_links_lead_into_the_page() -> None:
    picture = Reader()
    picture.feed(review_files(REVIEWED)["graph.svg"])
    assert {link.removeprefix("review.html#") for link in picture.links} == {task.id for task in MANIFEST.tasks}


def test_the_page_s_links_lead_somewhere() -> None:
    page = read()
    assert [link for link in page.links if not link.startswith(("#", "data:,"))] == [], "the page stands alone"
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_graph_as_json() -> None:
    found = json.loads(graph.as_json(MANIFEST))
    assert [node["id"] for node in found["nodes"]] == [task.id for task in MANIFEST.tasks]
    assert {(edge["from"], edge["to"]) for edge in found["edges"]} == EDGES
    assert [node["id"] for node in found["nodes"] if node["destructive"]] == ["disk-prepare"]


def test_graph_for_graphviz() -> None:
    text = graph.dot(MANIFEST)
    assert set(re.findall(r'^  "([\w-]+)" -> "([\w-]+)";$', text, re.MULTILINE)) == EDGES
    assert re.findall(r'^  "([\w-]+)" \[color=red', text, re.MULTILINE) == ["disk-prepare"]
    assert text.count("{") == text.count("}") == 1


def test_graph_for_mermaid() -> None:
    text = graph.mermaid(MANIFEST)
    assert set(re.findall(r"^  ([\w-]+) --> ([\w-]+)$", text, re.MULTILINE)) == EDGES
    assert re.findall(r'^  ([\w-]+)\["[\w-]+"\]:::destructive$', text, re.MULTILINE) == ["disk-prepare"]
