package io.ssld.cli.quickstart;

import io.ssld.base.internal.CounterRandom;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Images that do not belong into the pool: changed test images, and foreign ones. */
final class PlantedImages {

    private static final int SIDE = 28;
    private static final float JPEG_QUALITY = 0.9f;

    private PlantedImages() {}

    /**
     * Writes them beside the images of the pool.
     *
     * @param folder the root of all lists
     * @param test the images to copy, each at most once
     * @return what each is, by its path
     */
    static Map<Path, PlantedKind> plant(Path folder, ImageList test) throws IOException {
        Map<Path, PlantedKind> planted = new LinkedHashMap<>();
        // Evenly spread over the list, so over all classes.
        int step = test.size() / 100;
        int next = 0;
        for (PlantedKind kind : PlantedKind.values()) {
            for (int i = 0; i < kind.count(); i++) {
                String ending = kind == PlantedKind.REENCODED ? "jpg" : "png";
                Path path =
                        Path.of(
                                String.format(
                                        Locale.ROOT,
                                        "images/planted-%s-%02d.%s",
                                        kind.name().toLowerCase(Locale.ROOT),
                                        i,
                                        ending));
                Path file = folder.resolve(path);
                if (kind == PlantedKind.FOREIGN) {
                    ImageFolder.write(file, pattern(i));
                } else {
                    Path original = test.resolve(test.entries().get(step * next++));
                    write(kind, original, file);
                }
                planted.put(path, kind);
            }
        }
        return planted;
    }

    /** The list of planted images, none labelled. */
    static ImageList list(Path folder, Map<Path, PlantedKind> planted) {
        List<ImageEntry> entries = planted.keySet().stream().map(ImageEntry::unlabelled).toList();
        return new ImageList(folder, new ArrayList<>(entries));
    }

    private static void write(PlantedKind kind, Path original, Path file) throws IOException {
        byte[] grey = ImageFolder.read(original);
        switch (kind) {
            case EXACT -> Files.copy(original, file);
            case REENCODED -> writeJpeg(file, grey);
            case BRIGHTER -> ImageFolder.write(file, times(grey, 1.2));
            case DARKER -> ImageFolder.write(file, times(grey, 0.8));
            case SHIFTED -> ImageFolder.write(file, shifted(grey));
            case FOREIGN -> throw new IllegalArgumentException("foreign images copy nothing");
        }
    }

    private static byte[] times(byte[] grey, double factor) {
        byte[] changed = new byte[grey.length];
        for (int i = 0; i < grey.length; i++) {
            changed[i] = (byte) Math.min(255, Math.round((grey[i] & 0xff) * factor));
        }
        return changed;
    }

    /** To the right; black comes in. */
    private static byte[] shifted(byte[] grey) {
        byte[] moved = new byte[grey.length];
        for (int y = 0; y < SIDE; y++) {
            System.arraycopy(grey, y * SIDE, moved, y * SIDE + 1, SIDE - 1);
        }
        return moved;
    }

    private static byte[] pattern(int number) {
        CounterRandom random = CounterRandom.of(6, number);
        double period = random.nextDouble(3, 9);
        double angle = random.nextDouble(0, Math.PI);
        byte[] grey = new byte[SIDE * SIDE];
        for (int i = 0; i < grey.length; i++) {
            int row = i / SIDE;
            double x = i % SIDE - SIDE / 2.0;
            double y = row - SIDE / 2.0;
            double along = (x * Math.cos(angle) + y * Math.sin(angle)) / period;
            double across = (y * Math.cos(angle) - x * Math.sin(angle)) / period;
            double value =
                    switch (number % 4) {
                        case 0 -> wave(along);
                        case 1 -> wave(along) * wave(across);
                        case 2 -> wave(Math.hypot(x, y) / period);
                        default -> random.nextDouble(-1, 1);
                    };
            grey[i] = (byte) Math.round(127.5 + 127.5 * value);
        }
        return grey;
    }

    private static double wave(double turns) {
        return Math.sin(2 * Math.PI * turns);
    }

    private static void writeJpeg(Path file, byte[] grey) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(JPEG_QUALITY);
            BufferedImage image = ImageFolder.image(grey);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } finally {
            writer.dispose();
        }
    }
}
