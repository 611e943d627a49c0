package io.ssld.images.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Decodes with OpenCV what it decodes rightly and better than the JDK: WebP, which the JDK does not
 * know, and PNG of 8-bit RGB, with or without alpha, in half the time. Not JPEG: the JDK is as fast
 * (the builds of OpenCV that carry natives of all platforms have libjpeg-turbo without its vector
 * code), decodes regions, and notices damage that OpenCV fills up with grey.
 *
 * <p>This class is loaded only where OpenCV's are.
 */
final class OpenCvDecoder implements Decoder {

    private OpenCvDecoder() {}

    /**
     * Loads the natives.
     *
     * @throws LinkageError if there are none for this platform
     */
    static Decoder load() {
        nu.pattern.OpenCV.loadLocally();
        // Images are decoded in parallel already.
        Core.setNumThreads(1);
        return new OpenCvDecoder();
    }

    /** The version of the classes; needs no natives. */
    static String version() {
        return Core.VERSION;
    }

    @Override
    public String name() {
        return "OpenCV " + version();
    }

    @Override
    public boolean decodes(ImageHeader header) {
        return header.forOpenCv();
    }

    @Override
    public boolean decodesAtThatCost(byte[] file, ImageHeader header) throws IOException {
        return header.format() != ImageFormat.PNG || PngHeader.endsWithItsPixels(file);
    }

    @Override
    public Pixels decode(byte[] file, ImageHeader header, @Nullable Box region) throws IOException {
        boolean png = header.format() == ImageFormat.PNG;
        MatOfByte encoded = new MatOfByte(png ? PngHeader.plain(file) : file);
        Mat decoded = new Mat();
        try {
            // As stored: with alpha, and not turned upright.
            decoded = Imgcodecs.imdecode(encoded, Imgcodecs.IMREAD_UNCHANGED);
            return toPixels(decoded, header).cut(region);
        } catch (CvException e) {
            throw new IOException("broken image: " + e.getMessage(), e);
        } finally {
            decoded.release();
            encoded.release();
        }
    }

    private static Pixels toPixels(Mat decoded, ImageHeader header) throws IOException {
        if (decoded.empty()) {
            throw new IOException("damaged image: OpenCV cannot decode it");
        }
        int channels = decoded.channels();
        if (decoded.depth() != CvType.CV_8U
                || (channels != 3 && channels != 4)
                || decoded.cols() != header.width()
                || decoded.rows() != header.height()) {
            throw new IOException(
                    "image must be RGB of " + header + ", but OpenCV made of it " + decoded);
        }
        int count = Math.multiplyExact(decoded.cols(), decoded.rows());
        byte[] samples = new byte[Math.multiplyExact(count, channels)];
        decoded.get(0, 0, samples);
        byte[] rgb = channels == 3 ? samples : new byte[3 * count];
        for (int from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
            byte blue = samples[from];
            int alpha = channels == 4 ? samples[from + 3] & 0xFF : 0xFF;
            rgb[to + 1] = Rasters.onWhite(samples[from + 1] & 0xFF, alpha);
            rgb[to] = Rasters.onWhite(samples[from + 2] & 0xFF, alpha);
            rgb[to + 2] = Rasters.onWhite(blue & 0xFF, alpha);
        }
        return new Pixels(decoded.cols(), decoded.rows(), rgb);
    }
}
