"""What goes out compressed, and for whom."""

import gzip

import pytest


def fetch(site, path, encodings="gzip, br"):
    return site.client.get(path, headers={"Accept-Encoding": encodings})


def test_a_page_goes_out_compressed_and_says_so(site):
    plain, packed = fetch(site, "/", ""), fetch(site, "/")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) < len(plain.data) / 2
    assert b"</html>" in gzip.decompress(packed.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    for response in (plain, packed):
        assert "Accept-Encoding" in response.vary


@pytest.mark.parametrize("encodings", ["", "br", "gzip;q=0"])
def test_a_browser_that_asks_for_no_gzip_gets_none(site, encodings):
    assert "Content-Encoding" not in fetch(site, "/", encodings).headers


def test_a_static_file_goes_out_compressed_and_is_asked_for_again_by_its_tag(site):
    path = "/static/engage.css"
    packed = fetch(site, path)
    assert gzip.decompress(packed.data) == fetch(site, path, "").data
    tag = packed.headers["ETag"]
    assert tag.startswith("W/")
    again = site.client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_same_page_has_no_steady_length(site):
    assert len({len(fetch(site, "/privacy/").data) for _ in range(30)}) > 5


def test_a_part_of_a_file_stays_as_it_is(site):
    part = site.client.get(
        "/static/engage.css", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"}
    )
    assert (part.status_code, len(part.data)) == (206, 10)
    assert "Content-Encoding" not in part.headers


def test_a_short_answer_stays_as_it_is(site):
    assert "Content-Encoding" not in fetch(site, "/healthz").headers
