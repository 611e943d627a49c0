"""Golden views, made with Pillow 12.3.0, timm 1.0.29, numpy 2.4.6: python golden.py writes beside itself

  ops.csv       operation, image, first 8 bytes of the SHA-256 of Pillow's RGB bytes
  resizes.csv   Pillow's resize of a crop, and crop of a resize, in the same form
  policies.csv  timm's AutoAugment policies
  levels.csv    timm's arguments for magnitudes 0 to 10
"""
import hashlib, importlib.util, pathlib, sys
import numpy
from PIL import Image, ImageEnhance, ImageOps

HERE = pathlib.Path(__file__).parent
FILTERS = dict(nearest=Image.NEAREST, bilinear=Image.BILINEAR, bicubic=Image.BICUBIC)


def smooth(width, height):
    """GoldenImages.smooth: gradients of other slopes in each channel, noise of a generator."""
    state, out = 12345, numpy.zeros((height, width, 3), numpy.uint8)
    for y in range(height):
        for x in range(width):
            for c in range(3):
                state = (state * 1103515245 + 12345) & 0x7FFFFFFF
                out[y, x, c] = (30 + x * (5 - c) + y * (3 + c) + (state >> 16) % 25) % 200
    return out


def pattern(width, height):
    y, x, c = numpy.meshgrid(range(height), range(width), range(3), indexing="ij")
    return ((x * 37 + y * 91 + c * 53 + x * y * 7) % 256).astype(numpy.uint8)


IMAGES = dict(smooth=smooth, pattern=pattern)


def digest(image):
    return hashlib.sha256(numpy.asarray(image).tobytes()).hexdigest()[:16]


def hue(image, part):
    h, s, v = image.convert("HSV").split()
    h = Image.fromarray(numpy.array(h) + numpy.int32(part * 255).astype(numpy.uint8))
    return Image.merge("HSV", (h, s, v)).convert("RGB")


def affine(image, matrix, filter, fill):
    return image.transform(image.size, Image.AFFINE, matrix, FILTERS[filter], fillcolor=fill)


def apply(image, name, args):
    if name in ("rotate", "shear-x", "shear-y", "translate-x", "translate-y"):
        s, filter, fill = float(args[0]), args[1], tuple(bytes.fromhex(args[2]))
        if name == "rotate":
            return image.rotate(s, FILTERS[filter], fillcolor=fill)
        matrix = {"shear-x": (1, s, 0, 0, 1, 0), "shear-y": (1, 0, 0, s, 1, 0),
                  "translate-x": (1, 0, s * image.width, 0, 1, 0),
                  "translate-y": (1, 0, 0, 0, 1, s * image.height)}[name]
        return affine(image, matrix, filter, fill)
    s = float(args[0])
    return {
        "auto-contrast": lambda: ImageOps.autocontrast(image),
        "equalize": lambda: ImageOps.equalize(image),
        "invert": lambda: ImageOps.invert(image),
        "posterize": lambda: image if s >= 8 else ImageOps.posterize(image, int(s)),
        "solarize": lambda: ImageOps.solarize(image, int(s)),
        "solarize-add": lambda: image.point([min(255, i + int(s)) if i < 128 else i for i in range(256)] * 3),
        "brightness": lambda: ImageEnhance.Brightness(image).enhance(s),
        "contrast": lambda: ImageEnhance.Contrast(image).enhance(s),
        "color": lambda: ImageEnhance.Color(image).enhance(s),
        "sharpness": lambda: ImageEnhance.Sharpness(image).enhance(s),
        "hue": lambda: hue(image, s),
    }[name]()


OPS = ["auto-contrast:0", "equalize:0", "invert:0"]
OPS += [f"posterize:{n}" for n in range(0, 9)]
OPS += [f"solarize:{n}" for n in (0, 1, 100, 128, 255, 256)]
OPS += [f"solarize-add:{n}" for n in (0, 55, 110, 255)]
for name in ("brightness", "contrast", "color", "sharpness"):
    OPS += [f"{name}:{s}" for s in (0, 0.1, 0.37, 0.9, 1, 1.23, 1.9, 5)]
OPS += [f"hue:{s}" for s in (-0.5, -0.31, -0.004, 0, 0.1, 0.25, 0.5)]
for filter in FILTERS:
    fill = dict(nearest="000000", bilinear="808080", bicubic="7c7468")[filter]
    for name, strengths in (("rotate", (-30, -13.7, 0, 2.5, 29.99, 180)), ("shear-x", (-0.3, 0.07, 0.29)),
                            ("shear-y", (-0.3, 0.07, 0.29)), ("translate-x", (-0.45, 0, 0.123, 0.4)),
                            ("translate-y", (-0.45, 0.123, 0.4))):
        OPS += [f"{name}:{s},{filter},{fill}" for s in strengths]

with open(HERE / "ops.csv", "w") as out:
    for op in OPS:
        name, args = op.split(":")
        for kind, width, height in (("smooth", 23, 17), ("pattern", 23, 17), ("smooth", 64, 61),
                                    ("smooth", 1, 1), ("pattern", 2, 30)):
            image = Image.fromarray(IMAGES[kind](width, height))
            print(op, kind, width, height, digest(apply(image, name, args.split(","))), sep=";", file=out)

with open(HERE / "resizes.csv", "w") as out:
    for filter in ("bilinear", "bicubic"):
        for kind, width, height, box, size in (
                ("pattern", 23, 17, (3, 2, 11, 13), (8, 9)), ("pattern", 23, 17, (0, 0, 23, 17), (23, 17)),
                ("smooth", 50, 37, (5, 3, 40, 30), (24, 16)), ("smooth", 20, 30, (2, 1, 17, 23), (64, 48)),
                ("pattern", 97, 61, (10, 20, 3, 2), (33, 29)), ("pattern", 500, 375, (31, 17, 333, 251), (224, 224)),
                ("smooth", 8, 8, (3, 3, 1, 1), (5, 5)), ("smooth", 300, 2, (0, 0, 300, 2), (7, 9)),
                ("pattern", 12, 12, (2, 2, 6, 6), (6, 3))):
            image = Image.fromarray(IMAGES[kind](width, height))
            left, top, w, h = box
            result = image.crop((left, top, left + w, top + h)).resize(size, FILTERS[filter])
            print(f"crop:{left},{top},{w},{h} pillow-{filter}", kind, width, height, *size, digest(result),
                  sep=";", file=out)
        for kind, width, height, short, size in (
                ("pattern", 500, 375, 232, (224, 224)), ("pattern", 375, 500, 236, (224, 224)),
                ("smooth", 28, 28, 32, (28, 28)), ("smooth", 97, 61, 40, (35, 33)), ("pattern", 64, 64, 37, (32, 32)),
                ("smooth", 30, 20, 183, (160, 160))):
            image = Image.fromarray(IMAGES[kind](width, height))
            percent = short / min(width, height)
            big = image.resize((round(width * percent), round(height * percent)), FILTERS[filter])
            left, top = (big.width - size[0]) // 2, (big.height - size[1]) // 2
            result = big.crop((left, top, left + size[0], top + size[1]))
            print(f"center:{short} pillow-{filter}", kind, width, height, *size, digest(result), sep=";", file=out)

spec = importlib.util.find_spec("timm")
module = importlib.util.spec_from_file_location(
    "auto_augment", pathlib.Path(spec.submodule_search_locations[0]) / "data" / "auto_augment.py")
aa = importlib.util.module_from_spec(module)
sys.modules["auto_augment"] = aa
module.loader.exec_module(aa)
kebab = lambda name: "".join("-" + c.lower() if c.isupper() else c for c in name)[1:].replace("-rel", "")

with open(HERE / "policies.csv", "w") as out:
    for policy in ("original", "originalr", "v0", "v0r"):
        for pair in aa.auto_augment_policy(policy):
            print(policy, *(f"{kebab(op.name)};{op.prob};{op.magnitude}" for op in pair), sep=";", file=out)

aa._randomly_negate = lambda value: value  # the sign is drawn; here it is plus
with open(HERE / "levels.csv", "w") as out:
    for name in aa._RAND_TRANSFORMS + aa._RAND_INCREASING_TRANSFORMS + ["PosterizeOriginal"]:
        for level in (0, 0.7, 2.5, 4.99, 5, 7.3, 9, 10):
            args = aa.LEVEL_TO_ARG[name](level, {}) if aa.LEVEL_TO_ARG[name] else (0,)
            print(kebab(name), level, float(args[0]), sep=";", file=out)
