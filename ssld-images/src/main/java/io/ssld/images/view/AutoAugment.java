package io.ssld.images.view;

import io.ssld.base.internal.CounterRandom;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.SettingsMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One of 25 pairs of operations found by search on ImageNet (Cubuk et al., "AutoAugment: Learning
 * augmentation policies from data", 2018), in timm's convention: magnitudes from 0 to 10, each
 * operation of the pair applied with a probability of its own.
 *
 * @param policy which pairs
 * @param probability how often an image is changed at all
 * @param magnitudeStd the standard deviation of the magnitude, 0 in the paper
 * @param resampling how geometric operations mix pixels
 * @param fill the colour of what they bring in, {@code 0xRRGGBB}
 */
public record AutoAugment(
        AutoAugmentPolicy policy,
        double probability,
        double magnitudeStd,
        PixelOp.Resampling resampling,
        int fill) {

    /** No operations. */
    public static final AutoAugment NONE = of(AutoAugmentPolicy.ORIGINAL).withProbability(0);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the probability is not in 0..1, the deviation not in
     *     0..100 or the colour has more than 24 bits
     */
    public AutoAugment {
        Objects.requireNonNull(policy, "autoAugment.policy");
        Ranges.probability("autoAugment.probability", probability);
        Ranges.between("autoAugment.magnitudeStd", magnitudeStd, 0, 100);
        Objects.requireNonNull(resampling, "autoAugment.resampling");
        PixelOp.requireColor(fill);
    }

    /**
     * Returns a policy as published: for every image, magnitudes as they are, bicubic, filled with
     * ImageNet's mean.
     *
     * @param policy which pairs
     * @return the policy
     */
    public static AutoAugment of(AutoAugmentPolicy policy) {
        return new AutoAugment(policy, 1, 0, PixelOp.Resampling.BICUBIC, RandAugment.IMAGENET_MEAN);
    }

    /**
     * Returns this for some of the images.
     *
     * @param other how often an image is changed at all
     * @return the same otherwise
     */
    public AutoAugment withProbability(double other) {
        return new AutoAugment(policy, other, magnitudeStd, resampling, fill);
    }

    /** Draws the operations of one view. */
    List<PixelOp> draw(CounterRandom random) {
        boolean changed = random.nextDouble() < probability;
        List<PixelOp> ops = new ArrayList<>();
        if (changed) {
            List<List<AutoAugmentPolicy.Step>> pairs = policy.pairs();
            for (AutoAugmentPolicy.Step step : pairs.get(random.nextInt(pairs.size()))) {
                boolean applied = random.nextDouble() < step.probability();
                double level = PolicyOp.level(random, step.magnitude(), magnitudeStd, 10);
                boolean negative = random.nextDouble() >= 0.5;
                if (applied) {
                    ops.add(step.op().at(level, negative, resampling, fill));
                }
            }
        }
        return ops;
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("policy", SettingsMap.text(policy));
        map.put("probability", probability);
        map.put("magnitudeStd", magnitudeStd);
        map.put("resampling", SettingsMap.text(resampling));
        map.put("fill", SettingsMap.colorText(fill));
        return map;
    }

    static AutoAugment fromMap(SettingsMap map) {
        AutoAugment base = of(AutoAugmentPolicy.ORIGINAL);
        AutoAugment result =
                new AutoAugment(
                        map.choice("policy", base.policy),
                        map.number("probability", base.probability),
                        map.number("magnitudeStd", base.magnitudeStd),
                        map.choice("resampling", base.resampling),
                        map.color("fill", base.fill));
        map.finish();
        return result;
    }
}
