package io.ssld.images.view;

import io.ssld.base.internal.Digests;
import io.ssld.images.internal.Pixels;
import io.ssld.images.internal.TestImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** The images of {@code golden.py} and the tables that it wrote. */
public final class GoldenImages {

    private GoldenImages() {}

    public static Pixels of(String kind, int width, int height) {
        return kind.equals("smooth") ? smooth(width, height) : TestImages.pattern(width, height);
    }

    /** Gradients of other slopes in each channel, and noise. */
    static Pixels smooth(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        int state = 12345;
        for (int i = 0; i < rgb.length; i++) {
            int c = i % 3;
            int x = i / 3 % width;
            int y = i / 3 / width;
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF;
            rgb[i] = (byte) ((30 + x * (5 - c) + y * (3 + c) + (state >> 16) % 25) % 200);
        }
        return new Pixels(width, height, rgb);
    }

    static String digest(byte[] bytes) {
        return HexFormat.of().toHexDigits(Digests.first8(bytes));
    }

    /** The lines of a table, split at semicolons. */
    public static List<String[]> table(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(GoldenImages.class.getResourceAsStream(name), name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(line -> line.split(";", -1)).toList();
        }
    }
}
