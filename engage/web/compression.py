"""Pages and static files go out compressed, so that they are quick over a slow phone connection."""

import gzip
import io
import secrets
from functools import lru_cache

from flask import Flask, Response, request

#: What is text inside; pictures and zip files are small already.
TEXTS = {
    "application/json",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
}
#: Shorter answers gain nothing.
SHORTEST = 500
#: A page is made longer by chance, by so many bytes at most: what it holds (a token against
#: forgery, say) can't be guessed from how well it was compressed.
MOST_PADDING = 100


def register_compression(app: Flask) -> None:
    """Compress what the browser asks to have compressed."""

    @app.after_request
    def compress(response: Response) -> Response:
        is_static = request.endpoint == "static"
        if (
            response.mimetype not in TEXTS
            or response.status_code in (204, 206, 304)
            or not (is_static or response.is_sequence)
        ):
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip") <= 0:
            return response
        response.direct_passthrough = False
        content = response.get_data()
        if len(content) < SHORTEST:
            return response
        response.set_data(_once(content) if is_static else _padded(content))
        response.headers["Content-Encoding"] = "gzip"
        tag, _is_weak = response.get_etag()
        if tag is not None:
            response.set_etag(tag, weak=True)  # the same content in other bytes
        return response


@lru_cache(maxsize=32)
def _once(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _padded(content: bytes) -> bytes:
    """Compress with a name of random length in the head, which whoever unpacks it passes over."""
    out = io.BytesIO()
    name = "a" * secrets.randbelow(MOST_PADDING)
    with gzip.GzipFile(name, "wb", compresslevel=6, fileobj=out, mtime=0) as packed:
        packed.write(content)
    return out.getvalue()
