"""Clothing pictures, one colour and one garment each: draw them, or read a folder of them."""

import colorsys
import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from helpers import bar, usable_cores

_HSV = {  # of each colour: the ranges of its hue (degrees), saturation and value
    "black": ((0, 360), (0, 0.35), (0.03, 0.2)),
    "blue": ((200, 248), (0.5, 0.95), (0.34, 0.95)),
    "brown": ((18, 36), (0.4, 0.75), (0.28, 0.6)),
    "green": ((78, 165), (0.35, 0.9), (0.25, 0.85)),
    "red": ((346, 370), (0.65, 1), (0.45, 0.95)),
    "white": ((0, 360), (0, 0.08), (0.86, 1)),
}
COLOURS = list(_HSV)
GARMENTS = ["dress", "pants", "shirt", "shoes", "shorts"]
LABELS = COLOURS + GARMENTS
# The pairs that the public set of 11,385 photos does not have.
ABSENT = ["brown_dress", "brown_shirt", "green_dress", "red_shirt", "red_shorts", "white_shirt"]
PAIRS = [p for p in (f"{c}_{g}" for c in COLOURS for g in GARMENTS) if p not in ABSENT]
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"}


def draw(folder, per_pair: int = 60, size: int = 64, seed: int = 0, pairs=PAIRS) -> Path:
    """Draw ``per_pair`` pictures of each of the 24 pairs as folder/colour_garment/drawn_000.png.

    size is the side in pixels; pairs are PAIRS or ABSENT, the six that the public set lacks. The
    same seed gives the same pictures; a larger per_pair adds to them. What an earlier call drew is
    replaced. Returns the folder. Raises ValueError for a number
    or size that is too small, and for other files in the folder: drawings never mix with photos.
    """
    if per_pair < 1 or size < 16:
        raise ValueError(f"per_pair is {per_pair} and size {size}: expected at least 1 and 16.")
    folder = Path(folder)
    for file in filter(Path.is_file, list(folder.rglob("*"))):
        if not re.fullmatch(r"drawn_\d+\.png", file.name):
            raise ValueError(f"{folder} holds other files ({file.name}): name a new folder.")
        file.unlink()
    for pair in bar(pairs, "drawing", leave=False):
        number = (PAIRS + ABSENT).index(pair)
        (folder / pair).mkdir(parents=True, exist_ok=True)
        for i in range(per_pair):
            picture = _picture(*pair.split("_"), size, np.random.default_rng([seed, number, i]))
            picture.save(folder / pair / f"drawn_{i:03d}.png", compress_level=1)
    return folder


def load(folder, size: int = 64, limit: int | None = None):
    """Read the pictures in folders that are named after labels: black_dress, or dress-black.

    These folders stand in ``folder`` or one level deeper; their names hold two or more labels in
    any order, joined by ``_``, ``-`` or a space. At most ``limit`` pictures are read, as many of
    one pair as of another where there are enough. Every kind of picture (grey, CMYK, transparent)
    becomes size x size RGB; what is transparent becomes white.

    Returns images, uint8, (N, size, size, 3); the pair of each, str, (N,), colour first; y, 0/1
    int, (N, 11); and the names of y's columns. A printed sentence names unreadable files and
    folders with other names. Raises FileNotFoundError without the folder; ValueError for a limit
    below 1, or when no picture is left.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}.")
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}: expected a number of pictures above 0, or None.")
    files, other_folders = _find(folder)
    files = _even_sample(files, limit)
    images = np.empty((len(files), size, size, 3), dtype=np.uint8)

    def read_into(row: int) -> bool:
        try:
            images[row] = read(files[row][1], size)
        except Exception:  # a damaged file can raise nearly anything
            return False
        return True

    with warnings.catch_warnings(), ThreadPoolExecutor(usable_cores()) as pool:
        warnings.simplefilter("ignore")  # Pillow warns about odd metadata
        done = pool.map(read_into, range(len(files)))
        done = bar(done, "reading", total=len(files), leave=False)
        good = np.fromiter(done, dtype=bool, count=len(files))
    if not good.any():
        raise ValueError(f"No picture could be read in {folder}: it must hold folders named like "
                         f"black_dress, made of the words {', '.join(LABELS)}.")  # fmt: skip
    bad = [file.relative_to(folder) for (_, file), ok in zip(files, good, strict=True) if not ok]
    _print_left_out("files that cannot be read", bad)
    _print_left_out("folders not named after two labels", other_folders)
    pairs = np.array([pair for (pair, _), ok in zip(files, good, strict=True) if ok])
    y = np.array([[label in pair.split("_") for label in LABELS] for pair in pairs], dtype=int)
    return (images if good.all() else images[good]), pairs, y, list(LABELS)


def read(path, size: int = 64) -> np.ndarray:
    """One picture file as uint8 RGB, shape (size, size, 3). Raises what Pillow raises."""
    with Image.open(path) as image:
        image.draft("RGB", (2 * size, 2 * size))  # a JPEG is made smaller while it is decoded
        image = ImageOps.exif_transpose(image)
        if image.mode.startswith("I"):  # 16-bit grey, which Pillow would cut off at 255
            image = image.point(lambda value: value / 256).convert("L")
        if image.has_transparency_data:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))


def _find(folder: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """(pair, file) of every picture; and the folders of pictures that are named otherwise."""
    files, other = [], set()
    for path in [*folder.glob("*/*"), *folder.glob("*/*/*")]:
        if path.suffix.lower() in _SUFFIXES and not path.name.startswith("."):
            words = set(re.split(r"[_\- ]+", path.parent.name.lower()))
            if len(words) > 1 and words <= set(LABELS):
                files.append(("_".join(sorted(words, key=LABELS.index)), path))
            else:
                other.add(path.parent.name)
    return sorted(files), sorted(other)


def _even_sample(files: list, limit: int | None) -> list:
    """At most ``limit`` of the (pair, file), taken by turns: one of every pair, a second, …"""
    turn, taken = {}, []
    for i in np.random.default_rng(0).permutation(len(files)):  # not the first names only
        pair, file = files[i]
        turn[pair] = turn.get(pair, 0) + 1
        taken.append((turn[pair], pair, file))
    return sorted((pair, file) for _, pair, file in sorted(taken)[:limit])


def _print_left_out(what: str, names: list) -> None:
    if names:
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        print(f"Left out {what} ({len(names)}): {', '.join(map(str, names[:10]))}{more}.")


# Drawing. A garment is a list of outlines: x to the right, y down, mostly between -1 and 1.
# u(low, high) draws a number, so every call makes another cut.


def _mirrored(half):
    """The whole outline from its right half, which runs from the top to the bottom."""
    return half + [(-x, y) for x, y in reversed(half)]


def _top(u, waist, hem, length):
    shoulder, spread, reach = u(0.3, 0.46), u(0.2, 0.5), u(0.25, 1)
    body = [(0, u(-0.88, -0.55)), (u(0.1, 0.2), -0.95), (shoulder, -0.85),
            (shoulder * 0.9, -0.5), (waist, u(-0.3, 0)), (hem, length)]  # fmt: skip
    x, y = shoulder + spread, reach - 0.8
    sleeve = [(shoulder - 0.1, -0.9), (shoulder + 0.06, -0.78), (x, y), (x - 0.2, y + 0.06),
              (shoulder * 0.85, -0.5)]  # fmt: skip
    return _mirrored(body), [sleeve, [(-x, y) for x, y in sleeve]]


def _dress(u):
    body, sleeves = _top(u, u(0.18, 0.3), u(0.45, 0.9), u(0.55, 1.2))
    return [body] + sleeves * (u() < 0.4), _mirrored([(0.2, 0), (0.16, 1.6)])


def _shirt(u):
    width = u(0.34, 0.5)
    body, sleeves = _top(u, width, width * u(0.9, 1.15), u(0.1, 0.42))
    return [body, *sleeves], _mirrored([(0.38, 0), (0.4, 1.3), (0.12, 1.3), (0, 0.6)])


def _legs(u, ankle, length):
    hip, gap = u(0.32, 0.45), u(0.08, 0.25)
    half = [(0, -0.85), (hip * u(0.8, 0.95), -0.87), (hip, -0.4), (gap + ankle, length),
            (gap, length + u(-0.03, 0.03)), (0, u(-0.45, -0.3))]  # fmt: skip
    return [_mirrored(half)], _mirrored([(0.4, -1.6), (0.34, -0.6)])


def _shoes(u):
    opening, vamp, heel = u(-0.75, -0.05), u(-0.05, 0.15), 0.42 - u(0, 0.35)
    shoe = [(-0.85, heel), (-0.82, opening), (u(-0.5, -0.2), opening + u(-0.1, 0.1)),
            (-0.05, vamp), (0.5, vamp + 0.12), (0.85, 0.3), (0.9, 0.42), (0.1, 0.42),
            (-0.35, heel), (-0.6, heel), (-0.65, 0.42), (-0.8, 0.42)]  # fmt: skip
    side, dx, dy = u(-0.7, 0.7), u(-0.7, 0.7), u(0.35, 0.8)
    second = [(np.sign(side) * x + dx, y + dy) for x, y in shoe]
    return [shoe] + [second] * (u() < 0.7), [(-0.75, -1.5), (-0.4, -1.5), (-0.3, 0.1), (-0.78, 0.1)]


_OUTLINES = {
    "dress": _dress,
    "pants": lambda u: _legs(u, ankle=u(0.14, 0.3), length=u(0.65, 1.3)),
    "shirt": _shirt,
    "shoes": _shoes,
    "shorts": lambda u: _legs(u, ankle=u(0.3, 0.45), length=u(-0.1, 0.2)),
}


def _shade(colour: str, u) -> np.ndarray:
    (h0, h1), saturation, value = _HSV[colour]
    return 255 * np.array(colorsys.hsv_to_rgb(u(h0, h1) / 360 % 1, u(*saturation), u(*value)))


def _picture(colour: str, garment: str, size: int, rng) -> Image.Image:
    u, side = rng.uniform, 2 * size  # drawn at twice the size, so that edges are smooth
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    parts, wearer = _OUTLINES[garment](u)
    matrix, shift = _pose(np.concatenate(parts), u)

    def mask(outlines, blur=0.0):
        image = Image.new("L", (side, side))
        for outline in outlines:
            points = (np.array(outline) @ matrix + shift + 1) * side / 2
            ImageDraw.Draw(image).polygon([tuple(point) for point in points], fill=255)
        image = image.filter(ImageFilter.GaussianBlur(blur)) if blur else image
        return np.asarray(image, dtype=float)[..., None] / 255

    canvas = _background(x, y, rng)
    if u() < 0.2:  # somebody wears it: skin, or another piece of clothing
        skin = u() < 0.5 or garment in ("dress", "shoes")
        other = np.array([225, 180, 150]) * u(0.4, 1.1) if skin else _shade(rng.choice(COLOURS), u)
        canvas += mask([wearer]) * (other - canvas)
    canvas *= 1 - u(0.1, 0.5) * mask(parts, blur=side / 25)  # its shadow
    canvas += mask(parts) * (_cloth(colour, x, y, rng) - canvas)
    angle = u(0, 2 * np.pi)  # the light comes from one side and has a tint
    light = u(0.85, 1.12) + u(0, 0.25) * (x * np.cos(angle) + y * np.sin(angle))
    canvas *= light[..., None] * rng.normal(1, 0.03, 3)
    image = Image.fromarray(canvas.clip(0, 255).astype(np.uint8)).resize((size, size))
    noisy = np.asarray(image) + rng.normal(0, u(1, 5), (size, size, 3))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def _pose(points: np.ndarray, u):
    """(matrix, shift) that turn, lean and stretch the points and fit them into the picture."""
    angle, stretch, lean = u(-0.12, 0.12), u(0.94, 1.06), u(-0.06, 0.06)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = np.array([[stretch, 0], [lean, 1 / stretch]]) @ turn
    low, high = (points @ matrix).min(axis=0), (points @ matrix).max(axis=0)
    scale = 2 * u(0.82, 0.98) / (high - low).max()
    room = 1 - scale * (high - low) / 2
    return matrix * scale, u(-1, 1, 2) * room - scale * (low + high) / 2


def _background(x, y, rng) -> np.ndarray:
    """A studio's white or grey, or a tinted wall; at times a floor, or a ball of any colour."""
    u = rng.uniform
    wall = np.full(3, u(130, 240)) + u(-8, 8, 3)
    if u() < 0.4:
        wall = (wall + _shade(rng.choice(COLOURS), u)) / 2
    canvas = wall * (1 + u(-0.15, 0.15) * y)[..., None]
    if u() < 0.35:
        canvas[y > u(0.3, 0.9) + u(-0.2, 0.2) * x] *= u(0.5, 0.9)
    if u() < 0.15:
        ball = np.hypot(x - u(-1, 1), y - u(-1, 1)) < u(0.1, 0.4)
        canvas[ball] = _shade(rng.choice(COLOURS), u)
    return canvas


def _cloth(colour: str, x, y, rng) -> np.ndarray:
    """The colour over the whole picture, with folds, and often a pattern in another shade."""
    u = rng.uniform
    cloth = np.tile(_shade(colour, u), (*x.shape, 1))
    angle, wave = u(0, np.pi), u(8, 30)
    across, along = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    stripes, lines = np.sin(wave * across), np.sin(wave * along)
    patterns = {
        "stripes": stripes > u(0.2, 0.8),
        "checks": np.maximum(stripes, lines) > u(0.7, 0.95),
        "dots": stripes * lines > u(0.4, 0.8),
        "print": np.hypot(x - u(-0.2, 0.2), y - u(-0.3, 0.2)) < u(0.1, 0.22),
    }
    if u() < 0.4:
        second = cloth[0, 0] * u(0.6, 1.5) if u() < 0.75 else _shade(rng.choice(COLOURS), u)
        cloth[patterns[rng.choice(list(patterns))]] = second
    return cloth * (1 + u(0, 0.12) * np.sin(u(2, 9) * across + 3 * np.sin(3 * along)))[..., None]
