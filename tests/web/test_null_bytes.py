"""A null byte in an address is answered with a page, on every database."""

import pytest

from tests.conftest import Site


@pytest.mark.parametrize("path", ["/rounds/%00/", "/groups/a%00b/", "/%00"])
def test_a_null_byte_in_a_path_is_not_found(site: Site, path: str) -> None:
    site.open(path, status=404)


def test_a_null_byte_in_a_question_is_refused(site: Site) -> None:
    site.open("/rounds/?words=%00", status=400)
