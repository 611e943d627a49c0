package io.ssld.examples.study;

import io.ssld.base.internal.CounterRandom;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** What happens to an image when somebody copies it: the near-duplicates that are planted. */
public enum CopyTransform {
    /** The same pixels in another file. */
    COPY,
    /** Left and right exchanged. */
    MIRROR,
    /** Contrast times 0.8, brightness plus 10 of 255. */
    CONTRAST,
    /** Uniform noise of up to 8 of 255 on each channel. */
    NOISE,
    /** Compressed as JPEG of quality 0.5. */
    JPEG,
    /** 85 % of the side, off centre, resized back. */
    CROP,
    /** Half the size and back. */
    RESIZE,
    /** Turned by 8 degrees around its centre, corners filled from the image below it. */
    ROTATION;

    private static final int NOISE_RANGE = 8;

    /**
     * Copies an image.
     *
     * @param image an RGB image, left as it is
     * @param seed which noise
     * @return an RGB image of the same size
     * @throws IOException never for images in memory
     */
    public BufferedImage apply(BufferedImage image, long seed) throws IOException {
        return switch (this) {
            case COPY -> drawn(image, new AffineTransform());
            case MIRROR -> mirrored(image);
            case CONTRAST -> perChannel(image, value -> Math.round(0.8f * (value - 128) + 138));
            case NOISE -> {
                CounterRandom random = CounterRandom.of(seed);
                yield perChannel(
                        image, value -> value + random.nextInt(2 * NOISE_RANGE + 1) - NOISE_RANGE);
            }
            case JPEG -> throughJpeg(image);
            case CROP -> cropped(image);
            case RESIZE -> resized(image);
            case ROTATION -> rotated(image);
        };
    }

    /**
     * Returns the name for tables and files.
     *
     * @return in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private interface Channel {
        int change(int value);
    }

    private static BufferedImage perChannel(BufferedImage image, Channel channel) {
        BufferedImage changed = empty(image.getWidth(), image.getHeight());
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                int red = clamp(channel.change(rgb >> 16 & 0xFF));
                int green = clamp(channel.change(rgb >> 8 & 0xFF));
                int blue = clamp(channel.change(rgb & 0xFF));
                changed.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        return changed;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }

    private static BufferedImage mirrored(BufferedImage image) {
        return drawn(image, new AffineTransform(-1, 0, 0, 1, image.getWidth(), 0));
    }

    private static BufferedImage cropped(BufferedImage image) {
        AffineTransform zoom = AffineTransform.getScaleInstance(1 / 0.85, 1 / 0.85);
        zoom.translate(-0.1 * image.getWidth(), -0.05 * image.getHeight());
        return drawn(image, zoom);
    }

    private static BufferedImage resized(BufferedImage image) {
        BufferedImage small = empty(image.getWidth() / 2, image.getHeight() / 2);
        draw(small, image, AffineTransform.getScaleInstance(0.5, 0.5));
        return drawn(
                small,
                AffineTransform.getScaleInstance(
                        (double) image.getWidth() / small.getWidth(),
                        (double) image.getHeight() / small.getHeight()),
                image.getWidth(),
                image.getHeight());
    }

    private static BufferedImage rotated(BufferedImage image) {
        return drawn(
                image,
                AffineTransform.getRotateInstance(
                        Math.toRadians(8), image.getWidth() / 2.0, image.getHeight() / 2.0));
    }

    private static BufferedImage drawn(BufferedImage image, AffineTransform transform) {
        return drawn(image, transform, image.getWidth(), image.getHeight());
    }

    /**
     * The image itself lies below, so that corners that the transform leaves free are not black.
     */
    private static BufferedImage drawn(
            BufferedImage image, AffineTransform transform, int width, int height) {
        BufferedImage result = empty(width, height);
        draw(
                result,
                image,
                AffineTransform.getScaleInstance(
                        (double) width / image.getWidth(), (double) height / image.getHeight()));
        draw(result, image, transform);
        return result;
    }

    private static void draw(BufferedImage onto, BufferedImage image, AffineTransform transform) {
        Graphics2D graphics = onto.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, transform, null);
        graphics.dispose();
    }

    private static BufferedImage empty(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    }

    private static BufferedImage throughJpeg(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(0.5f);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), quality);
        } finally {
            writer.dispose();
        }
        return ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
    }
}
