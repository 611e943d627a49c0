"""Golden pixels: python golden.py > preprocessing.json  (Pillow 12.3.0, OpenCV 5.0.0, numpy 2.4.6)"""
import json, math
import cv2, numpy, PIL.Image

def image(height, width):
    y, x, c = numpy.meshgrid(range(height), range(width), range(3), indexing="ij")
    return ((x * x * 7 + y * 13 + x * y * 3 + c * 50) % 256).astype("uint8")

def resized(pixels, short):
    height, width = pixels.shape[:2]
    scale = short / min(height, width)
    return round(width * scale), round(height * scale)

cases = []
for interpolation in ("BILINEAR", "BICUBIC"):
    for height, width, short, crop in ((9, 14, 6, 5), (7, 5, 11, 8), (23, 16, 6, 5), (12, 12, 12, 9), (10, 31, 7, 6), (24, 20, 10, 9)):
        pixels = image(height, width)
        size = resized(pixels, short)
        if interpolation == "BILINEAR":
            big = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
        else:
            big = numpy.asarray(PIL.Image.fromarray(pixels).resize(size, PIL.Image.BICUBIC))
        h, w = big.shape[:2]
        left, top = (w - crop) // 2, (h - crop) // 2
        part = big[top:top + crop, left:left + crop]
        cases.append(dict(interpolation=interpolation, height=height, width=width, resizeShort=short,
                          crop=crop, pixels=part.reshape(-1).tolist()))
print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
