package io.ssld.examples.study;

import io.ssld.base.internal.CounterRandom;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * The data of {@link MiningStudy}: CIFAR-10's training images parted into what is labelled (10 %),
 * what only the teacher was trained on, and the pool; into the pool come foreign images and copies
 * of test images.
 *
 * @param labelled the labelled images of the student, and of the teacher
 * @param teacherOnly labelled images that only the teacher sees: it must know more
 * @param pool images without labels, planted ones included
 * @param test the test images
 */
record StudyPool(ImageList labelled, ImageList teacherOnly, ImageList pool, ImageList test) {

    static final String FOREIGN = "foreign-";
    static final String COPY = "copy-";

    private static final int SIDE = 32;

    /**
     * Draws the parts and writes the planted images.
     *
     * @param cifar folder of train and test, each a folder a class
     * @param clothing folder of photographs
     * @param out where planted images go
     * @param fraction of all images to use, 0 to 1: a trial uses few
     */
    static StudyPool make(Path cifar, Path clothing, Path out, double fraction) throws IOException {
        ImageList test =
                ImageList.ofFolder(cifar.resolve("test")).splitFraction(fraction, 1).part();
        ImageList all =
                ImageList.ofFolder(cifar.resolve("train")).splitFraction(fraction, 2).part();
        ImageList.Split first = all.splitFraction(0.1, 3);
        ImageList.Split rest = first.rest().split((int) Math.round(0.4 * all.size()), 4);
        ImageList natural = rest.rest().unlabelled();
        List<ImageEntry> planted = new ArrayList<>();
        Files.createDirectories(out);
        plantForeign(clothing, out, natural.size() / 9, planted);
        plantCopies(test, out, (int) Math.round(50 * fraction), planted);
        ImageList pool = natural.merge(new ImageList(out, planted));
        return new StudyPool(first.part(), rest.part(), pool, test);
    }

    /** A ninth of the others makes 10 % of the whole; as many as there are photographs. */
    private static void plantForeign(Path clothing, Path out, int count, List<ImageEntry> planted)
            throws IOException {
        ImageList photographs = ImageList.ofFolder(clothing).unlabelled();
        int[] order = CounterRandom.of(5).permutation(photographs.size());
        for (int i = 0; i < Math.min(count, order.length); i++) {
            Path file = photographs.resolve(photographs.entries().get(order[i]));
            write(shrunk(ImageIO.read(file.toFile())), out, FOREIGN + number(i), planted);
        }
    }

    private static void plantCopies(
            ImageList test, Path out, int perTransform, List<ImageEntry> planted)
            throws IOException {
        int[] order = CounterRandom.of(6).permutation(test.size());
        int next = 0;
        for (CopyTransform transform : CopyTransform.values()) {
            for (int i = 0; i < Math.max(1, perTransform); i++) {
                Path file = test.resolve(test.entries().get(order[next++]));
                BufferedImage copy = transform.apply(ImageIO.read(file.toFile()), next);
                write(copy, out, COPY + transform.label() + "-" + number(i), planted);
            }
        }
    }

    private static String number(int i) {
        return String.format(Locale.ROOT, "%05d", i);
    }

    private static void write(BufferedImage image, Path out, String name, List<ImageEntry> planted)
            throws IOException {
        Path file = Path.of(name + ".png");
        ImageIO.write(image, "png", out.resolve(file).toFile());
        planted.add(ImageEntry.unlabelled(file));
    }

    /** The middle square, halved until one more halving would be too small, then drawn. */
    private static BufferedImage shrunk(BufferedImage image) {
        int side = Math.min(image.getWidth(), image.getHeight());
        BufferedImage square =
                image.getSubimage(
                        (image.getWidth() - side) / 2, (image.getHeight() - side) / 2, side, side);
        while (square.getWidth() >= 4 * SIDE) {
            square = drawn(square, square.getWidth() / 2);
        }
        return drawn(square, SIDE);
    }

    private static BufferedImage drawn(BufferedImage image, int side) {
        BufferedImage result = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = result.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, side, side, null);
        graphics.dispose();
        return result;
    }
}
