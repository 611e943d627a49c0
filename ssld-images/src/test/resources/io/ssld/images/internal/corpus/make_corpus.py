"""Makes the files of this folder: pip install pillow numpy tifffile; python make_corpus.py

FILE is decoded by the tests, FILE.rgb is what Pillow makes of it: rows of red, green, blue,
transparency laid on white, upright. Files without .rgb are to be refused.
"""
import io
import pathlib
import struct

import numpy as np
import tifffile
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
W, H = 19, 13


def picture():
    y, x = np.mgrid[0:H, 0:W].astype(float)
    channels = [128 + 100 * np.sin(x / 5 + c) + 25 * np.cos(y / 3 - c) for c in range(3)]
    return np.clip(np.stack(channels, -1), 0, 255).astype(np.uint8)


def upper8(array):
    return (array >> 8).astype(np.uint8) if array.dtype == np.uint16 else array


def on_white(image):
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = np.asarray(image.convert("RGBA")).astype(int)
        alpha = rgba[..., 3:]
        return ((rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return np.asarray(image.convert("RGB"))


def store(name, data, expected=None):
    (HERE / name).write_bytes(data)
    if expected is None:
        expected = on_white(Image.open(io.BytesIO(data)))
    (HERE / (name + ".rgb")).write_bytes(
        struct.pack(">II", expected.shape[1], expected.shape[0]) + expected.tobytes())


def refuse(name, data):
    (HERE / name).write_bytes(data)


def saved(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def exif(orientation, order="MM"):
    end = ">" if order == "MM" else "<"
    tiff = order.encode() + struct.pack(end + "HIH", 42, 8, 1)
    tiff += struct.pack(end + "HHIHHI", 274, 3, 1, orientation, 0, 0)
    return b"Exif\0\0" + tiff


def jpegs(rgb):
    image = Image.fromarray(rgb)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2), ("411", "4:1:1")):
        store(f"jpeg-{name}.jpg", saved(image, "JPEG", quality=90, subsampling=sampling))
    store("jpeg-progressive.jpg", saved(image, "JPEG", quality=90, progressive=True))
    store("jpeg-progressive-444.jpg",
          saved(image, "JPEG", quality=90, progressive=True, subsampling=0))
    store("jpeg-restart.jpg", saved(image, "JPEG", quality=90, restart_marker_blocks=1))
    store("jpeg-grey.jpg", saved(image.convert("L"), "JPEG", quality=90))
    store("jpeg-grey-progressive.jpg",
          saved(image.convert("L"), "JPEG", quality=90, progressive=True))
    store("jpeg-icc.jpg", saved(image, "JPEG", quality=90, icc_profile=b"no profile at all"))
    for tag in range(1, 9):
        data = saved(image, "JPEG", quality=90, exif=exif(tag, "MM" if tag % 2 else "II"))
        store(f"jpeg-exif-{tag}.jpg", data)
    store("jpeg-exif-broken.jpg", saved(image, "JPEG", quality=90, exif=b"Exif\0\0MM\0*\0\0"))
    store("jpeg-exif-9.jpg", saved(image, "JPEG", quality=90, exif=exif(9)))
    # Neither JFIF nor Adobe marker and nothing subsampled: still YCbCr.
    plain = saved(image, "JPEG", quality=90, subsampling=0)
    bare = plain[:2] + plain[20:]
    assert plain[2:4] == b"\xff\xe0" and bare[2:4] != b"\xff\xe0"
    store("jpeg-bare.jpg", bare)
    # Components that are red, green and blue, said by Adobe's marker or by their names.
    store("jpeg-rgb-adobe.jpg", saved(image, "JPEG", quality=90, keep_rgb=True))
    data = saved(image, "JPEG", quality=90, keep_rgb=True)
    adobe = data.index(b"\xff\xee")
    store("jpeg-rgb-names.jpg", data[:adobe] + data[adobe + 16:])
    cmyk = Image.fromarray(np.dstack([rgb, np.uint8(255 - rgb.min(-1) // 2)]), "CMYK")
    data = saved(cmyk, "JPEG", quality=90)
    store("jpeg-cmyk.jpg", data)
    adobe = data.index(b"Adobe")
    store("jpeg-cmyk-no-adobe.jpg", data[:adobe - 4] + data[adobe + 12:])
    # The same components taken for YCCK.
    store("jpeg-ycck.jpg", data[:adobe + 11] + b"\2" + data[adobe + 12:])
    data = saved(cmyk, "JPEG", quality=90, subsampling=2)
    adobe = data.index(b"Adobe")
    store("jpeg-ycck-420.jpg", data[:adobe + 11] + b"\2" + data[adobe + 12:])
    data = saved(image, "JPEG", quality=90)
    frame = data.index(b"\xff\xc0")
    refuse("jpeg-arithmetic.jpg", data[:frame + 1] + b"\xc9" + data[frame + 2:])
    refuse("jpeg-12-bit.jpg", data[:frame + 4] + b"\x0c" + data[frame + 5:])
    scan = data.index(b"\xff\xda")
    refuse("jpeg-damaged.jpg", data[:scan + 40] + bytes([0x3F] * 60) + data[scan + 100:])


def webps(rgb):
    image = Image.fromarray(rgb)
    alpha = np.dstack([rgb, np.uint8(np.arange(W)[None] * 13 + 0 * rgb[..., 0])])
    store("webp-lossy.webp", saved(image, "WEBP", quality=90))
    store("webp-lossless.webp", saved(image, "WEBP", lossless=True))
    store("webp-lossy-alpha.webp", saved(Image.fromarray(alpha), "WEBP", quality=90))
    store("webp-lossless-alpha.webp",
          saved(Image.fromarray(alpha), "WEBP", lossless=True, exact=True))
    store("webp-exif-6.webp", saved(image, "WEBP", lossless=True, exif=exif(6)))
    refuse("webp-animated.webp",
           saved(image, "WEBP", save_all=True, append_images=[image.rotate(180)]))


def tiff(array, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, array, metadata=None, software=None, **options)
    return out.getvalue()


def tiffs(rgb):
    image = Image.fromarray(rgb)
    for compression in ("raw", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits"):
        store(f"tiff-{compression}.tif", saved(image, "TIFF", compression=compression))
    grey = np.asarray(image.convert("L"))
    store("tiff-grey.tif", saved(image.convert("L"), "TIFF", compression="tiff_lzw"))
    store("tiff-white-is-zero.tif",
          tiff(grey, photometric="miniswhite"), np.dstack([255 - grey] * 3))
    store("tiff-palette.tif", saved(image.quantize(16), "TIFF"))
    store("tiff-1-bit.tif", saved(image.convert("1"), "TIFF", compression="packbits"))
    deep = rgb.astype(np.uint16) * 256 + 200
    store("tiff-rgb-16.tif", tiff(deep, photometric="rgb"), rgb)
    store("tiff-rgb-16-big-endian.tif", tiff(deep, photometric="rgb", byteorder=">"), rgb)
    store("tiff-grey-16.tif", tiff(deep[..., 0]), np.dstack([rgb[..., 0]] * 3))
    store("tiff-planar.tif",
          tiff(np.moveaxis(rgb, -1, 0), photometric="rgb", planarconfig="separate"), rgb)
    store("tiff-strips.tif", tiff(rgb, photometric="rgb", rowsperstrip=5), rgb)
    store("tiff-tiles.tif", tiff(rgb, photometric="rgb", tile=(16, 16)), rgb)
    alpha = np.dstack([rgb, np.uint8(np.arange(W)[None] * 13 + 0 * rgb[..., 0])])
    store("tiff-rgba.tif", saved(Image.fromarray(alpha), "TIFF"))
    store("tiff-turned.tif", tiff(rgb, photometric="rgb", extratags=[(274, 3, 1, 6, True)]),
          np.rot90(rgb, -1))
    store("tiff-predictor.tif", saved(image, "TIFF", compression="tiff_lzw",
                                      tiffinfo={317: 2}))
    refuse("tiff-cmyk.tif", saved(image.convert("CMYK"), "TIFF"))
    refuse("tiff-float.tif", tiff(rgb[:6].astype(np.float32) / 255, photometric="rgb"))
    refuse("tiff-jpeg.tif", saved(image, "TIFF", compression="jpeg"))


def gifs_and_bmps(rgb):
    image = Image.fromarray(rgb)
    palette = image.quantize(16)
    store("gif-pillow.gif", saved(palette, "GIF", interlace=0))
    store("gif-interlaced.gif", saved(palette, "GIF", interlace=1))
    store("gif-256-colours.gif", saved(noise().quantize(256), "GIF"))
    store("gif-animated.gif",
          saved(palette, "GIF", save_all=True, append_images=[palette.rotate(180)]))
    store("bmp-24.bmp", saved(image, "BMP"))
    store("bmp-8.bmp", saved(image.quantize(256), "BMP"))
    store("bmp-1.bmp", saved(image.convert("1"), "BMP"))
    store("bmp-32-alpha.bmp", saved(Image.fromarray(
        np.dstack([rgb, np.uint8(np.arange(W)[None] * 13 + 0 * rgb[..., 0])])), "BMP"))


def noise():
    values = np.random.default_rng(7).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    return Image.fromarray(values)


jpegs(picture())
webps(picture())
tiffs(picture())
gifs_and_bmps(picture())
