package io.ssld.core.search;

/** The settings that a search goes through, in this order. */
public enum Coordinate {
    /** The highest learning rate. */
    LEARNING_RATE("learning rate"),
    /** The size of training images; that of validation images stays. */
    TRAIN_SIZE("training size"),
    /** How often RandAugment is applied to an image. */
    RANDAUGMENT("RandAugment probability"),
    /** How often a box of an image is erased. */
    ERASING("erasing probability"),
    /** Factors of the learning rate for parts of the network. */
    MULTIPLIERS("learning rate multipliers");

    private final String title;

    Coordinate(String title) {
        this.title = title;
    }

    /**
     * Returns what reports call it.
     *
     * @return a few words
     */
    public String title() {
        return title;
    }
}
