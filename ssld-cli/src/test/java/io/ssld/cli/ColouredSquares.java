package io.ssld.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** A task that a small network learns in seconds. */
public final class ColouredSquares {

    static final List<String> CLASSES = List.of("blue", "green", "red");

    private static final Color[] COLOURS = {Color.BLUE, Color.GREEN, Color.RED};

    private ColouredSquares() {}

    /** Writes train/ and val/ with a sub-folder a class, and pool/ without, 24 images each. */
    public static void write(Path folder) throws IOException {
        Random random = new Random(3);
        for (String part : List.of("train", "val", "pool")) {
            for (int i = 0; i < 24; i++) {
                BufferedImage image = new BufferedImage(32, 30, BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = image.createGraphics();
                graphics.setColor(Color.GRAY);
                graphics.fillRect(0, 0, 32, 30);
                graphics.setColor(COLOURS[i % 3]);
                graphics.fillRect(random.nextInt(8), random.nextInt(8), 20, 20);
                graphics.dispose();
                Path home = folder.resolve(part);
                Path place = part.equals("pool") ? home : home.resolve(CLASSES.get(i % 3));
                Files.createDirectories(place);
                ImageIO.write(image, "png", place.resolve(i + ".png").toFile());
            }
        }
    }
}
