package io.ssld.images.view;

import io.ssld.base.internal.SettingsMap;
import java.util.Objects;

/**
 * One change of the colours or places of an image's pixels, with its strength. Results are those of
 * Pillow 12, byte for byte. An operation does not know the size of the image that it is applied to.
 */
public sealed interface PixelOp {

    /**
     * Changes values by one table a channel.
     *
     * @param kind what is done
     * @param level its strength, whose meaning the kind tells; 0 where there is none
     */
    record Tone(Tone.Kind kind, int level) implements PixelOp {

        /** The operations on single values. */
        public enum Kind {
            /** The lowest value of each channel becomes 0, the highest 255; no strength. */
            AUTO_CONTRAST(0),
            /** The histogram of each channel is made flat; no strength. */
            EQUALIZE(0),
            /** {@code 255 - v}; no strength. */
            INVERT(0),
            /** Only the {@code level} highest bits stay, 0..8. */
            POSTERIZE(8),
            /** Values from {@code level} on are inverted, 0..256. */
            SOLARIZE(256),
            /** {@code level} is added to values below 128, 0..255. */
            SOLARIZE_ADD(255);

            private final int maxLevel;

            Kind(int maxLevel) {
                this.maxLevel = maxLevel;
            }
        }

        /**
         * Checks the level.
         *
         * @throws IllegalArgumentException if the kind does not have this level
         */
        public Tone {
            Objects.requireNonNull(kind, "kind");
            if (level < 0 || level > kind.maxLevel) {
                throw new IllegalArgumentException(
                        kind + " level must be 0.." + kind.maxLevel + ", but was " + level);
            }
        }
    }

    /**
     * Changes colours: all but {@link Color.Kind#HUE} mix the image with a degenerate one, {@code d
     * + strength * (v - d)}, so that 1 changes nothing and above 1 the difference grows.
     *
     * @param kind what is done
     * @param strength the factor; for the hue the part of a whole turn, -0.5..0.5
     */
    record Color(Color.Kind kind, double strength) implements PixelOp {

        /** The operations on colours. */
        public enum Kind {
            /** Mixed with black. */
            BRIGHTNESS,
            /** Mixed with the mean grey of the whole image. */
            CONTRAST,
            /** Mixed with the grey image; saturation. */
            COLOR,
            /** Mixed with the smoothed image. */
            SHARPNESS,
            /** The hue is turned, in Pillow's HSV of bytes. */
            HUE
        }

        /**
         * Checks the strength.
         *
         * @throws IllegalArgumentException if the strength is negative (but for the hue), not
         *     finite, or a hue beyond half a turn
         */
        public Color {
            Objects.requireNonNull(kind, "kind");
            double min = kind == Color.Kind.HUE ? -0.5 : 0;
            double max = kind == Color.Kind.HUE ? 0.5 : 1e6;
            requireBetween(kind, strength, min, max);
        }
    }

    /**
     * Moves pixels; what comes from outside the image has one colour.
     *
     * @param kind what is done
     * @param strength how far, whose unit the kind tells
     * @param resampling what the pixels between pixels are mixed from
     * @param fill the colour of what was outside, {@code 0xRRGGBB}
     */
    record Geometric(Geometric.Kind kind, double strength, Resampling resampling, int fill)
            implements PixelOp {

        /** The operations on places. */
        public enum Kind {
            /** Turned around the centre, counter-clockwise, by degrees, -360..360. */
            ROTATE(360),
            /** Pixel (x, y) is taken from {@code x + strength * y}, -10..10. */
            SHEAR_X(10),
            /** Pixel (x, y) is taken from {@code y + strength * x}, -10..10. */
            SHEAR_Y(10),
            /** Pixels are taken from {@code strength} of the width to the right, -1..1. */
            TRANSLATE_X(1),
            /** Pixels are taken from {@code strength} of the height below, -1..1. */
            TRANSLATE_Y(1);

            private final double max;

            Kind(double max) {
                this.max = max;
            }
        }

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if the strength is out of the kind's range or the colour
         *     has more than 24 bits
         */
        public Geometric {
            Objects.requireNonNull(kind, "kind");
            requireBetween(kind, strength, -kind.max, kind.max);
            Objects.requireNonNull(resampling, "resampling");
            requireColor(fill);
        }
    }

    /** What a pixel between pixels is mixed from. */
    enum Resampling {
        /** The nearest pixel. */
        NEAREST,
        /** The nearest 2 x 2. */
        BILINEAR,
        /** The nearest 4 x 4, with a = -1 as Pillow transforms (it resizes with -0.5). */
        BICUBIC
    }

    private static void requireBetween(Enum<?> kind, double strength, double min, double max) {
        if (!(strength >= min && strength <= max)) {
            throw new IllegalArgumentException(
                    kind + " strength must be in " + min + ".." + max + ", but was " + strength);
        }
    }

    /** Fails unless a colour has 24 bits. */
    static void requireColor(int rgb) {
        if (rgb >>> 24 != 0) {
            throw new IllegalArgumentException(
                    "colour must be 0x000000..0xffffff, but was "
                            + "0x"
                            + SettingsMap.colorText(rgb));
        }
    }
}
