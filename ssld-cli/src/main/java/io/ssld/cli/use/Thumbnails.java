package io.ssld.cli.use;

import io.ssld.cli.service.Pictures;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.internal.Pixels;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Small pictures as PNG. */
public final class Thumbnails {

    private static final int MAX_SIDE = 960;
    private static final int MAX_CELL = 24;

    private Thumbnails() {}

    /** An image file, reduced so that no side is longer than asked for. */
    public static byte[] png(Path file, int side) throws IOException {
        Pixels pixels =
                new ImageDecoder(ImageDecoder.USUAL_MAX_PIXELS).decode(ImageDecoder.read(file));
        BufferedImage image = Pictures.of(pixels);
        double scale = Math.min(1, (double) side / Math.max(pixels.width(), pixels.height()));
        int width = Math.max(1, (int) Math.round(scale * pixels.width()));
        int height = Math.max(1, (int) Math.round(scale * pixels.height()));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = small.createGraphics();
        canvas.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        canvas.drawImage(image, 0, 0, width, height, null);
        canvas.dispose();
        return encode(small);
    }

    /**
     * A confusion matrix: a row of cells for each true class from the top, a column for each first
     * choice from the left, the darker the larger the part of the row; no letters.
     */
    static byte[] confusionPng(List<List<Long>> counts) throws IOException {
        int classes = counts.size();
        int cell = Math.max(1, Math.min(MAX_CELL, MAX_SIDE / classes));
        BufferedImage image =
                new BufferedImage(cell * classes, cell * classes, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        for (int y = 0; y < classes; y++) {
            long sum = counts.get(y).stream().mapToLong(Long::longValue).sum();
            for (int x = 0; x < classes; x++) {
                float part = sum == 0 ? 0 : (float) counts.get(y).get(x) / sum;
                canvas.setColor(new Color(1 - 0.86f * part, 1 - 0.61f * part, 1 - 0.08f * part));
                canvas.fillRect(x * cell, y * cell, cell, cell);
            }
        }
        canvas.dispose();
        return encode(image);
    }

    private static byte[] encode(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", out)) {
            throw new IOException("this JDK must write PNG, but has no writer for it");
        }
        return out.toByteArray();
    }
}
