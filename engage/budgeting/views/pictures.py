"""Photographs, for everybody who knows their address."""

from flask import Blueprint, Response, abort, make_response

from engage.budgeting.queries.pictures import jpeg_of
from engage.web.access import public

bp = Blueprint("pictures", __name__)


@bp.get("/pictures/<public_id>/<any(small,large):size>.jpg")
@public
def picture(public_id: str, size: str) -> Response:
    """One size of a photograph. What stands at this address never changes, so it may be kept."""
    jpeg = jpeg_of(public_id, size)
    if jpeg is None:
        abort(404)
    response = make_response(jpeg)
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
