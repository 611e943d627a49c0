package io.ssld.images.view;

import io.ssld.base.internal.CounterRandom;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.SettingsMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A few operations drawn from fifteen, all of one magnitude (Cubuk et al., "RandAugment: Practical
 * automated data augmentation with a reduced search space", 2019), in timm's convention, which
 * PaddleClas' {@code TimmAutoAugment} shares.
 *
 * <p>With {@code probability} an image is changed at all; then {@code layers} times an operation is
 * drawn with replacement and applied with {@code layerProbability}, at a magnitude drawn around
 * {@code magnitude}; those that can go both ways go either way.
 *
 * @param probability how often an image is changed at all
 * @param layers how many operations are drawn
 * @param layerProbability how often an operation that was drawn is applied
 * @param magnitude how strong they are, at least 0; 10 is the strongest unless {@code magnitudeMax}
 *     says more
 * @param magnitudeStd the standard deviation of the magnitude; above 100 it is uniform from 0 to
 *     {@code magnitude}
 * @param magnitudeMax where magnitudes are cut off, 10 in timm: {@code m15} stays at or near 10
 * @param increasing whether all operations grow stronger with the magnitude
 * @param resampling how geometric operations mix pixels
 * @param fill the colour of what they bring in, {@code 0xRRGGBB}
 */
public record RandAugment(
        double probability,
        int layers,
        double layerProbability,
        double magnitude,
        double magnitudeStd,
        double magnitudeMax,
        boolean increasing,
        PixelOp.Resampling resampling,
        int fill) {

    /** First, because the constants below are parsed. */
    private static final Pattern SECTION = Pattern.compile("([a-z]+)(\\d+(?:\\.\\d+)?)");

    /** ImageNet's mean colour in bytes, with which PaddleClas fills. */
    static final int IMAGENET_MEAN = 0x7c7468;

    /** No operations. */
    public static final RandAugment NONE = parse("rand").withProbability(0);

    /** {@code rand-m9-mstd0.5-inc1}, that of PULC; give it the scene's probability. */
    public static final RandAugment M9 = parse("rand-m9-mstd0.5-inc1");

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a probability is not in 0..1, the layers are not 1..100,
     *     a magnitude is negative or above 100, or the colour has more than 24 bits
     */
    public RandAugment {
        Ranges.probability("randAugment.probability", probability);
        Ranges.probability("randAugment.layerProbability", layerProbability);
        Ranges.between("randAugment.layers", layers, 1, 100);
        Ranges.between("randAugment.magnitude", magnitude, 0, 100);
        Ranges.between("randAugment.magnitudeStd", magnitudeStd, 0, 1e6);
        Ranges.between("randAugment.magnitudeMax", magnitudeMax, 0, 100);
        Objects.requireNonNull(resampling, "randAugment.resampling");
        PixelOp.requireColor(fill);
    }

    /**
     * Reads timm's configuration, such as {@code rand-m9-mstd0.5-inc1}: {@code m} magnitude
     * (default 10), {@code n} layers (2), {@code p} probability of a layer (0.5), {@code mstd}
     * standard deviation (0), {@code mmax} where magnitudes are cut off (10), {@code inc}
     * increasing (0). Geometric operations are bicubic and fill with ImageNet's mean, as in
     * PaddleClas; change that with {@link #withGeometry}.
     *
     * @param config the configuration
     * @return it, for every image
     * @throws IllegalArgumentException if a section is not one of these
     */
    public static RandAugment parse(String config) {
        Objects.requireNonNull(config, "config");
        String[] sections = config.split("-", -1);
        Map<String, Double> values = new LinkedHashMap<>();
        for (int i = 1; i < sections.length; i++) {
            Matcher matcher = SECTION.matcher(sections[i]);
            if (!matcher.matches()
                    || !List.of("m", "n", "p", "mstd", "mmax", "inc").contains(matcher.group(1))
                    || values.put(matcher.group(1), Double.valueOf(matcher.group(2))) != null) {
                throw badConfig(config);
            }
        }
        double layers = values.getOrDefault("n", 2.0);
        if (!sections[0].equals("rand") || layers != Math.rint(layers)) {
            throw badConfig(config);
        }
        return new RandAugment(
                1,
                (int) layers,
                values.getOrDefault("p", 0.5),
                values.getOrDefault("m", 10.0),
                values.getOrDefault("mstd", 0.0),
                values.getOrDefault("mmax", 10.0),
                values.getOrDefault("inc", 0.0) != 0,
                PixelOp.Resampling.BICUBIC,
                IMAGENET_MEAN);
    }

    private static IllegalArgumentException badConfig(String config) {
        return new IllegalArgumentException(
                "randAugment must be rand with sections m, n, p, mstd, mmax, inc, such as"
                        + " rand-m9-mstd0.5-inc1, but was "
                        + config);
    }

    /**
     * Returns this for some of the images.
     *
     * @param other how often an image is changed at all
     * @return the same otherwise
     */
    public RandAugment withProbability(double other) {
        return new RandAugment(
                other,
                layers,
                layerProbability,
                magnitude,
                magnitudeStd,
                magnitudeMax,
                increasing,
                resampling,
                fill);
    }

    /**
     * Returns this with other geometric operations.
     *
     * @param newResampling how they mix pixels
     * @param newFill the colour of what they bring in, {@code 0xRRGGBB}
     * @return the same otherwise
     */
    public RandAugment withGeometry(PixelOp.Resampling newResampling, int newFill) {
        Objects.requireNonNull(newResampling, "newResampling");
        return new RandAugment(
                probability,
                layers,
                layerProbability,
                magnitude,
                magnitudeStd,
                magnitudeMax,
                increasing,
                newResampling,
                newFill);
    }

    /** Draws the operations of one view; each layer takes five numbers whatever becomes of it. */
    List<PixelOp> draw(CounterRandom random) {
        boolean changed = random.nextDouble() < probability;
        List<PixelOp> ops = new ArrayList<>();
        List<PolicyOp> choice = increasing ? PolicyOp.INCREASING : PolicyOp.PLAIN;
        for (int i = 0; changed && i < layers; i++) {
            PolicyOp op = choice.get(random.nextInt(choice.size()));
            boolean applied = random.nextDouble() < layerProbability;
            double level = PolicyOp.level(random, magnitude, magnitudeStd, magnitudeMax);
            boolean negative = random.nextDouble() >= 0.5;
            if (applied) {
                ops.add(op.at(level, negative, resampling, fill));
            }
        }
        return ops;
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("probability", probability);
        map.put("layers", layers);
        map.put("layerProbability", layerProbability);
        map.put("magnitude", magnitude);
        map.put("magnitudeStd", magnitudeStd);
        map.put("magnitudeMax", magnitudeMax);
        map.put("increasing", increasing);
        map.put("resampling", SettingsMap.text(resampling));
        map.put("fill", SettingsMap.colorText(fill));
        return map;
    }

    static RandAugment fromMap(SettingsMap map) {
        RandAugment base = parse("rand");
        RandAugment result =
                new RandAugment(
                        map.number("probability", 1),
                        map.integer("layers", base.layers),
                        map.number("layerProbability", base.layerProbability),
                        map.number("magnitude", base.magnitude),
                        map.number("magnitudeStd", base.magnitudeStd),
                        map.number("magnitudeMax", base.magnitudeMax),
                        map.flag("increasing", base.increasing),
                        map.choice("resampling", base.resampling),
                        map.color("fill", base.fill));
        map.finish();
        return result;
    }
}
