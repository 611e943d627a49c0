package io.ssld.cli.quickstart;

/** The three ways in which the same student is trained. */
enum Way {
    /** The baseline: labels of the labelled images, no teacher. */
    LABELS_ONLY("labels-only"),
    /** The teacher's soft labels on the same images; their own labels are not looked at. */
    DISTILLED("distilled"),
    /** The teacher's soft labels on the same images and the unlabelled pool. */
    DISTILLED_WITH_POOL("distilled+pool");

    private final String label;

    Way(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
