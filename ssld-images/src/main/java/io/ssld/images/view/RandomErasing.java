package io.ssld.images.view;

import io.ssld.base.internal.CounterRandom;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.SettingsMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A random box of the normalised input is overwritten (Zhong et al., "Random erasing data
 * augmentation", 2017), as timm and PaddleClas with {@code use_log_aspect} do: area and the
 * logarithm of height by width are drawn up to {@code attempts} times until the box fits.
 *
 * <p>The height by width is that of pixels, so the shape of the input counts, which a view does not
 * know: say it in {@code outputRatio} where the input is not square.
 *
 * @param probability how often a box is erased (PaddleClas calls it {@code EPSILON})
 * @param area the box's share of the area
 * @param aspectRatio height of the box divided by its width
 * @param attempts how often a box is drawn before none is erased
 * @param fill what is written
 * @param outputRatio width of the network's input divided by its height
 */
public record RandomErasing(
        double probability,
        Range area,
        Range aspectRatio,
        int attempts,
        ErasedBox.Fill fill,
        double outputRatio) {

    /** The published one for every image: area 0.02 to 1/3, ratio 0.3 to 1/0.3, normal noise. */
    public static final RandomErasing ALWAYS =
            new RandomErasing(
                    1,
                    new Range(0.02, 1.0 / 3),
                    new Range(0.3, 1 / 0.3),
                    10,
                    ErasedBox.Fill.PIXEL_NORMAL,
                    1);

    /** Nothing is erased. */
    public static final RandomErasing NONE = ALWAYS.withProbability(0);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the probability is not in 0..1, the area not in (0, 1], a
     *     ratio not in (0, 1000] or the attempts not in 1..1000
     */
    public RandomErasing {
        Objects.requireNonNull(area, "area");
        Objects.requireNonNull(aspectRatio, "aspectRatio");
        Ranges.probability("erasing.probability", probability);
        Range.positive("erasing.area", area.min(), area.max(), 1);
        Range.positive("erasing.aspectRatio", aspectRatio.min(), aspectRatio.max(), 1000);
        Ranges.between("erasing.attempts", attempts, 1, 1000);
        Ranges.between("erasing.outputRatio", outputRatio, 1e-3, 1e3);
        Objects.requireNonNull(fill, "erasing.fill");
    }

    /**
     * Returns this for some of the images.
     *
     * @param other how often a box is erased
     * @return the same otherwise
     */
    public RandomErasing withProbability(double other) {
        return new RandomErasing(other, area, aspectRatio, attempts, fill, outputRatio);
    }

    /**
     * Returns this with another filling.
     *
     * @param other what is written
     * @return the same otherwise
     */
    public RandomErasing withFill(ErasedBox.Fill other) {
        Objects.requireNonNull(other, "other");
        return new RandomErasing(probability, area, aspectRatio, attempts, other, outputRatio);
    }

    /**
     * Returns this for inputs of another shape.
     *
     * @param size the size of the network's input
     * @return the same otherwise
     */
    public RandomErasing forSize(ImageSize size) {
        Objects.requireNonNull(size, "size");
        double ratio = (double) size.width() / size.height();
        return new RandomErasing(probability, area, aspectRatio, attempts, fill, ratio);
    }

    /** Draws the box of one view, or none. */
    List<ErasedBox> draw(CounterRandom random) {
        if (random.nextDouble() >= probability) {
            return List.of();
        }
        long noise = random.nextLong();
        for (int i = 0; i < attempts; i++) {
            double share = area.draw(random);
            double ratio = aspectRatio.drawLog(random);
            double height = StrictMath.sqrt(share * ratio * outputRatio);
            double width = StrictMath.sqrt(share / ratio / outputRatio);
            if (height < 1 && width < 1) {
                double across = random.nextDouble();
                double down = random.nextDouble();
                return List.of(new ErasedBox(width, height, across, down, fill, noise));
            }
        }
        return List.of();
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("probability", probability);
        map.put("area", List.of(area.min(), area.max()));
        map.put("aspectRatio", List.of(aspectRatio.min(), aspectRatio.max()));
        map.put("attempts", attempts);
        map.put("fill", SettingsMap.text(fill));
        map.put("outputRatio", outputRatio);
        return map;
    }

    static RandomErasing fromMap(SettingsMap map) {
        double[] areas = map.pair("area", ALWAYS.area.min(), ALWAYS.area.max());
        double[] ratios =
                map.pair("aspectRatio", ALWAYS.aspectRatio.min(), ALWAYS.aspectRatio.max());
        RandomErasing result =
                new RandomErasing(
                        map.number("probability", 1),
                        Range.positive("erasing.area", areas[0], areas[1], 1),
                        Range.positive("erasing.aspectRatio", ratios[0], ratios[1], 1000),
                        map.integer("attempts", ALWAYS.attempts),
                        map.choice("fill", ALWAYS.fill),
                        map.number("outputRatio", ALWAYS.outputRatio));
        map.finish();
        return result;
    }
}
