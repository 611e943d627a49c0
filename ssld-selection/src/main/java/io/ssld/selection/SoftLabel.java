package io.ssld.selection;

import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * What a teacher says of one image of a pool: its likeliest classes.
 *
 * @param digest the first eight bytes of the SHA-256 of the file's content, big-endian
 * @param path where the image is, as the pool's list writes it, with forward slashes
 * @param scores the likeliest classes, likeliest first, of equal ones the lower class first; at
 *     least one, no class twice
 */
public record SoftLabel(long digest, String path, List<ClassScore> scores) {

    /**
     * Copies and checks the scores.
     *
     * @throws IllegalArgumentException if there is no path or score, a class is named twice, or the
     *     scores are not in order
     */
    public SoftLabel {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(scores, "scores");
        scores = List.copyOf(scores);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("path must not be empty");
        }
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("scores must hold a class, but were none: " + path);
        }
        if (scores.stream().mapToInt(ClassScore::classNumber).distinct().count() < scores.size()) {
            throw new IllegalArgumentException(
                    "scores must hold each class once, but were " + scores + " for " + path);
        }
        for (int i = 1; i < scores.size(); i++) {
            ClassScore before = scores.get(i - 1);
            ClassScore score = scores.get(i);
            if (score.probability() > before.probability()
                    || (score.probability() == before.probability()
                            && score.classNumber() <= before.classNumber())) {
                throw new IllegalArgumentException(
                        "scores must be likeliest first, of equal ones the lower class first, but"
                                + " were "
                                + scores
                                + " for "
                                + path);
            }
        }
    }

    /**
     * Returns the likeliest class.
     *
     * @return a class number
     */
    public int argMax() {
        return scores.get(0).classNumber();
    }

    /**
     * Returns the digest as tables write it.
     *
     * @return 16 hexadecimal digits
     */
    public String digestText() {
        return HexFormat.of().toHexDigits(digest);
    }
}
