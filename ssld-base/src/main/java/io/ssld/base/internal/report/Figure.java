package io.ssld.base.internal.report;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A picture with lines of text under it, to be shown by {@link HtmlReport}. */
public final class Figure {

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    // A PNG begins with its signature, then length, type, width and height of its header.
    private static final int WIDTH_OFFSET = 16;
    private static final int HEIGHT_OFFSET = 20;
    private static final int HEADER_LENGTH = 24;

    private final String base64;
    private final int width;
    private final int height;
    private final String alt;
    private final List<Line> lines;

    private Figure(String base64, int width, int height, String alt, List<Line> lines) {
        this.base64 = base64;
        this.width = width;
        this.height = height;
        this.alt = alt;
        this.lines = lines;
    }

    /**
     * Makes a figure of a picture.
     *
     * @param png the bytes of a PNG file
     * @param alt what the picture shows, for those who do not see it
     * @param lines the lines under it
     * @return the figure
     */
    public static Figure ofPng(byte[] png, String alt, Line... lines) {
        Objects.requireNonNull(png, "png");
        Objects.requireNonNull(alt, "alt");
        Objects.requireNonNull(lines, "lines");
        if (png.length < HEADER_LENGTH || !Arrays.equals(PNG, 0, 8, png, 0, 8)) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "png must be the bytes of a PNG file, but was %d bytes without its"
                                    + " header",
                            png.length));
        }
        ByteBuffer header = ByteBuffer.wrap(png);
        return new Figure(
                Base64.getEncoder().encodeToString(png),
                header.getInt(WIDTH_OFFSET),
                header.getInt(HEIGHT_OFFSET),
                alt,
                List.of(lines));
    }

    /**
     * Returns a line that judges nothing.
     *
     * @param text the text, such as {@code label: Coat}
     * @return the line
     */
    public static Line line(String text) {
        Objects.requireNonNull(text, "text");
        return new Line(text, Mark.NONE);
    }

    /**
     * Returns a line marked as right.
     *
     * @param text the text, such as {@code teacher: Coat 93 %}
     * @return the line
     */
    public static Line right(String text) {
        Objects.requireNonNull(text, "text");
        return new Line(text, Mark.RIGHT);
    }

    /**
     * Returns a line marked as wrong.
     *
     * @param text the text, such as {@code student: Shirt 55 %}
     * @return the line
     */
    public static Line wrong(String text) {
        Objects.requireNonNull(text, "text");
        return new Line(text, Mark.WRONG);
    }

    String dataUri() {
        return "data:image/png;base64," + base64;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    String alt() {
        return alt;
    }

    List<Line> lines() {
        return lines;
    }

    /**
     * A line of text under a figure.
     *
     * @param text the text
     * @param mark whether what it says is right
     */
    public record Line(String text, Mark mark) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Line {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(mark, "mark");
        }
    }

    /** Whether a line says something right; shown by a sign as well as a colour. */
    public enum Mark {
        /** Nothing is judged. */
        NONE,
        /** It is right. */
        RIGHT,
        /** It is wrong. */
        WRONG
    }
}
