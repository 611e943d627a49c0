"""Images a second of processor time: ssld beside torchvision with Pillow, in turns, on the same files.

    pip install torch torchvision pillow
    python benchmarks/python/image_pipeline.py FOLDER --rounds 15 -- \
        java -Dai.djl.offline=true -cp CLASSPATH io.ssld.examples.bench.ImagePipelineBenchmark FOLDER -

Both decode, crop (area 8..100 %, ratio 3/4..4/3), resize to 224 x 224, flip, normalise and collect batches of 32, on
one core; what is counted is processor time of the whole process, not the clock. torchvision resizes bilinearly with
antialias, as it does for Pillow images by default; ssld and PaddleClas mix the four nearest pixels.
"""
import argparse
import pathlib
import statistics
import subprocess
import time

import torch


def torchvision_without_its_operators():
    """Only transforms are needed: a build of torchvision for another build of torch will do."""
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        return library
    return None


LIBRARY = torchvision_without_its_operators()

import PIL  # noqa: E402
import torchvision  # noqa: E402
from PIL import Image  # noqa: E402
from torchvision import transforms  # noqa: E402

BATCH = 32


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("command", nargs="+", help="what runs ssld, after --")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    files = sorted(arguments.folder.iterdir())
    pipeline = transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ])

    def python_round():
        start = time.process_time()
        batch = []
        for file in files:
            with Image.open(file) as image:
                batch.append(pipeline(image.convert("RGB")))
            if len(batch) == BATCH:
                torch.stack(batch)
                batch = []
        return len(files) / (time.process_time() - start)

    python_round()
    java = subprocess.Popen(arguments.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    print("ssld:", java.stdout.readline().strip())
    print("python: torchvision", torchvision.__version__, "Pillow", PIL.__version__)
    rows = []
    for i in range(arguments.rounds):
        java.stdin.write("\n")
        java.stdin.flush()
        ours = float(java.stdout.readline())
        rows.append((ours, python_round()))
        print(f"round {i + 1}: ssld {ours:.1f}, torchvision {rows[-1][1]:.1f}, ratio {ours / rows[-1][1]:.2f}")
    java.stdin.close()
    java.wait()
    medians = [statistics.median(column) for column in zip(*rows)]
    ratio = statistics.median(ours / theirs for ours, theirs in rows)
    print(f"median images a CPU-second: ssld {medians[0]:.1f}, torchvision {medians[1]:.1f}; "
          f"median ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
