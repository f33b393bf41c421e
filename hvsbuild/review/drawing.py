"""The picture of the stick as SVG: a ruler of the whole disk, below it the volume of the VHDs."""

from __future__ import annotations

from markupsafe import Markup

from hvsbuild.review.diskpicture import DiskPicture, Piece, size_words
from hvsbuild.spec.units import GB

WIDTH, STICK_TOP, STICK_HEIGHT, VHD_TOP, VHD_HEIGHT, HEIGHT = 900, 26, 44, 96, 44, 172
LETTER = 7.0  # a character's width, about


def svg(picture: DiskPicture) -> str:
    """The drawing. Names stand in what is wide enough for them; the list beside it has them all."""
    told = ", ".join(f"{piece.name} {piece.told}" for _, piece in picture.flat())
    parts: list[str] = [
        Markup('<svg class="stick" viewBox="0 0 {} {}" role="img" xmlns="http://www.w3.org/2000/svg">').format(
            WIDTH, HEIGHT
        ),
        Markup("<title>{}: {}</title>").format(size_words(picture.size), told),
        Markup('<text x="0" y="16">{}</text>').format(f"the stick: {size_words(picture.size)}"),
    ]
    for piece in picture.pieces:
        parts += _box(picture, piece, STICK_TOP, STICK_HEIGHT)
    parts.append(Markup('<rect class="outline" x="0" y="{}" width="{}" height="{}"/>').format(STICK_TOP, WIDTH, 44))
    for piece in picture.pieces:
        for one in piece.inside:
            parts += _box(picture, one, VHD_TOP, VHD_HEIGHT)
        if piece.inside:
            parts.append(_outline(picture, piece))
    if picture.mark:
        parts.append(_mark(picture, picture.mark))
    return "\n".join([*parts, "</svg>"])


def _box(picture: DiskPicture, piece: Piece, top: int, height: int) -> list[str]:
    width = max(2.0, piece.size * WIDTH / picture.size)
    x = min(piece.start * WIDTH / picture.size, WIDTH - 2)
    drawn = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>')
    made = [drawn.format(piece.look, f"{x:.2f}", top, f"{width:.2f}", height)]
    text = piece.name if len(piece.name) * LETTER < width - 8 else ""
    if text:
        on = " on" if piece.look.startswith("vhd ") or piece.look == "system" else ""
        label = Markup('<text class="label{}" x="{}" y="{}">{}</text>')
        made.append(label.format(on, f"{x + 5:.2f}", top + height // 2 + 4, text))
    return [str(one) for one in made]


def _outline(picture: DiskPicture, piece: Piece) -> str:
    """The volume of the VHDs, under the partition that it is."""
    x, width = piece.start * WIDTH / picture.size, piece.size * WIDTH / picture.size
    drawn = Markup('<rect class="outline" x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}">{}</text>')
    return str(
        drawn.format(f"{x:.2f}", VHD_TOP, f"{width:.2f}", VHD_HEIGHT, f"{x:.2f}", VHD_TOP - 8, f"in {piece.name}")
    )


def _mark(picture: DiskPicture, at: int) -> str:
    x = at * WIDTH / picture.size
    drawn = Markup('<path class="mark" d="M{} {}V{}"/><text x="{}" y="{}" text-anchor="end">{}</text>')
    told = f"the guideline keeps what is right of the line free ({(picture.size - at) / GB:.3g} GB)"
    return str(drawn.format(f"{x:.2f}", STICK_TOP - 6, VHD_TOP + VHD_HEIGHT + 10, WIDTH, HEIGHT - 6, told))
