package io.ssld.images.view;

import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.Setting;
import io.ssld.base.internal.SettingsMap;

/** Settings of an {@link Augmentation}. */
public final class AugmentationBuilder {

    private static final int DEFAULT_PADDING = 4;

    private final Setting<CropSampling> sampling = new Setting<>("sampling");
    private final Setting<Range> area = new Setting<>("area");
    private final Setting<Range> aspectRatio = new Setting<>("aspectRatio");
    private final Setting<Margin> padding = new Setting<>("padding");
    private final Setting<Double> flipProbability = new Setting<>("flipProbability");
    private final Setting<Interpolation> interpolation = new Setting<>("interpolation");
    private final Setting<ColorJitter> colorJitter = new Setting<>("colorJitter");
    private final Setting<RandAugment> randAugment = new Setting<>("randAugment");
    private final Setting<AutoAugment> autoAugment = new Setting<>("autoAugment");
    private final Setting<RandomErasing> erasing = new Setting<>("erasing");
    private final Setting<Long> seed = new Setting<>("seed");

    AugmentationBuilder() {}

    /**
     * Sets how the box is drawn; default {@link CropSampling#PADDLE}.
     *
     * @param sampling one of the ways
     * @return this builder
     */
    public AugmentationBuilder optSampling(CropSampling sampling) {
        this.sampling.set(sampling);
        return this;
    }

    /**
     * Sets how much of the image's area a crop covers; default 0.08 to 1.
     *
     * @param min the lowest share, above 0
     * @param max the highest share, at most 1
     * @return this builder
     */
    public AugmentationBuilder optArea(double min, double max) {
        area.set(Range.positive("area", min, max, 1));
        return this;
    }

    /**
     * Sets the width of a crop divided by its height; default 3/4 to 4/3.
     *
     * @param min the lowest ratio, above 0
     * @param max the highest ratio, at most 1000
     * @return this builder
     */
    public AugmentationBuilder optAspectRatio(double min, double max) {
        aspectRatio.set(Range.positive("aspectRatio", min, max, 1000));
        return this;
    }

    /**
     * Sets the black margin of {@link CropSampling#PADDED}; default 4, that of CIFAR.
     *
     * @param pixels its width on each side, in pixels of the image
     * @return this builder
     */
    public AugmentationBuilder optPadding(int pixels) {
        return optPadding(pixels, 0);
    }

    /**
     * Sets the margin of {@link CropSampling#PADDED}.
     *
     * @param pixels its width on each side, in pixels of the image
     * @param color its colour, {@code 0xRRGGBB}
     * @return this builder
     */
    public AugmentationBuilder optPadding(int pixels, int color) {
        padding.set(new Margin(pixels, color));
        return this;
    }

    /**
     * Sets how often left and right are swapped; default 0.5.
     *
     * @param probability from 0 to 1
     * @return this builder
     */
    public AugmentationBuilder optFlipProbability(double probability) {
        Ranges.probability("flipProbability", probability);
        flipProbability.set(probability);
        return this;
    }

    /**
     * Sets how the box becomes the network's input; default {@link Interpolation#OPENCV_BILINEAR}.
     *
     * @param interpolation one of the ways
     * @return this builder
     */
    public AugmentationBuilder optInterpolation(Interpolation interpolation) {
        this.interpolation.set(interpolation);
        return this;
    }

    /**
     * Sets how colours are changed; default not at all.
     *
     * @param brightness how far the brightness goes, such as 0.4
     * @param contrast how far the contrast goes
     * @param saturation how far the saturation goes
     * @param hue how far the hue goes, at most 0.5
     * @return this builder
     */
    public AugmentationBuilder optColorJitter(
            double brightness, double contrast, double saturation, double hue) {
        colorJitter.set(new ColorJitter(brightness, contrast, saturation, hue));
        return this;
    }

    /**
     * Sets RandAugment; default none. Not together with {@link #optAutoAugment}.
     *
     * @param policy how operations are drawn
     * @return this builder
     */
    public AugmentationBuilder optRandAugment(RandAugment policy) {
        randAugment.set(policy);
        return this;
    }

    /**
     * Sets AutoAugment; default none. Not together with {@link #optRandAugment}.
     *
     * @param policy how operations are drawn
     * @return this builder
     */
    public AugmentationBuilder optAutoAugment(AutoAugment policy) {
        autoAugment.set(policy);
        return this;
    }

    /**
     * Sets what is erased after normalisation; default nothing.
     *
     * @param erasing how boxes are drawn
     * @return this builder
     */
    public AugmentationBuilder optErasing(RandomErasing erasing) {
        this.erasing.set(erasing);
        return this;
    }

    /**
     * Sets which views are drawn; default 0.
     *
     * @param seed any number
     * @return this builder
     */
    public AugmentationBuilder optSeed(long seed) {
        this.seed.set(seed);
        return this;
    }

    /**
     * Creates the sampler. Samplers of equal settings are equal, and say their settings.
     *
     * @return the sampler
     * @throws IllegalArgumentException if there is a padding or there are two policies in conflict
     * @throws IllegalStateException if an area or ratio is set for a sampling that has none
     */
    public Augmentation build() {
        CropSampling way = sampling.or(CropSampling.PADDLE);
        if (way == CropSampling.PADDED || way == CropSampling.WHOLE) {
            requireNone(area, "area", way);
            requireNone(aspectRatio, "aspectRatio", way);
        }
        Margin none = way == CropSampling.PADDED ? new Margin(DEFAULT_PADDING, 0) : Margin.NONE;
        return new Augmentation(
                way,
                area.or(new Range(0.08, 1)),
                aspectRatio.or(new Range(3.0 / 4, 4.0 / 3)),
                padding.or(none),
                flipProbability.or(0.5),
                interpolation.or(Interpolation.OPENCV_BILINEAR),
                colorJitter.or(ColorJitter.NONE),
                randAugment.or(RandAugment.NONE),
                autoAugment.or(AutoAugment.NONE),
                erasing.or(RandomErasing.NONE),
                seed.or(0L));
    }

    private static void requireNone(Setting<Range> setting, String name, CropSampling way) {
        Range range = setting.orNull();
        if (range != null) {
            throw new IllegalStateException(
                    name
                            + " must not be set with sampling "
                            + way
                            + ", but was "
                            + range
                            + "; remove one of the two calls");
        }
    }

    /** Reads settings; what they leave out has the defaults of {@link #build}. */
    static Augmentation fromMap(SettingsMap map, int version) {
        int given = map.integer("version", version);
        if (given != version) {
            throw new IllegalArgumentException(
                    "views.version must be "
                            + version
                            + ", but was "
                            + given
                            + "; other versions draw other views from the same settings");
        }
        AugmentationBuilder builder = new AugmentationBuilder();
        builder.sampling.set(map.choice("sampling", CropSampling.PADDLE));
        Augmentation base = builder.build();
        double[] areas = map.pair("area", base.area().min(), base.area().max());
        double[] ratios =
                map.pair("aspectRatio", base.aspectRatio().min(), base.aspectRatio().max());
        Margin margin =
                new Margin(
                        map.integer("padding", base.margin().pixels()),
                        map.color("paddingColor", base.margin().color()));
        SettingsMap colors = map.map("colorJitter");
        SettingsMap rand = map.map("randAugment");
        SettingsMap auto = map.map("autoAugment");
        SettingsMap erased = map.map("erasing");
        Augmentation result =
                new Augmentation(
                        base.sampling(),
                        Range.positive("area", areas[0], areas[1], 1),
                        Range.positive("aspectRatio", ratios[0], ratios[1], 1000),
                        margin,
                        map.number("flipProbability", base.flipProbability()),
                        map.choice("interpolation", base.interpolation()),
                        colors == null ? base.colorJitter() : ColorJitter.fromMap(colors),
                        rand == null ? base.randAugment() : RandAugment.fromMap(rand),
                        auto == null ? base.autoAugment() : AutoAugment.fromMap(auto),
                        erased == null ? base.erasing() : RandomErasing.fromMap(erased),
                        map.whole("seed", base.seed()));
        map.finish();
        return result;
    }
}
