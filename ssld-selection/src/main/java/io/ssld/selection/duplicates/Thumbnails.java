package io.ssld.selection.duplicates;

import io.ssld.images.internal.Pixels;

/** Images averaged down. */
final class Thumbnails {

    /**
     * Longer side that descriptors see at most: what a photograph has beyond it is noise to them.
     */
    static final int LONGEST = 512;

    private Thumbnails() {}

    /** Averages an image down until its longer side is {@link #LONGEST} pixels, if it is longer. */
    static Pixels shrink(Pixels image, int longest) {
        int longer = Math.max(image.width(), image.height());
        if (longer <= longest) {
            return image;
        }
        int width = Math.max(1, Math.round((float) image.width() * longest / longer));
        int height = Math.max(1, Math.round((float) image.height() * longest / longer));
        float[][] planes = planes(image, width, height);
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) Math.round(255 * planes[c][i]);
            }
        }
        return new Pixels(width, height, rgb);
    }

    /** Exchanges left and right. */
    static Pixels mirror(Pixels image) {
        int width = image.width();
        byte[] from = image.rgb();
        byte[] rgb = new byte[from.length];
        for (int i = 0; i < width * image.height(); i++) {
            int x = i % width;
            System.arraycopy(from, 3 * i, rgb, 3 * (i - x + width - 1 - x), 3);
        }
        return new Pixels(width, image.height(), rgb);
    }

    /**
     * Averages an image over a grid, whatever its shape; each pixel counts by the area of it that
     * lies in a cell, so enlarging works too.
     *
     * @return red, green and blue in 0..1, {@code width * height} each, row by row
     */
    static float[][] planes(Pixels image, int width, int height) {
        float[] rows = new float[image.height() * width * 3];
        Cells columns = new Cells(image.width(), width);
        byte[] rgb = image.rgb();
        for (int y = 0; y < image.height(); y++) {
            for (int cell = 0; cell < width; cell++) {
                int to = (y * width + cell) * 3;
                for (int i = columns.first[cell]; i <= columns.last[cell]; i++) {
                    float weight = columns.weight(cell, i);
                    int from = (y * image.width() + i) * 3;
                    rows[to] += weight * (rgb[from] & 0xFF);
                    rows[to + 1] += weight * (rgb[from + 1] & 0xFF);
                    rows[to + 2] += weight * (rgb[from + 2] & 0xFF);
                }
            }
        }
        float[][] planes = new float[3][width * height];
        Cells lines = new Cells(image.height(), height);
        for (int cell = 0; cell < height; cell++) {
            for (int i = lines.first[cell]; i <= lines.last[cell]; i++) {
                float weight = lines.weight(cell, i) / 255;
                for (int x = 0; x < width; x++) {
                    int from = (i * width + x) * 3;
                    planes[0][cell * width + x] += weight * rows[from];
                    planes[1][cell * width + x] += weight * rows[from + 1];
                    planes[2][cell * width + x] += weight * rows[from + 2];
                }
            }
        }
        return planes;
    }

    /** Which pixels lie in which cell along one axis. */
    private static final class Cells {

        private final int[] first;
        private final int[] last;
        private final double size;

        Cells(int pixels, int cells) {
            first = new int[cells];
            last = new int[cells];
            size = (double) pixels / cells;
            for (int i = 0; i < cells; i++) {
                first[i] = (int) (i * size);
                last[i] = Math.max(first[i], Math.min(pixels, (int) Math.ceil((i + 1) * size)) - 1);
            }
        }

        /** How much of a cell is pixel {@code i}. */
        float weight(int cell, int i) {
            double inside = Math.min(i + 1, (cell + 1) * size) - Math.max(i, cell * size);
            return (float) (Math.max(0, inside) / size);
        }
    }
}
