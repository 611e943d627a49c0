package io.ssld.core.labels;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several parts of a recording, of nearly equal size: the images from {@code N (i - 1) / n}
 * to {@code N i / n} in the order of their digests. A segment that lies in two shares is in both in
 * parts, which a merge puts together.
 *
 * @param number i, from 1
 * @param of n, how many there are
 */
record Share(int number, int of) {

    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})/([1-9][0-9]{0,8})");

    /** From so many groups a share on, whole groups go into each: their batches are the same. */
    private static final int MANY = 32;

    /** Reads {@code i/n}; throws IllegalArgumentException for anything else. */
    static Share parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        Share share =
                matcher.matches()
                        ? new Share(
                                Integer.parseInt(matcher.group(1)),
                                Integer.parseInt(matcher.group(2)))
                        : new Share(0, 0);
        if (share.number < 1 || share.number > share.of) {
            throw new IllegalArgumentException(
                    "shard must be i/n with i from 1 to n, but was '" + text + "'");
        }
        return share;
    }

    /** The first image of this share. */
    int from(int images, int group) {
        return border(number - 1, images, group);
    }

    /** The first image behind this share. */
    int to(int images, int group) {
        return border(number, images, group);
    }

    private int border(int before, int images, int group) {
        int place = (int) ((long) images * before / of);
        boolean whole = before < of && images / of >= (long) MANY * group;
        return whole ? place / group * group : place;
    }

    @Override
    public String toString() {
        return number + "/" + of;
    }
}
