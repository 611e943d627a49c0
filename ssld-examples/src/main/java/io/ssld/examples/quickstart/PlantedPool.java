package io.ssld.examples.quickstart;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.internal.CounterRandom;
import io.ssld.examples.study.CopyTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * What a crawled pool brings along, planted into the embedded one: copies of test images, changed
 * in eight ways, and foreign images. The foreign ones are no photographs: they are stripes, checks,
 * rings, noise and gradients that this class draws.
 */
final class PlantedPool {

    static final int COPIES_PER_TRANSFORM = 10;
    static final int FOREIGN = 160;

    private static final int SIDE = 28;

    private PlantedPool() {}

    /**
     * A pool with its planted images.
     *
     * @param pool all of it
     * @param copies the planted copies of test images, in order of the transforms
     * @param foreign the planted foreign images
     */
    record Planted(ImageList pool, List<ImageEntry> copies, List<ImageEntry> foreign) {}

    /** Writes the images into the folder of the lists; equal lists get equal images. */
    static Planted plant(EmbeddedData.Lists data, long seed) throws IOException {
        ImageList pool = data.pool();
        Files.createDirectories(pool.root().resolve("images"));
        List<ImageEntry> copies = new ArrayList<>();
        int[] order = CounterRandom.of(seed, 1).permutation(data.test().size());
        for (CopyTransform transform : CopyTransform.values()) {
            for (int i = 0; i < COPIES_PER_TRANSFORM; i++) {
                int number = order[copies.size()];
                Path original = data.test().resolve(data.test().entries().get(number));
                Path name =
                        Path.of(
                                String.format(
                                        Locale.ROOT,
                                        "images/%s-%05d.png",
                                        transform.label(),
                                        number));
                BufferedImage copy = transform.apply(rgb(ImageIO.read(original.toFile())), number);
                ImageIO.write(copy, "png", pool.root().resolve(name).toFile());
                copies.add(ImageEntry.unlabelled(name));
            }
        }
        List<ImageEntry> foreign = new ArrayList<>();
        for (int i = 0; i < FOREIGN; i++) {
            Path name = Path.of(String.format(Locale.ROOT, "images/foreign-%03d.png", i));
            ImageFolder.write(pool.root().resolve(name), drawing(CounterRandom.of(seed, 2, i), i));
            foreign.add(ImageEntry.unlabelled(name));
        }
        List<ImageEntry> all = new ArrayList<>(pool.entries());
        all.addAll(copies);
        all.addAll(foreign);
        return new Planted(new ImageList(pool.root(), all), copies, foreign);
    }

    private static BufferedImage rgb(BufferedImage grey) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[SIDE];
        for (int y = 0; y < SIDE; y++) {
            // The samples: getRGB would brighten grey by a gamma.
            grey.getRaster().getSamples(0, y, SIDE, 1, 0, row);
            for (int x = 0; x < SIDE; x++) {
                image.setRGB(x, y, 0x010101 * row[x]);
            }
        }
        return image;
    }

    /** One of five kinds of drawing, of random scale, direction and brightness. */
    private static byte[] drawing(CounterRandom random, int number) {
        double angle = random.nextDouble(0, Math.PI);
        double scale = random.nextDouble(0.4, 1.6);
        double strength = random.nextDouble(90, 127);
        double centreX = random.nextDouble(4, 24);
        double centreY = random.nextDouble(4, 24);
        byte[] grey = new byte[SIDE * SIDE];
        for (int i = 0; i < grey.length; i++) {
            int row = i / SIDE;
            double x = i % SIDE - centreX;
            double y = row - centreY;
            double along = x * Math.cos(angle) + y * Math.sin(angle);
            double across = y * Math.cos(angle) - x * Math.sin(angle);
            double wave =
                    switch (number % 5) {
                        case 0 -> Math.sin(scale * along);
                        case 1 -> Math.signum(Math.sin(scale * along) * Math.sin(scale * across));
                        case 2 -> Math.sin(scale * Math.hypot(x, y));
                        case 3 -> random.nextDouble(-1, 1);
                        default -> along / SIDE;
                    };
            grey[i] = (byte) Math.round(127.5 + strength * wave);
        }
        return grey;
    }
}
