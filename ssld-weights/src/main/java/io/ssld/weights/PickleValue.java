package io.ssld.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value that a pickle describes. Nothing but these is ever made of one.
 *
 * <p>Containers can hold themselves, so they are told apart by identity and never compared, hashed
 * or printed by what is in them.
 */
sealed interface PickleValue
        permits PickleGlobal,
                PickleValue.Constant,
                PickleValue.Whole,
                PickleValue.Real,
                PickleValue.Text,
                PickleValue.Bytes,
                PickleValue.Tuple,
                PickleValue.Sequence,
                PickleValue.Dictionary,
                PickleValue.Call {

    /** Returns what sort of value this is, for messages. */
    String kind();

    /** The values without content. */
    enum Constant implements PickleValue {
        NONE("None"),
        FALSE("False"),
        TRUE("True");

        private final String kind;

        Constant(String kind) {
            this.kind = kind;
        }

        @Override
        public String kind() {
            return kind;
        }
    }

    /** A whole number. */
    record Whole(long value) implements PickleValue {
        @Override
        public String kind() {
            return "the number " + value;
        }
    }

    /** A number with a fraction. */
    record Real(double value) implements PickleValue {
        @Override
        public String kind() {
            return "the number " + value;
        }
    }

    /** Text, not read yet. */
    record Text(Span span) implements PickleValue {
        @Override
        public String kind() {
            return "text";
        }
    }

    /** Bytes, not read yet. */
    record Bytes(Span span) implements PickleValue {
        @Override
        public String kind() {
            return "bytes";
        }
    }

    /** A tuple. */
    final class Tuple implements PickleValue {

        private final List<PickleValue> items;

        Tuple(List<PickleValue> items) {
            this.items = List.copyOf(items);
        }

        List<PickleValue> items() {
            return items;
        }

        @Override
        public String kind() {
            return "a tuple of " + items.size();
        }
    }

    /** A list, which grows while it is read. */
    final class Sequence implements PickleValue {

        private final List<PickleValue> items = new ArrayList<>();

        List<PickleValue> items() {
            return items;
        }

        @Override
        public String kind() {
            return "a list of " + items.size();
        }
    }

    /** A dictionary, which grows while it is read. Its keys are text. */
    final class Dictionary implements PickleValue {

        private final Map<String, PickleValue> entries = new LinkedHashMap<>();

        Map<String, PickleValue> entries() {
            return entries;
        }

        @Override
        public String kind() {
            return "a dictionary of " + entries.size();
        }
    }

    /** A call that the writer wants made. It is only noted: what it stands for is up to others. */
    final class Call implements PickleValue {

        private final PickleGlobal function;
        private final Tuple arguments;
        private @Nullable PickleValue state;

        Call(PickleGlobal function, Tuple arguments) {
            this.function = function;
            this.arguments = arguments;
        }

        PickleGlobal function() {
            return function;
        }

        Tuple arguments() {
            return arguments;
        }

        /** Returns what the result is to be filled with, if anything. */
        @Nullable PickleValue state() {
            return state;
        }

        void setState(PickleValue state) {
            this.state = state;
        }

        @Override
        public String kind() {
            return "a call of " + function.kind();
        }
    }
}
