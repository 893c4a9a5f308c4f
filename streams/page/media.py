"""The bytes of pictures, videos and sounds, where they are files that the media stage may read too."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse, PlainTextResponse
from starlette.responses import Response

from streams.api.graph import LONGEST
from streams.desk.media import StoredMedium, stored
from streams.media.allowed import Allowed
from streams.page.desk import READING_ERRORS, Desk, desk_of, problem_of
from streams.page.elements import Text, article_link, box, named, outward, path
from streams.road.stage import PoisonError

SHOWN = frozenset({
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp",
    "video/mp4", "video/webm", "video/ogg", "video/quicktime",
    "audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/x-wav", "audio/flac", "audio/aac", "audio/webm",
})  # fmt: skip
"""What is sent to browsers: nothing that could bring a script, such as SVG."""

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

router = APIRouter()


def is_file(medium: StoredMedium) -> bool:
    """Returns whether an item's bytes may be on this machine, so that the page can show them."""
    return medium.uri.startswith("file:") and medium.format in SHOWN


@router.get("/media/{item:path}")
async def bytes_of(request: Request, item: Annotated[str, Path(max_length=LONGEST)]) -> Response:
    """Returns the bytes of an item, in parts if the browser asks for them."""
    desk = desk_of(request)
    try:
        graph = desk.graph()
        medium = await stored(graph.driver, item, graph.database)
    except READING_ERRORS as error:
        problem = problem_of(error)
        return PlainTextResponse(str(problem), problem.status)
    if medium is None or not is_file(medium):
        return PlainTextResponse("There is no such picture here.", 404)
    try:
        file = Allowed.of(desk.shared.settings).file(medium.uri)
    except PoisonError:
        return PlainTextResponse("TRIPLEWIRE_MEDIA_ROOTS does not allow this file.", 403)
    if not file.is_file():
        return PlainTextResponse("The file is gone.", 404)
    return FileResponse(
        file,
        media_type=medium.format,
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "private, max-age=300"},
    )


def figure(
    desk: Desk, id_: str, medium: StoredMedium, *, of: str, place: list[float] | None, begin: float | None,
    end: float | None,
) -> None:  # fmt: skip
    """Shows an item: a picture with the box of what it is about, or a video or sound from the second on.

    Args:
        desk: The visitor's.
        id_: The item's id.
        medium: Where its bytes are.
        of: What is in the box, or is said at that second.
        place: Left, top, right and bottom of the box in pixels; None if there is none.
        begin: The second at which it begins; None in a picture.
        end: The second at which it ends.
    """
    if not is_file(medium) or not _allowed(desk, medium):
        kind = medium.format.partition("/")[0]
        name = {"video": "The video", "audio": "The recording"}.get(kind, "The picture")
        if outward(medium.uri):
            article_link(f"{name} at its publisher", medium.uri)
        else:
            Text("p", f"{name} is not where this page may read it (TRIPLEWIRE_MEDIA_ROOTS).", "tw-note")
        return
    source = path("media", id_)
    with box("figure", "tw-figure"):
        if medium.format.startswith("image/"):
            _picture(source, medium, of, place)
        else:
            part = f"#t={begin:g}" + (f",{end:g}" if end is not None else "") if begin is not None else ""
            tag = "video" if medium.format.startswith("video/") else "audio"
            player = box(tag, src=source + part, preload="metadata", aria_label=medium.caption or of)
            player.props["controls"] = True
        caption = " · ".join(filter(None, (medium.caption, f"from second {begin:g}" if begin is not None else "")))
        if caption:
            Text("figcaption", caption)


def _allowed(desk: Desk, medium: StoredMedium) -> bool:
    try:
        Allowed.of(desk.shared.settings).file(medium.uri)
    except PoisonError:
        return False
    return True


def _picture(source: str, medium: StoredMedium, of: str, place: list[float] | None) -> None:
    described = f"{medium.caption or 'Picture'}; the box shows {of}" if place else medium.caption or of
    if not medium.width or not medium.height:
        box("img", src=source, alt=described)
        return
    size = {"width": f"{medium.width:g}", "height": f"{medium.height:g}"}
    view = box("svg", viewBox=f"0 0 {medium.width:g} {medium.height:g}")
    with named(view, role="img", aria_label=described):
        box("image", href=source, **size)
        if place:
            left, top, right, bottom = place
            width = f"{max(2.0, medium.width / 220):g}"
            box("rect", "tw-box", x=f"{left:g}", y=f"{top:g}", width=f"{right - left:g}", height=f"{bottom - top:g}",
                stroke_width=width)  # fmt: skip
