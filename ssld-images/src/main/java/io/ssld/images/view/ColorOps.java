package io.ssld.images.view;

/**
 * Operations on colours, as Pillow's {@code ImageEnhance} does them, and torchvision's shift of the
 * hue. Numbers are {@code float} or {@code double} where they are in Pillow, to round where it
 * rounds.
 */
final class ColorOps {

    private ColorOps() {}

    static void apply(PixelOp.Color op, Raster raster) {
        if (op.kind() == PixelOp.Color.Kind.HUE) {
            shiftHue(raster, (int) (op.strength() * 255));
            return;
        }
        float strength = (float) op.strength();
        if (strength == 1) {
            return;
        }
        switch (op.kind()) {
            case BRIGHTNESS -> mixWithGrey(raster, 0, strength);
            case CONTRAST -> mixWithGrey(raster, meanGrey(raster), strength);
            case COLOR -> mixWithOwnGrey(raster, strength);
            case SHARPNESS -> mixWithSmooth(raster, strength);
            default -> throw new AssertionError(op.kind());
        }
    }

    /** Grey by ITU-R 601-2 in 1/65536, rounded. */
    private static int grey(byte[] rgb, int at) {
        return ((rgb[at] & 0xFF) * 19595
                        + (rgb[at + 1] & 0xFF) * 38470
                        + (rgb[at + 2] & 0xFF) * 7471
                        + 0x8000)
                >> 16;
    }

    private static byte mix(int degenerate, int value, float strength) {
        float mixed = degenerate + strength * (value - degenerate);
        return (byte) (mixed <= 0 ? 0 : mixed >= 255 ? 255 : (int) mixed);
    }

    private static int meanGrey(Raster raster) {
        byte[] rgb = raster.rgb();
        long sum = 0;
        for (int i = 0; i < raster.length(); i += 3) {
            sum += grey(rgb, i);
        }
        int pixels = raster.width() * raster.height();
        return (int) ((double) sum / pixels + 0.5);
    }

    private static void mixWithGrey(Raster raster, int grey, float strength) {
        byte[] table = new byte[256];
        for (int v = 0; v < table.length; v++) {
            table[v] = mix(grey, v, strength);
        }
        byte[] rgb = raster.rgb();
        for (int i = 0; i < raster.length(); i++) {
            rgb[i] = table[rgb[i] & 0xFF];
        }
    }

    private static void mixWithOwnGrey(Raster raster, float strength) {
        byte[] rgb = raster.rgb();
        for (int i = 0; i < raster.length(); i += 3) {
            int grey = grey(rgb, i);
            for (int c = i; c < i + 3; c++) {
                rgb[c] = mix(grey, rgb[c] & 0xFF, strength);
            }
        }
    }

    /** Smoothed by (1 1 1; 1 5 1; 1 1 1) / 13; pixels at the border are not smoothed. */
    private static void mixWithSmooth(Raster raster, float strength) {
        int width = raster.width();
        int height = raster.height();
        if (width < 3 || height < 3) {
            return;
        }
        byte[] in = raster.rgb();
        byte[] out = raster.spare();
        System.arraycopy(in, 0, out, 0, raster.length());
        int stride = 3 * width;
        float side = 1f / 13;
        float centre = 5f / 13;
        for (int y = 1; y < height - 1; y++) {
            for (int i = y * stride + 3; i < (y + 1) * stride - 3; i++) {
                float smooth = 0.5f;
                smooth += row(in, i + stride, side, side);
                smooth += row(in, i, side, centre);
                smooth += row(in, i - stride, side, side);
                out[i] = mix((int) Math.min(smooth, 255), in[i] & 0xFF, strength);
            }
        }
        raster.swap();
    }

    private static float row(byte[] in, int i, float side, float centre) {
        return (in[i - 3] & 0xFF) * side + (in[i] & 0xFF) * centre + (in[i + 3] & 0xFF) * side;
    }

    /** Adds to the hue of Pillow's HSV, which has 255 steps a turn but wraps around at 256. */
    private static void shiftHue(Raster raster, int shift) {
        byte[] rgb = raster.rgb();
        for (int i = 0; i < raster.length(); i += 3) {
            int r = rgb[i] & 0xFF;
            int g = rgb[i + 1] & 0xFF;
            int b = rgb[i + 2] & 0xFF;
            int max = Math.max(r, Math.max(g, b));
            int min = Math.min(r, Math.min(g, b));
            // A grey one has no hue; what is converted there and back stays as it is.
            if (max > min) {
                int hue = (hue(r, g, b, max, max - min) + shift) & 0xFF;
                int saturation = (int) ((float) (max - min) / max * 255.0);
                writeRgb(rgb, i, hue, saturation, max);
            }
        }
    }

    private static int hue(int r, int g, int b, int max, float range) {
        float fromRed = (max - r) / range;
        float fromGreen = (max - g) / range;
        float fromBlue = (max - b) / range;
        float sixths;
        if (r == max) {
            sixths = fromBlue - fromGreen;
        } else if (g == max) {
            sixths = (float) (2.0 + fromRed - fromBlue);
        } else {
            sixths = (float) (4.0 + fromGreen - fromRed);
        }
        float turn = (float) ((sixths / 6.0 + 1.0) % 1.0);
        return (int) (turn * 255.0);
    }

    private static void writeRgb(byte[] rgb, int at, int hue, int saturation, int value) {
        int sector = (int) (hue * 6.0 / 255.0);
        float rest = (float) ((float) hue * 6.0 / 255.0 - sector);
        float share = (float) (saturation / 255.0);
        byte v = (byte) value;
        byte p = (byte) Math.round(value * (1.0 - share));
        byte q = (byte) Math.round(value * (1.0 - share * rest));
        byte t = (byte) Math.round(value * (1.0 - share * (1.0 - rest)));
        switch (sector % 6) {
            case 0 -> set(rgb, at, v, t, p);
            case 1 -> set(rgb, at, q, v, p);
            case 2 -> set(rgb, at, p, v, t);
            case 3 -> set(rgb, at, p, q, v);
            case 4 -> set(rgb, at, t, p, v);
            default -> set(rgb, at, v, p, q);
        }
    }

    private static void set(byte[] rgb, int at, byte r, byte g, byte b) {
        rgb[at] = r;
        rgb[at + 1] = g;
        rgb[at + 2] = b;
    }
}
