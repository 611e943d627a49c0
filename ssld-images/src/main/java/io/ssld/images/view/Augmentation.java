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
 * A sampler of views as data: every setting of the augmentation of training images. Equal settings
 * are equal samplers and draw equal views.
 *
 * <p>An image is cropped, flipped, changed by the operations of a policy (RandAugment or
 * AutoAugment), its colours are jittered, and after normalisation a box is erased;
 * docs/augmentation tells each. Crop and flip, policy, colours and erasing draw from generators of
 * their own, so adding one leaves the draws of the others as they were.
 *
 * @param sampling how the box is drawn
 * @param area the box's share of the image's area; of no meaning for {@link CropSampling#PADDED}
 *     and {@link CropSampling#WHOLE}
 * @param aspectRatio width divided by height of the box; likewise
 * @param margin what is laid around the image, for {@link CropSampling#PADDED} only
 * @param flipProbability how often left and right are swapped
 * @param interpolation how the box becomes the network's input
 * @param colorJitter how colours are changed
 * @param randAugment the policy, or {@link RandAugment#NONE}
 * @param autoAugment the policy, or {@link AutoAugment#NONE}
 * @param erasing what is erased
 * @param seed which views
 */
public record Augmentation(
        CropSampling sampling,
        Range area,
        Range aspectRatio,
        Margin margin,
        double flipProbability,
        Interpolation interpolation,
        ColorJitter colorJitter,
        RandAugment randAugment,
        AutoAugment autoAugment,
        RandomErasing erasing,
        long seed)
        implements ViewSampler {

    /** Crop and flip as in SSLD: the defaults of {@link ViewSampler#builder}. */
    public static final Augmentation SSLD = ViewSampler.builder().build();

    /** That of the PP-HGNet distillations: bicubic crops, flip, {@code rand-m7-mstd0.5-inc1}. */
    public static final Augmentation PPHGNET =
            ViewSampler.builder()
                    .optInterpolation(Interpolation.PILLOW_BICUBIC)
                    .optRandAugment(RandAugment.parse("rand-m7-mstd0.5-inc1"))
                    .build();

    /** Which way of drawing this is; it is raised when equal settings draw other views. */
    private static final int VERSION = 1;

    // Keys of the generators; the numbers must never change. Crop and flip have none.
    private static final long CROP = 1;
    private static final long POLICY = 2;
    private static final long COLOR = 3;
    private static final long ERASING = 4;

    /** What Paddle's crop takes of the plain generator before the flip, whatever the sampling. */
    private static final int NUMBERS_OF_A_CROP = 4;

    /**
     * Checks the settings. What has the probability 0 becomes {@code NONE}.
     *
     * @throws IllegalArgumentException if the area is not in (0, 1], a ratio not above 0, the
     *     probability not in 0..1, there is a margin without {@link CropSampling#PADDED}, or there
     *     are two policies
     */
    public Augmentation {
        Objects.requireNonNull(area, "area");
        Objects.requireNonNull(aspectRatio, "aspectRatio");
        Objects.requireNonNull(margin, "margin");
        Objects.requireNonNull(randAugment, "randAugment");
        Objects.requireNonNull(autoAugment, "autoAugment");
        Objects.requireNonNull(erasing, "erasing");
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(interpolation, "interpolation");
        Objects.requireNonNull(colorJitter, "colorJitter");
        Range.positive("area", area.min(), area.max(), 1);
        Range.positive("aspectRatio", aspectRatio.min(), aspectRatio.max(), 1000);
        Ranges.probability("flipProbability", flipProbability);
        randAugment = randAugment.probability() == 0 ? RandAugment.NONE : randAugment;
        autoAugment = autoAugment.probability() == 0 ? AutoAugment.NONE : autoAugment;
        erasing = erasing.probability() == 0 ? RandomErasing.NONE : erasing;
        if (sampling != CropSampling.PADDED && !margin.equals(Margin.NONE)) {
            throw new IllegalArgumentException(
                    "padding must be none with sampling " + sampling + ", but was " + margin);
        }
        if (randAugment.probability() > 0 && autoAugment.probability() > 0) {
            throw new IllegalArgumentException(
                    "autoAugment must be none together with randAugment, but was " + autoAugment);
        }
    }

    /**
     * Returns the augmentation of PULC's distillations: crop, flip, {@code rand-m9-mstd0.5-inc1}
     * and erasing with normal noise, each of the last two with a scene's probability.
     *
     * @param randAugmentProbability how often RandAugment is applied, 0..1
     * @param erasingProbability how often a box is erased, 0..1; for inputs that are not square see
     *     {@link RandomErasing#forSize}
     * @return the sampler
     */
    public static Augmentation eda(double randAugmentProbability, double erasingProbability) {
        return ViewSampler.builder()
                .optRandAugment(RandAugment.M9.withProbability(randAugmentProbability))
                .optErasing(RandomErasing.ALWAYS.withProbability(erasingProbability))
                .build();
    }

    /**
     * Returns the version of drawing: equal settings of the same version draw equal views.
     *
     * @return 1
     */
    public int version() {
        return VERSION;
    }

    /**
     * Returns the same settings with other views.
     *
     * @param other any number
     * @return the sampler
     */
    public Augmentation withSeed(long other) {
        return with(randAugment, erasing, other);
    }

    /**
     * Returns the same settings with another policy.
     *
     * @param other the policy, or {@link RandAugment#NONE}
     * @return the sampler
     * @throws IllegalArgumentException if there would be two policies
     */
    public Augmentation withRandAugment(RandAugment other) {
        Objects.requireNonNull(other, "other");
        return with(other, erasing, seed);
    }

    /**
     * Returns the same settings with another erasing.
     *
     * @param other what is erased, or {@link RandomErasing#NONE}
     * @return the sampler
     */
    public Augmentation withErasing(RandomErasing other) {
        Objects.requireNonNull(other, "other");
        return with(randAugment, other, seed);
    }

    private Augmentation with(RandAugment policy, RandomErasing boxes, long draws) {
        return new Augmentation(
                sampling,
                area,
                aspectRatio,
                margin,
                flipProbability,
                interpolation,
                colorJitter,
                policy,
                autoAugment,
                boxes,
                draws);
    }

    /**
     * Returns the same views, scaled in another way: that which a network's weights were made with.
     *
     * @param other how the box becomes the network's input
     * @return the sampler
     */
    public Augmentation withInterpolation(Interpolation other) {
        Objects.requireNonNull(other, "other");
        return new Augmentation(
                sampling,
                area,
                aspectRatio,
                margin,
                flipProbability,
                other,
                colorJitter,
                randAugment,
                autoAugment,
                erasing,
                seed);
    }

    @Override
    public View draw(long imageDigest, int viewNumber, int imageWidth, int imageHeight) {
        CropBox box = crop(imageDigest, viewNumber, imageWidth, imageHeight);
        boolean flip =
                CounterRandom.of(seed, imageDigest, viewNumber).skip(NUMBERS_OF_A_CROP).nextDouble()
                        < flipProbability;
        List<PixelOp> ops = List.of();
        if (hasOps()) {
            CounterRandom policy = CounterRandom.of(seed, imageDigest, viewNumber, POLICY);
            ops = new ArrayList<>(randAugment.draw(policy));
            policy = CounterRandom.of(seed, imageDigest, viewNumber, POLICY);
            ops.addAll(autoAugment.draw(policy));
            ops.addAll(colorJitter.draw(CounterRandom.of(seed, imageDigest, viewNumber, COLOR)));
        }
        return new View(
                View.Order.CROP_THEN_RESIZE,
                box.left(),
                box.top(),
                box.width(),
                box.height(),
                flip,
                interpolation,
                margin,
                ops,
                erasing.draw(CounterRandom.of(seed, imageDigest, viewNumber, ERASING)));
    }

    private boolean hasOps() {
        return !(randAugment.equals(RandAugment.NONE)
                && autoAugment.equals(AutoAugment.NONE)
                && colorJitter.equals(ColorJitter.NONE));
    }

    private CropBox crop(long digest, int number, int width, int height) {
        return switch (sampling) {
            case PADDLE, PADDLE_LOG_ASPECT ->
                    CropBox.paddle(
                            CounterRandom.of(seed, digest, number),
                            area,
                            aspectRatio,
                            sampling == CropSampling.PADDLE_LOG_ASPECT,
                            width,
                            height);
            case TORCHVISION ->
                    CropBox.torchvision(
                            CounterRandom.of(seed, digest, number, CROP),
                            area,
                            aspectRatio,
                            width,
                            height);
            case PADDED ->
                    CropBox.padded(
                            CounterRandom.of(seed, digest, number, CROP),
                            margin.pixels(),
                            width,
                            height);
            case WHOLE -> new CropBox(0, 0, width, height);
        };
    }

    /**
     * Returns the settings for a file of JSON or YAML: numbers, text, lists and maps.
     *
     * @return what {@link #fromMap} makes an equal sampler of; what changes nothing is left out
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", VERSION);
        map.put("sampling", SettingsMap.text(sampling));
        map.put("area", List.of(area.min(), area.max()));
        map.put("aspectRatio", List.of(aspectRatio.min(), aspectRatio.max()));
        if (sampling == CropSampling.PADDED) {
            map.put("padding", margin.pixels());
            map.put("paddingColor", SettingsMap.colorText(margin.color()));
        }
        map.put("flipProbability", flipProbability);
        map.put("interpolation", SettingsMap.text(interpolation));
        if (!colorJitter.equals(ColorJitter.NONE)) {
            map.put("colorJitter", colorJitter.toMap());
        }
        if (!randAugment.equals(RandAugment.NONE)) {
            map.put("randAugment", randAugment.toMap());
        }
        if (!autoAugment.equals(AutoAugment.NONE)) {
            map.put("autoAugment", autoAugment.toMap());
        }
        if (!erasing.equals(RandomErasing.NONE)) {
            map.put("erasing", erasing.toMap());
        }
        map.put("seed", seed);
        return map;
    }

    /**
     * Reads settings. A key left out has the builder's default; numbers may be of any type, or
     * text.
     *
     * @param map the settings, as {@link #toMap} gives them
     * @return the sampler
     * @throws IllegalArgumentException if a key is unknown, a value is of another type or out of
     *     its range, or the version is not this one; it names the key
     */
    public static Augmentation fromMap(Map<String, Object> map) {
        Objects.requireNonNull(map, "map");
        return AugmentationBuilder.fromMap(new SettingsMap("views", map), VERSION);
    }
}
