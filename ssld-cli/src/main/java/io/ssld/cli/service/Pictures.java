package io.ssld.cli.service;

import io.ssld.images.internal.Pixels;
import java.awt.image.BufferedImage;

/** Pixels as the JDK's pictures. */
public final class Pictures {

    private Pictures() {}

    /**
     * Copies pixels.
     *
     * @param pixels a decoded image
     * @return the same image
     */
    public static BufferedImage of(Pixels pixels) {
        BufferedImage image =
                new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = pixels.rgb();
        int[] row = new int[pixels.width()];
        int at = 0;
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                int red = rgb[at++] & 0xFF;
                int green = rgb[at++] & 0xFF;
                int blue = rgb[at++] & 0xFF;
                row[x] = red << 16 | green << 8 | blue;
            }
            image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return image;
    }
}
