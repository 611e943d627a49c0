package io.ssld.examples.quickstart;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Writes grey images of 28 x 28 as PNG files, so that they are read as any user's are. */
final class ImageFolder {

    private static final int SIDE = 28;

    private ImageFolder() {}

    /** The name of an image by its number in the full data set. */
    static String name(String part, int number) {
        return String.format(Locale.ROOT, "images/%s-%05d.png", part, number);
    }

    static void write(Path file, byte[] grey) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, SIDE, SIDE, grey);
        try (OutputStream out = Files.newOutputStream(file)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IOException("cannot write " + file + ": no PNG writer in this JVM");
            }
        }
    }
}
