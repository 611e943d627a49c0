package io.ssld.weights;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The only names that a pickle may ask for: what numpy arrays and plain containers are made with.
 * They are marks to compare with. None is looked up, loaded or called.
 */
enum PickleGlobal implements PickleValue {
    /** Makes an array, to be filled by its state. */
    RECONSTRUCT("numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct"),
    /** Makes an array of no dimensions. */
    SCALAR("numpy.core.multiarray scalar", "numpy._core.multiarray scalar"),
    /** Makes an array in protocol 5. */
    FROM_BUFFER("numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer"),
    /** The class of arrays. */
    NDARRAY("numpy ndarray"),
    /** The class of element types. */
    DTYPE("numpy dtype"),
    /** Makes bytes of text; how Python 3 writes bytes up to protocol 2. */
    ENCODE("_codecs encode"),
    /** The class of bytes; called for none at all, up to protocol 2. */
    BYTES("__builtin__ bytes", "builtins bytes"),
    /** The class of tuples; called by Paddle for a tensor's name and array. */
    TUPLE("__builtin__ tuple", "builtins tuple"),
    /** A dictionary, at first empty. */
    ORDERED_DICT("collections OrderedDict");

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes one that cannot change
    private final List<String> names;

    PickleGlobal(String... names) {
        this.names = List.of(names);
    }

    /** Returns the one of a module and a name in it, or null if it is not allowed. */
    static @Nullable PickleGlobal find(String module, String name) {
        for (PickleGlobal candidate : values()) {
            if (candidate.names.contains(module + ' ' + name)) {
                return candidate;
            }
        }
        return null;
    }

    /** Returns the current name, as a pickle writes it. */
    String module() {
        return names.get(0).substring(0, names.get(0).indexOf(' '));
    }

    /** Returns the name within the module. */
    String attribute() {
        return names.get(0).substring(names.get(0).indexOf(' ') + 1);
    }

    @Override
    public String kind() {
        return module() + '.' + attribute();
    }
}
