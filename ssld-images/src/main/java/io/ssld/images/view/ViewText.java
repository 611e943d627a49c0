package io.ssld.images.view;

import io.ssld.base.internal.SettingsMap;
import io.ssld.images.view.View.Order;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The line of text that a view is written to; the format is told by {@link View#toText}. */
final class ViewText {

    /** The place of the operations among the parts of a text. */
    private static final int OPS = 4;

    private ViewText() {}

    static String of(View view) {
        List<String> words = new ArrayList<>();
        words.add(
                (view.order() == Order.CROP_THEN_RESIZE ? "crop:" : "resize-crop:")
                        + number(view.left())
                        + ","
                        + number(view.top())
                        + ","
                        + number(view.width())
                        + ","
                        + number(view.height()));
        if (view.flip()) {
            words.add("flip");
        }
        if (view.interpolation() != Interpolation.OPENCV_BILINEAR) {
            words.add(SettingsMap.text(view.interpolation()));
        }
        if (!view.margin().equals(Margin.NONE)) {
            Margin margin = view.margin();
            words.add("margin:" + margin.pixels() + "," + SettingsMap.colorText(margin.color()));
        }
        view.ops().forEach(op -> words.add(of(op)));
        view.erased().forEach(box -> words.add(of(box)));
        return String.join(" ", words);
    }

    static String of(PixelOp op) {
        if (op instanceof PixelOp.Tone tone) {
            return SettingsMap.text(tone.kind()) + ":" + tone.level();
        }
        if (op instanceof PixelOp.Color color) {
            return SettingsMap.text(color.kind()) + ":" + number(color.strength());
        }
        PixelOp.Geometric geometric = (PixelOp.Geometric) op;
        return SettingsMap.text(geometric.kind())
                + ":"
                + number(geometric.strength())
                + ","
                + SettingsMap.text(geometric.resampling())
                + ","
                + SettingsMap.colorText(geometric.fill());
    }

    private static String of(ErasedBox box) {
        return "erase:"
                + number(box.width())
                + ","
                + number(box.height())
                + ","
                + number(box.across())
                + ","
                + number(box.down())
                + ","
                + SettingsMap.text(box.fill())
                + ","
                + box.seed();
    }

    /** Whole numbers without a fraction; the shortest digits that give the same number back. */
    private static String number(double value) {
        return value == (long) value && Math.abs(value) < 1e9 && 1 / value > -1e300
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    static View parse(String text) {
        String[] words = text.split(" ", -1);
        Word box = new Word(words[0]);
        if (!box.name.equals("crop") && !box.name.equals("resize-crop")) {
            throw box.bad("start with crop or resize-crop", null);
        }
        box.requireArguments(4);
        boolean flip = false;
        Interpolation interpolation = Interpolation.OPENCV_BILINEAR;
        Margin margin = Margin.NONE;
        List<PixelOp> ops = new ArrayList<>();
        List<ErasedBox> erased = new ArrayList<>();
        int last = 0;
        for (int i = 1; i < words.length; i++) {
            Word word = new Word(words[i]);
            // One view, one text: parts in another order would silently be put right.
            int place = word.place();
            if (place < last || (place == last && place < OPS)) {
                throw word.bad("have its parts once and in order", null);
            }
            last = place;
            switch (word.name) {
                case "flip" -> flip = word.requireArguments(0);
                case "pillow-bilinear" -> interpolation = Interpolation.PILLOW_BILINEAR;
                case "pillow-bicubic" -> interpolation = Interpolation.PILLOW_BICUBIC;
                case "margin" -> margin = word.margin();
                case "erase" -> erased.add(word.erasedBox());
                default -> ops.add(word.op());
            }
        }
        return new View(
                box.name.equals("crop") ? Order.CROP_THEN_RESIZE : Order.RESIZE_THEN_CROP,
                box.number(0),
                box.number(1),
                box.number(2),
                box.number(3),
                flip,
                interpolation,
                margin,
                ops,
                erased);
    }

    static PixelOp parseOp(String text) {
        return new Word(text).op();
    }

    private static <E extends Enum<E>> @Nullable E find(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (SettingsMap.text(constant).equals(text)) {
                return constant;
            }
        }
        return null;
    }

    /** A name and what stands behind its colon. */
    private static final class Word {

        private final String text;
        private final String name;
        private final String[] arguments;

        Word(String text) {
            this.text = text;
            int colon = text.indexOf(':');
            name = colon < 0 ? text : text.substring(0, colon);
            arguments = colon < 0 ? new String[0] : text.substring(colon + 1).split(",", -1);
        }

        int place() {
            return switch (name) {
                case "flip" -> 1;
                case "pillow-bilinear", "pillow-bicubic" -> {
                    requireArguments(0);
                    yield 2;
                }
                case "margin" -> 3;
                case "erase" -> OPS + 1;
                default -> OPS;
            };
        }

        boolean requireArguments(int count) {
            if (arguments.length != count) {
                throw bad("have " + count + " values after its name", null);
            }
            return true;
        }

        double number(int index) {
            try {
                return Double.parseDouble(arguments[index]);
            } catch (NumberFormatException e) {
                throw bad("have numbers after its name", e);
            }
        }

        int integer(int index) {
            try {
                return Integer.parseInt(arguments[index]);
            } catch (NumberFormatException e) {
                throw bad("have whole numbers after its name", e);
            }
        }

        long seed(int index) {
            try {
                return Long.parseLong(arguments[index]);
            } catch (NumberFormatException e) {
                throw bad("have whole numbers after its name", e);
            }
        }

        Margin margin() {
            requireArguments(2);
            return new Margin(integer(0), SettingsMap.parseColor(arguments[1]));
        }

        ErasedBox erasedBox() {
            requireArguments(6);
            ErasedBox.Fill fill = find(ErasedBox.Fill.class, arguments[4]);
            if (fill == null) {
                throw bad("have a fill as its fifth value", null);
            }
            return new ErasedBox(number(0), number(1), number(2), number(3), fill, seed(5));
        }

        PixelOp op() {
            PixelOp.Tone.Kind tone = find(PixelOp.Tone.Kind.class, name);
            if (tone != null) {
                requireArguments(1);
                return new PixelOp.Tone(tone, integer(0));
            }
            PixelOp.Color.Kind color = find(PixelOp.Color.Kind.class, name);
            if (color != null) {
                requireArguments(1);
                return new PixelOp.Color(color, number(0));
            }
            PixelOp.Geometric.Kind geometric = find(PixelOp.Geometric.Kind.class, name);
            if (geometric == null) {
                throw bad("be a part of a view", null);
            }
            requireArguments(3);
            PixelOp.Resampling resampling = find(PixelOp.Resampling.class, arguments[1]);
            if (resampling == null) {
                throw bad("have a resampling as its second value", null);
            }
            return new PixelOp.Geometric(
                    geometric, number(0), resampling, SettingsMap.parseColor(arguments[2]));
        }

        IllegalArgumentException bad(String rule, @Nullable Exception cause) {
            return new IllegalArgumentException(
                    "view text must "
                            + rule
                            + ", but was \""
                            + text
                            + "\"; write it with View.toText",
                    cause);
        }
    }
}
