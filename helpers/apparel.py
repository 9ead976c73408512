"""Clothing pictures, one colour and one garment each: draw them, or read any folder of them."""

import colorsys
import re
import warnings
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from tqdm.auto import tqdm

from . import usable_cores

# Each colour: the range of its hue (degrees), saturation and value.
_HSV = {
    "black": ((0, 360), (0, 0.35), (0.03, 0.2)),
    "blue": ((200, 248), (0.45, 0.95), (0.28, 0.95)),
    "brown": ((16, 36), (0.4, 0.75), (0.26, 0.6)),
    "green": ((78, 165), (0.35, 0.9), (0.25, 0.85)),
    "red": ((346, 370), (0.65, 1), (0.45, 0.95)),
    "white": ((0, 360), (0, 0.08), (0.86, 1)),
}
COLOURS = list(_HSV)
GARMENTS = ["dress", "pants", "shirt", "shoes", "shorts"]
LABELS = COLOURS + GARMENTS
# The pairs that the public set of 11,385 photos does not have.
_ABSENT = {"brown_dress", "brown_shirt", "green_dress", "red_shirt", "red_shorts", "white_shirt"}
PAIRS = [
    f"{colour}_{garment}"
    for colour in COLOURS
    for garment in GARMENTS
    if f"{colour}_{garment}" not in _ABSENT
]
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"}


def draw(folder, per_pair: int = 60, size: int = 64, seed: int = 0) -> Path:
    """Draw ``per_pair`` pictures of each of the 24 pairs as folder/colour_garment/drawn_000.png.

    size is the side in pixels. The same seed gives the same pictures; a larger per_pair adds to
    them. Pictures that an earlier call drew are replaced. Returns the folder.
    Raises ValueError for sizes that make no sense, and for a folder that holds other files, so
    that drawings never mix with photos.
    """
    if per_pair < 1 or size < 16:
        raise ValueError(f"per_pair={per_pair}, size={size}: expected at least 1 and 16 pixels.")
    folder = Path(folder)
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        if not re.fullmatch(r"drawn_\d+\.png", file.name):
            raise ValueError(f"{folder} holds other files ({file.name}): name a new folder.")
        file.unlink()
    for number, pair in enumerate(tqdm(PAIRS, desc="drawing", leave=False)):
        (folder / pair).mkdir(parents=True, exist_ok=True)
        for i in range(per_pair):
            picture = _picture(*pair.split("_"), size, np.random.default_rng([seed, number, i]))
            picture.save(folder / pair / f"drawn_{i:03d}.png", compress_level=1)
    return folder


def load(folder, size: int = 64, limit: int | None = None):
    """Read a folder whose folders are named after labels: black_dress, or dress_black.

    The label folders stand in ``folder`` itself or one level deeper; two or more labels, joined
    by ``_``, ``-`` or a space, in any order. ``limit`` reads about that many pictures at most, the
    same number from every pair as far as there are enough. Pictures of any size and kind (grey,
    CMYK, transparent) become size x size RGB; transparent parts become white.

    Returns images, uint8, shape (N, size, size, 3); the pair of each, colour first, str, shape
    (N,); y, 0/1 int, shape (N, 11); and the 11 label names in the order of y's columns.
    Files that cannot be read are named in one printed sentence and left out, and so are folders
    whose names hold other words. Raises FileNotFoundError without the folder, ValueError when
    there is no picture to read in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}.")
    files = _sample(_files_of_pairs(folder), limit)
    if not files:
        raise ValueError(
            f"{folder} holds no pictures in folders with names such as black_dress; "
            f"the labels are {', '.join(LABELS)}."
        )
    images = np.empty((len(files), size, size, 3), dtype=np.uint8)

    def read_into(row: int) -> bool:
        try:
            images[row] = read(files[row][1], size)
        except Exception:  # a damaged file can raise nearly anything
            return False
        return True

    with warnings.catch_warnings(), ThreadPoolExecutor(usable_cores()) as pool:
        warnings.simplefilter("ignore")  # Pillow warns about odd metadata
        readable = pool.map(read_into, range(len(files)))
        good = np.array(list(tqdm(readable, total=len(files), desc="reading", leave=False)))
    if not good.all():
        bad = [str(files[row][1].relative_to(folder)) for row in np.flatnonzero(~good)]
        print(f"Left out {_count(bad, 'file')} that cannot be read as a picture: {_first(bad)}.")
        images = images[good]
    pairs = np.array([pair for (pair, _), ok in zip(files, good, strict=True) if ok], dtype=str)
    y = np.array([[name in pair.split("_") for name in LABELS] for pair in pairs], dtype=int)
    return images, pairs, y.reshape(-1, len(LABELS)), list(LABELS)


def read(path, size: int = 64) -> np.ndarray:
    """One picture file as uint8 RGB, shape (size, size, 3). Raises what Pillow raises."""
    with Image.open(path) as image:
        image.draft("RGB", (2 * size, 2 * size))  # a JPEG is decoded small at once
        image = ImageOps.exif_transpose(image)
        if image.has_transparency_data:
            image = image.convert("RGBA").resize((size, size), Image.Resampling.BILINEAR)
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))


def _files_of_pairs(folder: Path) -> dict[str, list[Path]]:
    files, other = defaultdict(list), set()
    for path in sorted([*folder.glob("*/*"), *folder.glob("*/*/*")]):
        if path.suffix.lower() not in _SUFFIXES or path.name.startswith("."):
            continue
        words = set(re.split(r"[_\- ]+", path.parent.name.lower()))
        if len(words) > 1 and words <= set(LABELS):
            files["_".join(sorted(words, key=LABELS.index))].append(path)
        else:
            other.add(path.parent.name)
    if other and files:
        names = sorted(other)
        print(f"Left out {_count(names, 'folder')} not named after two labels: {_first(names)}.")
    return files


def _sample(files: dict[str, list[Path]], limit: int | None) -> list[tuple[str, Path]]:
    """(pair, file) in the order of pairs; with a limit, by turns one file from every pair."""
    if limit is not None:
        if limit < 1:
            raise ValueError(f"limit={limit}: expected a number of pictures above 0, or None.")
        rng = np.random.default_rng(0)
        turns = [
            (turn, pair, file)
            for pair in sorted(files)
            for turn, file in enumerate(rng.permutation(np.array(files[pair], dtype=object)))
        ]
        turns = sorted(turns)[:limit]
        files = {pair: sorted(file for _, p, file in turns if p == pair) for pair in files}
    return [(pair, file) for pair in sorted(files) for file in files[pair]]


def _count(names: list[str], thing: str) -> str:
    return f"{len(names)} {thing}{'s' * (len(names) > 1)}"


def _first(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


# Drawing. A garment is a list of outlines: x to the right, y down, mostly between -1 and 1.
# ``u(low, high)`` draws a number; every call makes another cut.


def _mirrored(right_half):
    """The whole outline from its right half, which runs from the top to the bottom."""
    return right_half + [(-x, y) for x, y in reversed(right_half)]


def _top(u, waist, waist_y, hem, length):
    shoulder, spread, reach = u(0.3, 0.46), u(0.1, 0.5), u(0.25, 1.0)
    body = _mirrored(
        [(0, u(-0.88, -0.55)), (u(0.1, 0.2), -0.95), (shoulder, -0.85), (shoulder * 0.9, -0.5),
         (waist, waist_y), (hem, length)]
    )  # fmt: skip
    tip = (shoulder + spread, -0.8 + reach)
    sleeve = [(shoulder - 0.1, -0.9), (shoulder + 0.06, -0.78), tip,
              (tip[0] - 0.2, tip[1] + 0.06), (shoulder * 0.85, -0.5)]  # fmt: skip
    return body, [sleeve, [(-x, y) for x, y in sleeve]]


def _dress(u):
    body, sleeves = _top(u, u(0.2, 0.34), u(-0.3, 0), u(0.36, 0.9), u(0.45, 1.2))
    legs = [_mirrored([(0.04, 0), (0.2, 0), (0.16, 1.6), (0.04, 1.6)])]
    return [body] + sleeves * (u(0, 1) < 0.45), legs


def _shirt(u):
    width = u(0.32, 0.5)
    body, sleeves = _top(u, width, u(-0.3, 0), width * u(0.9, 1.2), u(0.15, 0.5))
    return [body, *sleeves], [_mirrored([(0, 0), (0.38, 0), (0.4, 1.3), (0.12, 1.3), (0, 0.6)])]


def _legs(u, length):
    hip, ankle, gap = u(0.32, 0.45), u(0.14, 0.32), u(0.02, 0.25)
    crotch = u(-0.4, -0.2)
    ankle = ankle + 0.2 * (length < 0.3)  # a short leg stays wide
    outline = [(0, -0.85), (hip * u(0.8, 0.95), -0.87), (hip, -0.4), (gap + ankle, length),
               (gap, length + u(-0.03, 0.03)), (0, crotch)]  # fmt: skip
    return [_mirrored(outline)], [_mirrored([(0, -1.7), (0.4, -1.6), (0.34, -0.6), (0, -0.6)])]


def _pants(u):
    return _legs(u, u(0.55, 1.3))


def _shorts(u):
    return _legs(u, u(-0.15, 0.28))


def _shoes(u):
    opening, vamp, heel = u(-0.75, -0.05), u(-0.05, 0.15), u(0, 0.35)
    shoe = [(-0.85, 0.4 - heel), (-0.82, opening), (u(-0.5, -0.2), opening + u(-0.1, 0.1)),
            (-0.05, vamp), (0.5, vamp + 0.12), (0.85, 0.3), (0.9, 0.42), (0.1, 0.42),
            (-0.35, 0.42 - heel), (-0.6, 0.42 - heel), (-0.65, 0.42), (-0.8, 0.42)]  # fmt: skip
    shin = [(-0.75, -1.5), (-0.35, -1.5), (-0.3, 0.1), (-0.78, 0.1)]
    if u(0, 1) < 0.3:
        return [shoe], [shin]
    side, dx, dy = (1 if u(0, 1) < 0.6 else -1), u(-0.7, 0.7), u(0.35, 0.8)
    return [shoe, [(side * x + dx, y + dy) for x, y in shoe]], [shin]


_OUTLINES = {"dress": _dress, "pants": _pants, "shirt": _shirt, "shoes": _shoes, "shorts": _shorts}


def _shade(colour: str, u) -> np.ndarray:
    (h0, h1), saturation, value = _HSV[colour]
    return 255 * np.array(colorsys.hsv_to_rgb(u(h0, h1) / 360 % 1, u(*saturation), u(*value)))


def _picture(colour: str, garment: str, size: int, rng) -> Image.Image:
    u, side = rng.uniform, 2 * size  # drawn at twice the size, so that edges are smooth
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    parts, neighbours = _OUTLINES[garment](u)
    place = _pose(np.concatenate(parts), u)

    def mask(outlines, blur=0.0):
        image = Image.new("L", (side, side))
        for outline in outlines:
            points = (np.array(outline) @ place[0] + place[1] + 1) * side / 2
            ImageDraw.Draw(image).polygon([tuple(point) for point in points], fill=255)
        image = image.filter(ImageFilter.GaussianBlur(blur)) if blur else image
        return np.asarray(image, dtype=float)[..., None] / 255

    canvas = _background(x, y, rng)
    if u() < 0.4:  # somebody wears it: skin, or another piece of clothing
        skin = u() < 0.5 or garment in ("dress", "shoes")
        other = np.array([225, 180, 150]) * u(0.4, 1.1) if skin else _shade(rng.choice(COLOURS), u)
        canvas += mask(neighbours) * (other - canvas)
    canvas *= 1 - u(0, 0.5) * mask(parts, blur=side / 25)  # its shadow
    canvas += mask(parts) * (_cloth(colour, x, y, rng) - canvas)
    angle = u(0, 2 * np.pi)  # light from one side, of a slightly warm or cold tint
    light = u(0.85, 1.12) + u(0, 0.25) * (x * np.cos(angle) + y * np.sin(angle))
    canvas = canvas * light[..., None] * rng.normal(1, 0.04, 3)
    image = Image.fromarray(canvas.clip(0, 255).astype(np.uint8)).resize((size, size))
    noisy = np.asarray(image) + rng.normal(0, u(1, 9), (size, size, 3))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def _pose(points: np.ndarray, u):
    """(matrix, shift) that fit the points into the picture: turned, stretched and moved."""
    angle, stretch, shear = u(-0.2, 0.2), u(0.9, 1.1), u(-0.1, 0.1)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = np.array([[stretch, 0], [shear, 1 / stretch]]) @ turn
    low, high = (points @ matrix).min(axis=0), (points @ matrix).max(axis=0)
    scale = 2 * u(0.72, 0.98) / (high - low).max()
    room = 1 - scale * (high - low) / 2
    shift = np.array([u(-1, 1), u(-1, 1)]) * room - scale * (low + high) / 2
    return matrix * scale, shift


def _background(x, y, rng) -> np.ndarray:
    """A studio's white or grey, or a wall of any colour; at times a floor or a second thing."""
    u = rng.uniform
    plain = np.full(3, u(150, 255)) + u(-8, 8, 3)
    wall = plain if u() < 0.5 else (plain + _shade(rng.choice(COLOURS), u)) / 2
    canvas = np.broadcast_to(wall, (*x.shape, 3)) * (1 + u(-0.15, 0.15) * y)[..., None]
    if u() < 0.35:
        canvas = np.where(
            (y > u(0.3, 0.9) + u(-0.2, 0.2) * x)[..., None], wall * u(0.5, 0.9), canvas
        )
    if u() < 0.3:
        centre, radius = u(-1, 1, 2), u(0.1, 0.4)
        inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2
        canvas = np.where(inside[..., None], _shade(rng.choice(COLOURS), u), canvas)
    return canvas


def _cloth(colour: str, x, y, rng) -> np.ndarray:
    """The colour over the whole picture, with folds, and often a pattern in another colour."""
    u = rng.uniform
    cloth = np.broadcast_to(_shade(colour, u), (*x.shape, 3))
    angle, wave = u(0, np.pi), u(8, 30)
    across, along = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    pattern = rng.choice(
        ["plain", "stripes", "checks", "dots", "print"], p=[0.55, 0.15, 0.1, 0.1, 0.1]
    )
    on = {
        "plain": np.zeros_like(x),
        "stripes": np.sin(wave * across) > u(0.2, 0.8),
        "checks": np.maximum(np.sin(wave * across), np.sin(wave * along)) > u(0.7, 0.95),
        "dots": np.sin(wave * across) * np.sin(wave * along) > u(0.4, 0.8),
        "print": (x - u(-0.2, 0.2)) ** 2 + (y - u(-0.3, 0.2)) ** 2 < u(0.1, 0.22) ** 2,
    }[pattern]
    second = cloth * u(0.6, 1.5) if u() < 0.4 else _shade(rng.choice(COLOURS), u)
    cloth = np.where(np.asarray(on, dtype=bool)[..., None], second, cloth)
    folds = 1 + u(0, 0.12) * np.sin(u(2, 9) * across + 3 * np.sin(u(1, 4) * along))
    return cloth * folds[..., None]
