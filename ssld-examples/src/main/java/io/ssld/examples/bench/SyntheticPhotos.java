package io.ssld.examples.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * JPEG files that cost a decoder what photographs cost: noise of several scales, brighter than
 * coloured, about 60 kB each at 500 x 375 and quality 0.9.
 */
final class SyntheticPhotos {

    private static final int WIDTH = 500;
    private static final int HEIGHT = 375;
    private static final float QUALITY = 0.9f;

    private SyntheticPhotos() {}

    /** Writes {@code count} files; the same ones each time. */
    static void write(Path folder, int count) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            BufferedImage image = photo(new Random(i));
            ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
            Path file = folder.resolve(String.format(Locale.ROOT, "%03d.jpg", i));
            try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
                ImageWriteParam param = writer.getDefaultWriteParam();
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                param.setCompressionQuality(QUALITY);
                writer.setOutput(out);
                writer.write(null, new IIOImage(image, null, null), param);
            } finally {
                writer.dispose();
            }
        }
    }

    private static BufferedImage photo(Random random) {
        double[][] planes = new double[3][];
        for (int c = 0; c < 3; c++) {
            planes[c] = new double[WIDTH * HEIGHT];
        }
        // From the large shapes of a scene to the grain of the film.
        for (int cell = 128; cell >= 1; cell /= 2) {
            double strength = 5 + 35.0 * cell / 128;
            double[] shared = noise(random, cell, strength);
            for (double[] plane : planes) {
                double[] own = noise(random, Math.max(4, cell), strength / 4);
                for (int i = 0; i < plane.length; i++) {
                    plane[i] += shared[i] + own[i];
                }
            }
        }
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int rgb = 0;
            for (double[] plane : planes) {
                rgb = rgb << 8 | (int) Math.max(0, Math.min(255, 128 + plane[i]));
            }
            image.setRGB(i % WIDTH, i / WIDTH, rgb);
        }
        return image;
    }

    /** Random values on a grid of that many pixels, mixed linearly in between. */
    private static double[] noise(Random random, int cell, double strength) {
        int columns = WIDTH / cell + 2;
        int rows = HEIGHT / cell + 2;
        double[] grid = new double[columns * rows];
        for (int i = 0; i < grid.length; i++) {
            grid[i] = random.nextGaussian() * strength;
        }
        double[] plane = new double[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            double v = (double) (y % cell) / cell;
            for (int x = 0; x < WIDTH; x++) {
                double u = (double) (x % cell) / cell;
                int at = y / cell * columns + x / cell;
                double upper = grid[at] * (1 - u) + grid[at + 1] * u;
                double lower = grid[at + columns] * (1 - u) + grid[at + columns + 1] * u;
                plane[y * WIDTH + x] = upper * (1 - v) + lower * v;
            }
        }
        return plane;
    }
}
