package io.ssld.images.internal;

/**
 * How a stored image lies, as tag 274 of EXIF and TIFF says: pixel (x, y) of the upright image is
 * pixel (x, y) of the stored one, exchanged if {@code swap} and then counted from the right or from
 * below.
 */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    UPSIDE_DOWN(false, true, true),
    MIRRORED_UPSIDE_DOWN(false, false, true),
    TRANSPOSED(true, false, false),
    TURNED_LEFT(true, false, true),
    TRANSVERSED(true, true, true),
    TURNED_RIGHT(true, true, false);

    private final boolean swap;
    private final boolean fromRight;
    private final boolean fromBelow;

    Orientation(boolean swap, boolean fromRight, boolean fromBelow) {
        this.swap = swap;
        this.fromRight = fromRight;
        this.fromBelow = fromBelow;
    }

    /** The orientation of a tag's value, 1 to 8; any other value means nothing and is upright. */
    static Orientation of(long tag) {
        return tag >= 1 && tag <= 8 ? values()[(int) tag - 1] : UPRIGHT;
    }

    int uprightWidth(int width, int height) {
        return swap ? height : width;
    }

    int uprightHeight(int width, int height) {
        return swap ? width : height;
    }

    /** Where a box of the upright image lies in the stored one of the given size. */
    Box toStored(Box box, int storedWidth, int storedHeight) {
        int left = swap ? box.top() : box.left();
        int top = swap ? box.left() : box.top();
        int width = swap ? box.height() : box.width();
        int height = swap ? box.width() : box.height();
        return new Box(
                fromRight ? storedWidth - left - width : left,
                fromBelow ? storedHeight - top - height : top,
                width,
                height);
    }

    /** Turns a stored image upright. */
    Pixels upright(Pixels stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int width = uprightWidth(stored.width(), stored.height());
        int height = uprightHeight(stored.width(), stored.height());
        int right = fromRight ? -1 : 1;
        int down = fromBelow ? -1 : 1;
        int first =
                (fromRight ? stored.width() - 1 : 0)
                        + (fromBelow ? stored.height() - 1 : 0) * stored.width();
        // How far the next pixel of a row, and of a column, lies in the stored image.
        int stepX = swap ? down * stored.width() : right;
        int stepY = swap ? right : down * stored.width();
        byte[] from = stored.rgb();
        byte[] rgb = new byte[from.length];
        int at = 0;
        for (int y = 0; y < height; y++) {
            int source = 3 * (first + y * stepY);
            for (int x = 0; x < width; x++, source += 3 * stepX) {
                rgb[at++] = from[source];
                rgb[at++] = from[source + 1];
                rgb[at++] = from[source + 2];
            }
        }
        return new Pixels(width, height, rgb);
    }
}
