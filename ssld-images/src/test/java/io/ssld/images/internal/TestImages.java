package io.ssld.images.internal;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** Images made by formula. */
public final class TestImages {

    private TestImages() {}

    /**
     * The same pattern as in the script that made the golden values of {@link ViewRendererTest}.
     */
    public static Pixels pattern(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[at++] = (byte) (x * 37 + y * 91 + c * 53 + x * y * 7);
                }
            }
        }
        return new Pixels(width, height, rgb);
    }

    public static BufferedImage buffered(Pixels pixels, int type) {
        BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), type);
        byte[] rgb = pixels.rgb();
        for (int i = 0; i < rgb.length / 3; i++) {
            int color =
                    0xFF000000
                            | (rgb[3 * i] & 0xFF) << 16
                            | (rgb[3 * i + 1] & 0xFF) << 8
                            | (rgb[3 * i + 2] & 0xFF);
            image.setRGB(i % pixels.width(), i / pixels.width(), color);
        }
        return image;
    }

    public static byte[] encoded(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) {
            throw new IOException("no writer for " + format);
        }
        return out.toByteArray();
    }

    /** A file of the corpus folder, whose README says how it was made. */
    public static byte[] corpus(String name) throws IOException {
        return CorpusFilesTest.file(name);
    }

    /** One colour; {@code value} tells the images of a list apart. */
    public static byte[] plainPng(int width, int height, int value) throws IOException {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) value);
        return encoded(
                buffered(new Pixels(width, height, rgb), BufferedImage.TYPE_3BYTE_BGR), "png");
    }
}
