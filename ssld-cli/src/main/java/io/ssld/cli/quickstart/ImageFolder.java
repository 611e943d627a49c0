package io.ssld.cli.quickstart;

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

    static BufferedImage image(byte[] grey) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, SIDE, SIDE, grey);
        return image;
    }

    /** The 784 grey bytes of such an image. */
    static byte[] read(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        if (image == null || image.getWidth() != SIDE || image.getHeight() != SIDE) {
            throw new IOException(file + " must be an image of 28 x 28, but is not");
        }
        int[] samples = image.getRaster().getSamples(0, 0, SIDE, SIDE, 0, (int[]) null);
        byte[] grey = new byte[samples.length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) samples[i];
        }
        return grey;
    }

    static void write(Path file, byte[] grey) throws IOException {
        BufferedImage image = image(grey);
        try (OutputStream out = Files.newOutputStream(file)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IOException("cannot write " + file + ": no PNG writer in this JVM");
            }
        }
    }
}
