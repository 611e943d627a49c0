package io.ssld.examples.study;

import java.lang.ref.Reference;
import java.util.Random;
import org.opencv.core.Core;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Point;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** What people do to photographs before they publish them again. */
enum CopyKind {
    RESIZE("resize 0.5") {
        @Override
        Mat of(Mat image, Random random) {
            return resize(image, 0.5);
        }
    },
    CROP("crop 70 %") {
        @Override
        Mat of(Mat image, Random random) {
            return crop(image, random);
        }
    },
    JPEG("JPEG 30") {
        @Override
        Mat of(Mat image, Random random) {
            return jpeg(image, 30);
        }
    },
    ROTATION("rotation 15 degrees") {
        @Override
        Mat of(Mat image, Random random) {
            Point middle = new Point(image.cols() / 2.0, image.rows() / 2.0);
            Mat out = new Mat();
            Mat turn = Imgproc.getRotationMatrix2D(middle, 15, 1);
            Imgproc.warpAffine(image, out, turn, image.size());
            turn.release();
            return out;
        }
    },
    MIRROR("mirror") {
        @Override
        Mat of(Mat image, Random random) {
            Mat out = new Mat();
            Core.flip(image, out, 1);
            return out;
        }
    },
    CROP_RESIZE_JPEG("crop 70 % + resize 0.6 + JPEG 50") {
        @Override
        Mat of(Mat image, Random random) {
            return jpeg(resize(crop(image, random), 0.6), 50);
        }
    },
    CONTRAST("contrast x 0.6, + 40") {
        @Override
        Mat of(Mat image, Random random) {
            Mat out = new Mat();
            image.convertTo(out, -1, 0.6, 40);
            return out;
        }
    },
    BORDER_TEXT("border 8 % + text") {
        @Override
        Mat of(Mat image, Random random) {
            int border = (int) Math.round(0.08 * image.cols());
            Mat out = new Mat();
            Core.copyMakeBorder(
                    image,
                    out,
                    border,
                    border,
                    border,
                    border,
                    Core.BORDER_CONSTANT,
                    new Scalar(20, 20, 120));
            Imgproc.putText(
                    out,
                    "COPYRIGHT",
                    new Point(0.15 * out.cols(), 0.9 * out.rows()),
                    Imgproc.FONT_HERSHEY_SIMPLEX,
                    out.cols() / 220.0,
                    new Scalar(255, 255, 255),
                    2);
            return out;
        }
    };

    private final String words;

    CopyKind(String words) {
        this.words = words;
    }

    /** Makes a copy; crops lie anywhere in the image. */
    abstract Mat of(Mat image, Random random);

    @Override
    public String toString() {
        return words;
    }

    private static Mat resize(Mat image, double factor) {
        Mat out = new Mat();
        Size size = new Size(Math.round(image.cols() * factor), Math.round(image.rows() * factor));
        try {
            Imgproc.resize(image, out, size, 0, 0, Imgproc.INTER_AREA);
            return out;
        } finally {
            // Not to be finalised during the call.
            Reference.reachabilityFence(image);
        }
    }

    private static Mat crop(Mat image, Random random) {
        int width = (int) Math.round(0.7 * image.cols());
        int height = (int) Math.round(0.7 * image.rows());
        int left = random.nextInt(image.cols() - width + 1);
        int top = random.nextInt(image.rows() - height + 1);
        return new Mat(image, new Rect(left, top, width, height));
    }

    private static Mat jpeg(Mat image, int quality) {
        MatOfByte bytes = new MatOfByte();
        MatOfInt settings = new MatOfInt(Imgcodecs.IMWRITE_JPEG_QUALITY, quality);
        try {
            Imgcodecs.imencode(".jpg", image, bytes, settings);
        } finally {
            Reference.reachabilityFence(image);
        }
        settings.release();
        Mat out = Imgcodecs.imdecode(bytes, Imgcodecs.IMREAD_COLOR);
        bytes.release();
        return out;
    }
}
