package io.ssld.images.internal;

/**
 * Four printing colours to RGB.
 *
 * <p>JPEG files hold them inverted, as Adobe's programs write them: 255 is no ink. So
 *
 * <pre>
 * R = round(C * K / 255)    G = round(M * K / 255)    B = round(Y * K / 255)
 * </pre>
 *
 * of the stored samples, without a colour profile; Pillow and OpenCV take all four-component JPEG
 * files so, with or without Adobe's marker. Of YCCK the first three are {@code 255 - RGB} of the
 * usual YCbCr conversion, in libjpeg's fixed point.
 */
final class CmykColors {

    private static final int HALF = 1 << 15;

    private CmykColors() {}

    static byte[] fromCmyk(byte[] samples) {
        byte[] rgb = new byte[samples.length / 4 * 3];
        for (int from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
            int black = samples[from + 3] & 0xFF;
            for (int c = 0; c < 3; c++) {
                rgb[to + c] = (byte) (((samples[from + c] & 0xFF) * black + 127) / 255);
            }
        }
        return rgb;
    }

    static byte[] fromYcck(byte[] samples) {
        byte[] cmyk = new byte[samples.length];
        for (int i = 0; i < samples.length; i += 4) {
            int luma = samples[i] & 0xFF;
            int blue = (samples[i + 1] & 0xFF) - 128;
            int red = (samples[i + 2] & 0xFF) - 128;
            cmyk[i] = inverted(luma + whole(fix(1.402) * red));
            cmyk[i + 1] = inverted(luma + whole(-fix(0.34414) * blue - fix(0.71414) * red));
            cmyk[i + 2] = inverted(luma + whole(fix(1.772) * blue));
            cmyk[i + 3] = samples[i + 3];
        }
        return fromCmyk(cmyk);
    }

    private static byte inverted(int value) {
        return (byte) (255 - Math.max(0, Math.min(255, value)));
    }

    private static int whole(int fixed) {
        return (fixed + HALF) >> 16;
    }

    private static int fix(double factor) {
        return (int) (factor * 65536 + 0.5);
    }
}
