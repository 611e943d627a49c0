package io.ssld.images.view;

import io.ssld.base.internal.CounterRandom;
import io.ssld.base.internal.Distributions;
import io.ssld.base.internal.SettingsMap;
import io.ssld.images.view.PixelOp.Color;
import io.ssld.images.view.PixelOp.Geometric;
import io.ssld.images.view.PixelOp.Resampling;
import io.ssld.images.view.PixelOp.Tone;
import java.util.List;

/**
 * The operations that RandAugment and AutoAugment choose from, and what a magnitude of 0 to 10
 * means for each: timm's {@code LEVEL_TO_ARG}.
 */
enum PolicyOp {
    AUTO_CONTRAST,
    EQUALIZE,
    INVERT,
    ROTATE,
    POSTERIZE,
    POSTERIZE_INCREASING,
    POSTERIZE_ORIGINAL,
    SOLARIZE,
    SOLARIZE_INCREASING,
    SOLARIZE_ADD,
    COLOR,
    COLOR_INCREASING,
    CONTRAST,
    CONTRAST_INCREASING,
    BRIGHTNESS,
    BRIGHTNESS_INCREASING,
    SHARPNESS,
    SHARPNESS_INCREASING,
    SHEAR_X,
    SHEAR_Y,
    TRANSLATE_X,
    TRANSLATE_Y;

    /** What RandAugment chooses from; some of them grow weaker with the magnitude. */
    static final List<PolicyOp> PLAIN =
            List.of(
                    AUTO_CONTRAST,
                    EQUALIZE,
                    INVERT,
                    ROTATE,
                    POSTERIZE,
                    SOLARIZE,
                    SOLARIZE_ADD,
                    COLOR,
                    CONTRAST,
                    BRIGHTNESS,
                    SHARPNESS,
                    SHEAR_X,
                    SHEAR_Y,
                    TRANSLATE_X,
                    TRANSLATE_Y);

    /** The same where all grow stronger with the magnitude: {@code inc1}. */
    static final List<PolicyOp> INCREASING =
            List.of(
                    AUTO_CONTRAST,
                    EQUALIZE,
                    INVERT,
                    ROTATE,
                    POSTERIZE_INCREASING,
                    SOLARIZE_INCREASING,
                    SOLARIZE_ADD,
                    COLOR_INCREASING,
                    CONTRAST_INCREASING,
                    BRIGHTNESS_INCREASING,
                    SHARPNESS_INCREASING,
                    SHEAR_X,
                    SHEAR_Y,
                    TRANSLATE_X,
                    TRANSLATE_Y);

    /** A standard deviation above this stands for magnitudes uniform from 0, as in timm. */
    static final double UNIFORM_ABOVE = 100;

    /**
     * Draws a magnitude: normal around {@code magnitude}, or uniform from 0 to it, clipped to
     * 0..{@code max}. Always takes two numbers of the generator.
     */
    static double level(CounterRandom random, double magnitude, double std, double max) {
        double level;
        if (std > UNIFORM_ABOVE) {
            level = random.nextDouble(0, magnitude);
            random.skip(1);
        } else {
            level = magnitude + std * Distributions.normal(random);
        }
        return Math.max(0, Math.min(max, level));
    }

    /**
     * The operation of a level.
     *
     * @param level the magnitude, at least 0; usually at most 10
     * @param negative whether what can go both ways goes the other way
     */
    PixelOp at(double level, boolean negative, Resampling resampling, int fill) {
        double share = level / 10;
        double signed = negative ? -share : share;
        return switch (this) {
            case AUTO_CONTRAST -> new Tone(Tone.Kind.AUTO_CONTRAST, 0);
            case EQUALIZE -> new Tone(Tone.Kind.EQUALIZE, 0);
            case INVERT -> new Tone(Tone.Kind.INVERT, 0);
            case POSTERIZE -> posterize((int) (share * 4));
            case POSTERIZE_INCREASING -> posterize(4 - (int) (share * 4));
            case POSTERIZE_ORIGINAL -> posterize((int) (share * 4) + 4);
            case SOLARIZE -> solarize((int) (share * 256));
            case SOLARIZE_INCREASING -> solarize(256 - (int) (share * 256));
            case SOLARIZE_ADD ->
                    new Tone(Tone.Kind.SOLARIZE_ADD, Math.min(128, (int) (share * 110)));
            case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS ->
                    new Color(Color.Kind.valueOf(name()), share * 1.8 + 0.1);
            case COLOR_INCREASING,
                    CONTRAST_INCREASING,
                    BRIGHTNESS_INCREASING,
                    SHARPNESS_INCREASING ->
                    new Color(
                            Color.Kind.valueOf(name().replace("_INCREASING", "")),
                            Math.max(0.1, 1 + signed * 0.9));
            case ROTATE -> new Geometric(Geometric.Kind.ROTATE, signed * 30, resampling, fill);
            case SHEAR_X -> new Geometric(Geometric.Kind.SHEAR_X, signed * 0.3, resampling, fill);
            case SHEAR_Y -> new Geometric(Geometric.Kind.SHEAR_Y, signed * 0.3, resampling, fill);
            case TRANSLATE_X -> translate(Geometric.Kind.TRANSLATE_X, signed, resampling, fill);
            case TRANSLATE_Y -> translate(Geometric.Kind.TRANSLATE_Y, signed, resampling, fill);
        };
    }

    private static PixelOp translate(
            Geometric.Kind kind, double signed, Resampling resampling, int fill) {
        // Beyond a magnitude of 22 nothing of the image is left.
        double share = Math.max(-1, Math.min(1, signed * 0.45));
        return new Geometric(kind, share, resampling, fill);
    }

    private static PixelOp posterize(int bits) {
        return new Tone(Tone.Kind.POSTERIZE, Math.max(0, Math.min(8, bits)));
    }

    private static PixelOp solarize(int threshold) {
        return new Tone(Tone.Kind.SOLARIZE, Math.max(0, Math.min(256, threshold)));
    }

    /** The operation's name in policies and tables. */
    String text() {
        return SettingsMap.text(this);
    }
}
