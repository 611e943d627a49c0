package io.ssld.selection;

import io.ssld.base.internal.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Selects of a labelled pool the images that a teacher is surest of, class by class.
 *
 * <p>Two readings of the method:
 *
 * <ul>
 *   <li>SSLD's, the default (Cui et al., "Beyond self-supervision", arXiv:2103.05959): an image
 *       belongs to its likeliest class, and each class keeps the {@code k} images with the highest
 *       probability. A class to which fewer belong keeps fewer. That an image belongs to its
 *       arg-max class is not said in the paper but follows from there being classes with fewer than
 *       {@code k}.
 *   <li>Yalniz et al.'s ("Billion-scale semi-supervised learning", arXiv:1905.00546), with {@link
 *       Builder#optTopP}: an image stands for each of its {@code P} likeliest classes, and may be
 *       kept in several.
 * </ul>
 *
 * <p>The order is total: higher probability, then lower content digest (unsigned), then lower path
 * (by code point). So the result depends neither on the order of the rows nor on how they are
 * spread over tables, and selecting of selections, {@link KeptImages#writeTable}, is the same as
 * selecting of everything: days can be added one by one.
 *
 * <p>Equal contents, by their digests, count once in a class: the row with the higher probability,
 * then the lower path.
 *
 * <p>One pass; memory is 36 to 52 bytes for each image kept in each class, whatever the number of
 * rows.
 */
public final class TopKPerClass {

    private final int k;
    private final int topP;
    private final float minimumScore;

    private TopKPerClass(Builder builder) {
        k = builder.k.required();
        topP = builder.topP.or(1);
        minimumScore = builder.minimumScore.or(0f);
    }

    /**
     * Starts a selection.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Selects of tables.
     *
     * @param tables tables of one teacher, in any order, no path twice
     * @return what is kept, to be closed; it reads the tables, which must stay
     * @throws IOException if a table cannot be read, is malformed or cut off, or two are of
     *     different teachers or views, or an image that is kept is there twice
     * @throws IllegalArgumentException if there is no table, or its rows hold fewer than P classes
     */
    public KeptImages select(List<Path> tables) throws IOException {
        Objects.requireNonNull(tables, "tables");
        TableSource source = new TableSource(tables);
        try {
            return select(source);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /**
     * As {@link #select(List)}, of tables that are open.
     *
     * @param tables tables of one teacher, in any order, no path twice
     * @return what is kept, to be closed; it reads the tables, which must stay
     * @throws IOException as there
     * @throws IllegalArgumentException if there is no table, or its rows hold fewer than P classes
     */
    public KeptImages select(SoftLabelTable... tables) throws IOException {
        Objects.requireNonNull(tables, "tables");
        return select(Stream.of(tables).map(SoftLabelTable::file).toList());
    }

    /**
     * Selects of labels in memory.
     *
     * @param facts what the labels have in common
     * @param labels the labels, in any order, no image twice
     * @return what is kept
     * @throws IOException if an image that is kept is there twice
     * @throws IllegalArgumentException if the labels hold fewer than P classes
     */
    public KeptImages select(LabelFacts facts, List<SoftLabel> labels) throws IOException {
        Objects.requireNonNull(facts, "facts");
        Objects.requireNonNull(labels, "labels");
        return select(new ListSource(facts, labels));
    }

    private KeptImages select(LabelSource source) throws IOException {
        LabelFacts facts = source.facts();
        if (topP > facts.topK()) {
            throw new IllegalArgumentException(
                    "topP must be at most the "
                            + facts.topK()
                            + " classes of a row, but was "
                            + topP
                            + "; label the pool with more");
        }
        ClassHeap[] heaps = new ClassHeap[facts.classes()];
        for (int i = 0; i < heaps.length; i++) {
            heaps[i] = new ClassHeap(k, source);
        }
        long[] rows = new long[1];
        source.forEach(
                (place, digest, scores) -> {
                    rows[0]++;
                    for (int rank = 0; rank < topP; rank++) {
                        float score = scores.probabilityAt(rank);
                        if (score < minimumScore) {
                            break; // the rest is less likely still
                        }
                        heaps[scores.classAt(rank)].offer(score, digest, place);
                    }
                });
        for (ClassHeap heap : heaps) {
            heap.sort();
        }
        return new KeptImages(source, heaps, rows[0], topP > 1);
    }

    /** Settings of a {@link TopKPerClass}. */
    public static final class Builder {

        private final Setting<Integer> k = new Setting<>("k");
        private final Setting<Integer> topP = new Setting<>("topP");
        private final Setting<Float> minimumScore = new Setting<>("minimumScore");

        private Builder() {}

        /**
         * Sets how many images a class keeps at most. There is no default, for SSLD's is not
         * published: four million images kept over 1,000 classes make it 4,000 or more. Yalniz et
         * al. report 8,000 and 16,000 of a billion images.
         *
         * @param k at least 1
         * @return this builder
         */
        public Builder setK(int k) {
            if (k < 1) {
                throw new IllegalArgumentException("k must be at least 1, but was " + k);
            }
            this.k.set(k);
            return this;
        }

        /**
         * Lets an image stand for its P likeliest classes; default 1, its arg-max. Yalniz et al.
         * use 10.
         *
         * @param p at least 1 and at most the classes of a row
         * @return this builder
         */
        public Builder optTopP(int p) {
            if (p < 1) {
                throw new IllegalArgumentException("topP must be at least 1, but was " + p);
            }
            topP.set(p);
            return this;
        }

        /**
         * Sets the least probability that an image must have in a class to be kept there; default
         * 0.
         *
         * @param probability 0 to 1
         * @return this builder
         */
        public Builder optMinimumScore(double probability) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "minimumScore must be in 0..1, but was " + probability);
            }
            minimumScore.set((float) probability);
            return this;
        }

        /**
         * Creates the selection.
         *
         * @return the selection
         * @throws IllegalStateException if k is missing
         */
        public TopKPerClass build() {
            Setting.requireAll(k);
            return new TopKPerClass(this);
        }
    }
}
