package io.ssld.images.view;

/** Operations that look each value up in a table, as Pillow's {@code ImageOps} does. */
final class ToneOps {

    private ToneOps() {}

    static void apply(PixelOp.Tone op, Raster raster) {
        switch (op.kind()) {
            case AUTO_CONTRAST -> byHistogram(raster, ToneOps::autoContrast);
            case EQUALIZE -> byHistogram(raster, ToneOps::equalize);
            default -> {
                byte[] table = new byte[256];
                for (int v = 0; v < table.length; v++) {
                    table[v] = (byte) value(op, v);
                }
                for (int c = 0; c < 3; c++) {
                    lookUp(raster, c, table);
                }
            }
        }
    }

    private static int value(PixelOp.Tone op, int v) {
        return switch (op.kind()) {
            case INVERT -> 255 - v;
            case POSTERIZE -> v & -(1 << (8 - op.level()));
            case SOLARIZE -> v < op.level() ? v : 255 - v;
            case SOLARIZE_ADD -> v < 128 ? Math.min(255, v + op.level()) : v;
            default -> throw new AssertionError(op.kind());
        };
    }

    /** Makes the table of a channel from how often each value occurs. */
    private interface TableMaker {
        byte[] table(int[] histogram);
    }

    private static void byHistogram(Raster raster, TableMaker maker) {
        byte[] rgb = raster.rgb();
        int length = raster.length();
        for (int c = 0; c < 3; c++) {
            int[] histogram = new int[256];
            for (int i = c; i < length; i += 3) {
                histogram[rgb[i] & 0xFF]++;
            }
            lookUp(raster, c, maker.table(histogram));
        }
    }

    private static void lookUp(Raster raster, int channel, byte[] table) {
        byte[] rgb = raster.rgb();
        int length = raster.length();
        for (int i = channel; i < length; i += 3) {
            rgb[i] = table[rgb[i] & 0xFF];
        }
    }

    private static byte[] autoContrast(int[] histogram) {
        int low = 0;
        while (histogram[low] == 0) {
            low++;
        }
        int high = 255;
        while (histogram[high] == 0) {
            high--;
        }
        double scale = high > low ? 255.0 / (high - low) : 1;
        double offset = high > low ? -low * scale : 0;
        byte[] table = new byte[256];
        for (int v = 0; v < table.length; v++) {
            table[v] = (byte) Math.max(0, Math.min(255, (int) (v * scale + offset)));
        }
        return table;
    }

    /** The cumulative histogram in steps of 1/255 of the pixels below the highest value. */
    private static byte[] equalize(int[] histogram) {
        int pixels = 0;
        int last = 0;
        for (int count : histogram) {
            pixels += count;
            last = count > 0 ? count : last;
        }
        int step = (pixels - last) / 255;
        byte[] table = new byte[256];
        int below = step / 2;
        for (int v = 0; v < table.length; v++) {
            // Few pixels, or all but a few of one value: Pillow leaves the channel as it is.
            table[v] = (byte) (step == 0 ? v : Math.min(255, below / step));
            below += histogram[v];
        }
        return table;
    }
}
