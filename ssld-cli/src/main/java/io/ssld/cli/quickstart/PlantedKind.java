package io.ssld.cli.quickstart;

/** What is planted in the pool, for mining to find. */
enum PlantedKind {
    /** The file of a test image under another name. */
    EXACT("copy of a test image: the same file", 20),
    /** A test image as JPEG of quality 0.9. */
    REENCODED("copy of a test image: JPEG 90", 20),
    /** A test image with every pixel times 1.2. */
    BRIGHTER("copy of a test image: brighter by 20 %", 20),
    /** A test image with every pixel times 0.8. */
    DARKER("copy of a test image: darker by 20 %", 20),
    /** A test image moved by one pixel. */
    SHIFTED("copy of a test image: moved by a pixel", 20),
    /** Something that is no clothing: stripes, chequers, rings, noise. */
    FOREIGN("foreign image: patterns and noise", 40);

    private final String label;
    private final int count;

    PlantedKind(String label, int count) {
        this.label = label;
        this.count = count;
    }

    String label() {
        return label;
    }

    int count() {
        return count;
    }
}
