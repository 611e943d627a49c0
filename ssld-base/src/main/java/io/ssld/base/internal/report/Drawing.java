package io.ssld.base.internal.report;

import io.ssld.base.internal.report.Figure.Line;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Pictures side by side with lines drawn over them and lines of text under them, to be shown by
 * {@link HtmlReport}. Coordinates are pixels from the upper left.
 */
public final class Drawing {

    private final int width;
    private final int height;
    private final String alt;
    private final List<Line> lines;
    private final StringBuilder shapes = new StringBuilder();

    /**
     * Creates an empty drawing.
     *
     * @param width its width, at least 1
     * @param height its height, at least 1
     * @param alt what it shows, for those who do not see it
     * @param lines the lines of text under it
     */
    public Drawing(int width, int height, String alt, Line... lines) {
        Objects.requireNonNull(alt, "alt");
        Objects.requireNonNull(lines, "lines");
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "size must be at least 1 x 1, but was " + width + " x " + height);
        }
        this.width = width;
        this.height = height;
        this.alt = alt;
        this.lines = List.of(lines);
    }

    /**
     * Adds a picture; what is added later lies over it.
     *
     * @param jpeg the bytes of a JPEG file
     * @param x its left edge
     * @param y its upper edge
     * @param pictureWidth the width it is shown with
     * @param pictureHeight the height it is shown with
     * @return this drawing
     */
    public Drawing addJpeg(byte[] jpeg, int x, int y, int pictureWidth, int pictureHeight) {
        Objects.requireNonNull(jpeg, "jpeg");
        if (jpeg.length < 2 || jpeg[0] != (byte) 0xFF || jpeg[1] != (byte) 0xD8) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "jpeg must be the bytes of a JPEG file, but was %d bytes without its"
                                    + " header",
                            jpeg.length));
        }
        shapes.append(
                String.format(
                        Locale.ROOT,
                        "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\""
                                + " href=\"data:image/jpeg;base64,%s\"/>\n",
                        x,
                        y,
                        pictureWidth,
                        pictureHeight,
                        Base64.getEncoder().encodeToString(jpeg)));
        return this;
    }

    /**
     * Adds a line between two places that belong together.
     *
     * @param x1 first place from the left
     * @param y1 first place from the top
     * @param x2 second place from the left
     * @param y2 second place from the top
     * @return this drawing
     */
    public Drawing addLine(double x1, double y1, double x2, double y2) {
        shapes.append(
                String.format(
                        Locale.ROOT,
                        "<path class=\"match\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n",
                        x1,
                        y1,
                        x2,
                        y2));
        return this;
    }

    String toSvg() {
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n%s</svg>\n",
                width,
                height,
                Html.escape(alt),
                shapes);
    }

    List<Line> lines() {
        return lines;
    }
}
