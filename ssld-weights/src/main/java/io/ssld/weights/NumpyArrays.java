package io.ssld.weights;

import ai.djl.ndarray.types.Shape;
import io.ssld.weights.PickleValue.Bytes;
import io.ssld.weights.PickleValue.Call;
import io.ssld.weights.PickleValue.Constant;
import io.ssld.weights.PickleValue.Text;
import io.ssld.weights.PickleValue.Tuple;
import io.ssld.weights.PickleValue.Whole;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Understands the calls by which numpy pickles arrays; see {@code array.__reduce__} and {@code
 * dtype.__reduce__}. One object understands one tensor, whose name is in each message.
 */
final class NumpyArrays {

    /** Most dimensions; numpy has 64 since version 2. */
    static final int MAX_DIMENSIONS = 64;

    private final FileBytes file;
    private final PickleInput input;
    private final String name;

    /**
     * Prepares for one tensor.
     *
     * @param name what it is, for messages
     */
    NumpyArrays(FileBytes file, PickleInput input, String name) {
        this.file = file;
        this.input = input;
        this.name = name;
    }

    /** Returns the array that a value stands for: its type known, its data as long as its shape. */
    NumpyArray array(PickleValue value) throws IOException {
        if (value instanceof Call call) {
            switch (call.function()) {
                case RECONSTRUCT -> {
                    return reconstructed(call);
                }
                case SCALAR -> {
                    List<PickleValue> arguments = tuple("scalar", call.arguments(), 2);
                    return array(new Shape(), arguments.get(0), false, arguments.get(1));
                }
                case FROM_BUFFER -> {
                    return fromBuffer(tuple("array", call.arguments(), 4));
                }
                default -> {}
            }
        }
        throw file.fault(name, "be a numpy array", "was " + value.kind());
    }

    /** Returns the sizes in a tuple. */
    Shape shape(PickleValue value) throws IOException {
        if (!(value instanceof Tuple tuple) || tuple.items().size() > MAX_DIMENSIONS) {
            throw file.fault(
                    name + ": shape",
                    "be a tuple of at most " + MAX_DIMENSIONS + " sizes",
                    "was " + value.kind());
        }
        long[] sizes = new long[tuple.items().size()];
        for (int i = 0; i < sizes.length; i++) {
            if (!(tuple.items().get(i) instanceof Whole size) || size.value() < 0) {
                throw file.fault(
                        name + ": shape",
                        "have whole numbers of at least 0",
                        "had " + tuple.items().get(i).kind());
            }
            sizes[i] = size.value();
        }
        return new Shape(sizes);
    }

    private NumpyArray reconstructed(Call call) throws IOException {
        List<PickleValue> arguments = tuple("array", call.arguments(), 3);
        require(arguments.get(0) == PickleGlobal.NDARRAY, "be of class ndarray", arguments.get(0));
        List<PickleValue> state = tuple("state", call.state(), 5);
        require(whole(state.get(0)) == 1, "have a state of version 1", state.get(0));
        boolean fortran = state.get(3) == Constant.TRUE;
        require(fortran || state.get(3) == Constant.FALSE, "tell its order", state.get(3));
        return array(shape(state.get(1)), state.get(2), fortran, state.get(4));
    }

    private NumpyArray fromBuffer(List<PickleValue> arguments) throws IOException {
        String order = text(arguments.get(3), "order");
        if (!order.equals("C") && !order.equals("F")) {
            throw file.fault(name + ": order", "be C or F", "was " + order);
        }
        return array(
                shape(arguments.get(2)), arguments.get(1), order.equals("F"), arguments.get(0));
    }

    private NumpyArray array(Shape shape, PickleValue dtype, boolean fortran, PickleValue data)
            throws IOException {
        if (!(dtype instanceof Call call && call.function() == PickleGlobal.DTYPE)) {
            throw file.fault(name + ": type", "be a numpy.dtype", "was " + dtype.kind());
        }
        NumpyType type = type(call);
        boolean bigEndian = isBigEndian(call, type);
        Span span = data(data);
        long byteCount = byteCount(shape, type);
        // In UTF-8, a character from 0 to 255 takes one byte or two.
        long most = span.utf8() ? byteCount + Math.min(byteCount, span.length()) : byteCount;
        if (span.length() < byteCount || span.length() > most) {
            throw file.fault(
                    name + ": data",
                    "have the " + byteCount + " bytes of " + shape + " in " + type,
                    "had " + span.length());
        }
        return new NumpyArray(shape, type, bigEndian, fortran, byteCount, span);
    }

    private NumpyType type(Call dtype) throws IOException {
        List<PickleValue> arguments = dtype.arguments().items();
        String code = arguments.isEmpty() ? "none" : text(arguments.get(0), "type");
        NumpyType type = NumpyType.find(code);
        if (type == null) {
            throw file.fault(
                    name + ": type",
                    "be one of " + Arrays.toString(NumpyType.values()),
                    "was " + code + "; save it as one of these");
        }
        return type;
    }

    private boolean isBigEndian(Call dtype, NumpyType type) throws IOException {
        List<PickleValue> state = tuple("type's state", dtype.state(), 8);
        String order = text(state.get(1), "byte order");
        for (PickleValue part : state.subList(2, 5)) {
            require(part == Constant.NONE, "have elements without parts", part);
        }
        boolean bigEndian = order.equals(">");
        if (!bigEndian && !order.equals("<") && !(type.bytes() == 1 && order.equals("|"))) {
            throw file.fault(name + ": byte order", "be < or >", "was " + order);
        }
        return bigEndian;
    }

    private long byteCount(Shape shape, NumpyType type) throws IOException {
        try {
            return HostTensor.byteCount(shape, type.stored);
        } catch (IllegalArgumentException e) {
            throw file.fault(name, e);
        }
    }

    private Span data(PickleValue value) throws IOException {
        if (value instanceof Bytes bytes) {
            return bytes.span();
        }
        // A string of Python 2 is bytes.
        if (value instanceof Text text && !text.span().utf8()) {
            return text.span();
        }
        if (value instanceof Call call && call.function() == PickleGlobal.ENCODE) {
            return encoded(tuple("encode", call.arguments(), 2));
        }
        if (value instanceof Call call
                && call.function() == PickleGlobal.BYTES
                && call.arguments().items().isEmpty()) {
            return Span.EMPTY;
        }
        throw file.fault(name + ": data", "be bytes", "was " + value.kind());
    }

    private Span encoded(List<PickleValue> arguments) throws IOException {
        String encoding = text(arguments.get(1), "encoding");
        if (!encoding.equals("latin1") || !(arguments.get(0) instanceof Text text)) {
            throw file.fault(
                    name + ": data",
                    "be text encoded in latin1",
                    "was " + arguments.get(0).kind() + " in " + encoding);
        }
        return text.span();
    }

    private List<PickleValue> tuple(String what, @Nullable PickleValue value, int size)
            throws IOException {
        if (value instanceof Tuple tuple && tuple.items().size() == size) {
            return tuple.items();
        }
        throw file.fault(
                name + ": " + what,
                "be a tuple of " + size,
                "was " + (value == null ? "missing" : value.kind()));
    }

    private String text(PickleValue value, String what) throws IOException {
        if (value instanceof Text text) {
            return input.text(text.span());
        }
        throw file.fault(name + ": " + what, "be text", "was " + value.kind());
    }

    private static long whole(PickleValue value) {
        return value instanceof Whole number ? number.value() : -1;
    }

    private void require(boolean holds, String rule, PickleValue value) throws IOException {
        if (!holds) {
            throw file.fault(name, rule, "had " + value.kind());
        }
    }
}
