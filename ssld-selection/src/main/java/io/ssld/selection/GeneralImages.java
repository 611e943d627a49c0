package io.ssld.selection;

import io.ssld.base.internal.CounterRandom;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.QuarantinedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Draws general images, related to the task or not, that a student learns from beside the labelled
 * ones: SKL-UGI (symmetric KL on unlabelled general images), as PaddleClas' PULC uses it. Nothing
 * is asked of an image but that it can be read.
 *
 * <p>PULC adds the 50,000 validation images of ImageNet-1k to 92,964 labelled images (a ratio of
 * 0.54) or 108,629 (0.46), and 0.16 and 0.25 in other scenes. It helps in most scenes and can hurt:
 * 96.01 to 95.86 for the orientation of text lines.
 *
 * <p>Each image draws a number from the seed and its content's digest; the lowest are taken, of
 * equal ones the lower digest, then the lower path. So the sample depends neither on the order of
 * the pool nor on its split into days: sampling of samples is sampling of everything. Every file is
 * read once. Memory: the pool's list and 32 bytes an image.
 */
public final class GeneralImages {

    private final int count;
    private final long seed;
    private final boolean keepDuplicates;
    private final int workers;

    private GeneralImages(Builder builder) {
        count = builder.count.required();
        seed = builder.seed.or(0L);
        keepDuplicates = builder.keepDuplicates.or(false);
        workers = builder.workers.or(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Starts a sampler.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * What was drawn.
     *
     * @param images the sample without labels, in the order of the numbers drawn; fewer than asked
     *     for if the pool has no more
     * @param duplicates how many images of the pool were left out because another with the same
     *     content is in it
     * @param quarantined what could not be read
     */
    public record Sample(ImageList images, int duplicates, List<QuarantinedImage> quarantined) {

        /**
         * Keeps its own copy of the list.
         *
         * @throws NullPointerException naming the component
         */
        public Sample {
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(quarantined, "quarantined");
            quarantined = List.copyOf(quarantined);
        }
    }

    /** An image of the pool and the number that it drew. */
    private record Drawn(long number, long digest, ImageEntry entry) {

        private static final Comparator<Drawn> ORDER =
                Comparator.comparing(Drawn::number, Long::compareUnsigned)
                        .thenComparing(Drawn::digest, Long::compareUnsigned)
                        .thenComparing(Drawn::pathBytes, Arrays::compareUnsigned);

        byte[] pathBytes() {
            String text = entry.path().toString().replace(File.separatorChar, '/');
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * Draws the sample.
     *
     * @param pool the images; labels are ignored
     * @return the sample
     * @throws IOException if reading is interrupted; an image that cannot be read is quarantined
     */
    public Sample draw(ImageList pool) throws IOException {
        Objects.requireNonNull(pool, "pool");
        List<Path> files = pool.entries().stream().map(pool::resolve).toList();
        List<ContentDigests.Content> contents = ContentDigests.of(files, workers);
        List<Drawn> drawn = new ArrayList<>(files.size());
        List<QuarantinedImage> bad = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            ImageEntry entry = ImageEntry.unlabelled(pool.entries().get(i).path());
            String unlistable = ImageList.unlistable(entry);
            String fault = unlistable == null ? contents.get(i).fault() : unlistable;
            if (fault != null) {
                bad.add(new QuarantinedImage(entry.path(), fault));
            } else {
                long digest = contents.get(i).digest();
                drawn.add(new Drawn(CounterRandom.of(seed, digest).nextLong(), digest, entry));
            }
        }
        drawn.sort(Drawn.ORDER);
        List<ImageEntry> sample = new ArrayList<>();
        int duplicates = 0;
        for (int i = 0; i < drawn.size(); i++) {
            // Equal contents drew equal numbers and stand side by side.
            if (!keepDuplicates && i > 0 && drawn.get(i).digest() == drawn.get(i - 1).digest()) {
                duplicates++;
            } else if (sample.size() < count) {
                sample.add(drawn.get(i).entry());
            }
        }
        return new Sample(new ImageList(pool.root(), sample), duplicates, bad);
    }

    /** Settings of a {@link GeneralImages}. */
    public static final class Builder {

        private final Setting<Integer> count = new Setting<>("count or ratio");
        private final Setting<Long> seed = new Setting<>("seed");
        private final Setting<Boolean> keepDuplicates = new Setting<>("keepDuplicates");
        private final Setting<Integer> workers = new Setting<>("workers");

        private Builder() {}

        /**
         * Sets how many images to draw.
         *
         * @param images at least 1
         * @return this builder
         */
        public Builder setCount(int images) {
            if (images < 1) {
                throw new IllegalArgumentException("count must be at least 1, but was " + images);
            }
            count.set(images);
            return this;
        }

        /**
         * Sets how many images to draw for each labelled one, instead of {@link #setCount}.
         *
         * @param ratio above 0, such as 0.54
         * @param labelled how many labelled images there are
         * @return this builder
         */
        public Builder setRatio(double ratio, int labelled) {
            double images = Math.rint(ratio * labelled);
            if (!(ratio > 0 && images >= 1 && images <= Integer.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "ratio must be above 0 and give at least one image, but was "
                                + ratio
                                + " of "
                                + labelled
                                + " labelled");
            }
            return setCount((int) images);
        }

        /**
         * Sets which sample it is; default 0.
         *
         * @param seed any number
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed.set(seed);
            return this;
        }

        /**
         * Sets whether images with equal contents may all be drawn; default false, which takes the
         * lowest path of them.
         *
         * @param keep whether to keep them
         * @return this builder
         */
        public Builder optKeepDuplicates(boolean keep) {
            keepDuplicates.set(keep);
            return this;
        }

        /**
         * Sets how many threads read files; default one a processor.
         *
         * @param threads at least 1
         * @return this builder
         */
        public Builder optWorkers(int threads) {
            if (threads < 1) {
                throw new IllegalArgumentException(
                        "workers must be at least 1, but was " + threads);
            }
            workers.set(threads);
            return this;
        }

        /**
         * Creates the sampler.
         *
         * @return the sampler
         * @throws IllegalStateException if neither count nor ratio is set
         */
        public GeneralImages build() {
            Setting.requireAll(count);
            return new GeneralImages(this);
        }
    }
}
