package io.ssld.images.view;

import io.ssld.images.internal.Box;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One augmentation of one image, as data: what is seen of it. A view does not know the size that it
 * is rendered to, so one view serves networks of several sizes.
 *
 * <p>In this order: the margin is laid around the image, the box is cut out and resized (or the
 * other way round), flipped, changed by the operations one after another; then come normalisation
 * and the erased boxes. The same view gives the same pixels, whenever and wherever it is rendered.
 *
 * @param order whether the box is cut out before or after resizing
 * @param left the left edge of the box, in pixels of the image; negative in the margin
 * @param top the upper edge of the box, in pixels of the image; negative in the margin
 * @param width the width of the box, in pixels of the image
 * @param height the height of the box, in pixels of the image
 * @param flip whether left and right are swapped
 * @param interpolation how the box becomes the network's input
 * @param margin what lies around the image
 * @param ops what is done to the pixels after that, in order
 * @param erased what is overwritten after normalisation, in order
 */
public record View(
        Order order,
        double left,
        double top,
        double width,
        double height,
        boolean flip,
        Interpolation interpolation,
        Margin margin,
        List<PixelOp> ops,
        List<ErasedBox> erased) {

    /** What is done first; it decides what the pixels at the box's border are mixed with. */
    public enum Order {
        /**
         * The box, of whole pixels, is cut out and resized. Pixels outside it are never seen:
         * training.
         */
        CROP_THEN_RESIZE,
        /**
         * The image is resized and the box cut out of that, so the edges of the box may lie between
         * pixels and its border is mixed with the pixels around it: evaluation.
         */
        RESIZE_THEN_CROP
    }

    /**
     * Copies the lists and checks the box.
     *
     * @throws IllegalArgumentException if the box is empty, starts outside image and margin, or has
     *     edges between pixels although it is cut out first; if there is a margin although it is
     *     not
     */
    public View {
        Objects.requireNonNull(margin, "margin");
        Objects.requireNonNull(ops, "ops");
        Objects.requireNonNull(erased, "erased");
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(interpolation, "interpolation");
        ops = List.copyOf(ops);
        erased = List.copyOf(erased);
        String box = width + " x " + height + " at " + left + ", " + top;
        if (!(left >= -margin.pixels()
                && top >= -margin.pixels()
                && width > 0
                && height > 0
                && left + width + top + height < 1e9)) {
            throw new IllegalArgumentException("box must lie in the image, but was " + box);
        }
        if (order == Order.CROP_THEN_RESIZE && !(isWhole(left, top) && isWhole(width, height))) {
            throw new IllegalArgumentException(
                    "box must have whole edges to be cut out first, but was " + box);
        }
        if (order == Order.RESIZE_THEN_CROP && margin.pixels() > 0) {
            throw new IllegalArgumentException(
                    "margin must be none when the image is resized first, but was " + margin);
        }
    }

    /**
     * Creates a view of a box, resized as OpenCV does, and nothing else.
     *
     * @param order whether the box is cut out before or after resizing
     * @param left the left edge of the box, in pixels of the image
     * @param top the upper edge of the box, in pixels of the image
     * @param width the width of the box, in pixels of the image
     * @param height the height of the box, in pixels of the image
     * @param flip whether left and right are swapped
     * @throws IllegalArgumentException as the other constructor
     */
    public View(Order order, double left, double top, double width, double height, boolean flip) {
        this(
                order,
                left,
                top,
                width,
                height,
                flip,
                Interpolation.OPENCV_BILINEAR,
                Margin.NONE,
                List.of(),
                List.of());
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @param text one line
     * @return the view, equal to the one written
     * @throws IllegalArgumentException if the text is not that of a view; it tells the part
     */
    public static View parse(String text) {
        Objects.requireNonNull(text, "text");
        return ViewText.parse(text);
    }

    /**
     * Writes the view in one line, for a label store or a table, such as
     *
     * <pre>crop:5,22,337,351 flip rotate:-12.5,bicubic,7c7468 erase:0.3,0.2,0.5,0.1,pixel-normal,42
     * </pre>
     *
     * <p>Words are separated by one space, always in this order: the box ({@code crop} or {@code
     * resize-crop}: left, top, width, height), {@code flip}, {@code pillow-bilinear} or {@code
     * pillow-bicubic}, {@code margin:pixels,colour}, the operations with their strengths, the
     * erased boxes. Numbers are written so that reading them back gives the same.
     *
     * @return the text, without line breaks
     */
    public String toText() {
        return ViewText.of(this);
    }

    /**
     * Returns this view resized another way.
     *
     * @param other how the box becomes the network's input
     * @return the view
     */
    public View withInterpolation(Interpolation other) {
        Objects.requireNonNull(other, "other");
        return new View(order, left, top, width, height, flip, other, margin, ops, erased);
    }

    /**
     * Sees the whole image.
     *
     * @param imageWidth the width of the image
     * @param imageHeight the height of the image
     * @return the view
     */
    public static View whole(int imageWidth, int imageHeight) {
        return new View(Order.CROP_THEN_RESIZE, 0, 0, imageWidth, imageHeight, false);
    }

    /**
     * Resizes the short side, then cuts out the centre: how PaddleClas evaluates. The long side is
     * rounded (half to even), the odd pixel goes to the right and below.
     *
     * @param imageWidth the width of the image
     * @param imageHeight the height of the image
     * @param shortSide what the shorter side becomes
     * @param width the width of the box after resizing, which is that of the network's input
     * @param height the height of the box after resizing
     * @return the view
     * @throws IllegalArgumentException if the box is larger than {@code shortSide}
     */
    public static View centerCrop(
            int imageWidth, int imageHeight, int shortSide, int width, int height) {
        if (shortSide < Math.max(width, height)) {
            throw new IllegalArgumentException(
                    "shortSide must be at least the crop's "
                            + width
                            + " x "
                            + height
                            + ", but was "
                            + shortSide);
        }
        double percent = (double) shortSide / Math.min(imageWidth, imageHeight);
        long resizedWidth = (long) Math.rint(imageWidth * percent);
        long resizedHeight = (long) Math.rint(imageHeight * percent);
        double scaleX = (double) imageWidth / resizedWidth;
        double scaleY = (double) imageHeight / resizedHeight;
        long left = (resizedWidth - width) / 2;
        long top = (resizedHeight - height) / 2;
        return new View(
                Order.RESIZE_THEN_CROP,
                left * scaleX,
                top * scaleY,
                width * scaleX,
                height * scaleY,
                false);
    }

    /**
     * The part of the image that this view needs and nothing around it, in whole pixels; null if it
     * mixes in pixels around its box.
     */
    public @Nullable Box onlySees() {
        return order == Order.CROP_THEN_RESIZE && margin.equals(Margin.NONE)
                ? new Box((int) left, (int) top, (int) width, (int) height)
                : null;
    }

    /** This view of an image that was cut down to what it {@linkplain #onlySees sees}. */
    public View atOrigin() {
        return new View(order, 0, 0, width, height, flip, interpolation, margin, ops, erased);
    }

    private static boolean isWhole(double a, double b) {
        return a == Math.rint(a) && b == Math.rint(b);
    }
}
