package io.ssld.weights;

import ai.djl.ndarray.types.Shape;
import io.ssld.base.internal.AtomicFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the pickle of a dictionary of numpy arrays in protocol 4. Values are streamed from where
 * they are; all between them goes through one small buffer.
 */
final class PdParamsWriter {

    private static final int PROTOCOL = 4;

    /** The version of an array's state, and that of an element type's. */
    private static final int ARRAY_STATE = 1;

    private static final int DTYPE_STATE = 3;

    private final FileChannel out;
    // More than a name and the description of one array can take.
    private final ByteBuffer pickle = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<Enum<?>, Integer> remembered = new HashMap<>();

    PdParamsWriter(FileChannel out) {
        this.out = out;
    }

    /**
     * Checks that a dictionary can be written.
     *
     * @throws IllegalArgumentException if a name cannot be written or read again
     */
    static void check(StateDict state) {
        state.tensors()
                .forEach(
                        (name, tensor) -> {
                            requireName(name);
                            NumpyType.of(tensor.dataType());
                            requireDimensions(name, tensor.shape());
                        });
    }

    void write(StateDict state) throws IOException {
        put(PickleOpcode.PROTO).put((byte) PROTOCOL);
        put(PickleOpcode.EMPTY_DICT);
        for (Map.Entry<String, HostTensor> next : state.tensors().entrySet()) {
            putText(next.getKey());
            writeArray(next.getValue());
            put(PickleOpcode.SETITEM);
        }
        put(PickleOpcode.STOP);
        flush();
    }

    /** An empty array of class ndarray, filled by version, shape, type, order and bytes. */
    private void writeArray(HostTensor tensor) throws IOException {
        putGlobal(PickleGlobal.RECONSTRUCT);
        putGlobal(PickleGlobal.NDARRAY);
        putNumber(0);
        put(PickleOpcode.TUPLE1);
        put(PickleOpcode.SHORT_BINBYTES).put((byte) 1).put((byte) 'b');
        put(PickleOpcode.TUPLE3);
        put(PickleOpcode.REDUCE);
        put(PickleOpcode.MARK);
        putNumber(ARRAY_STATE);
        put(PickleOpcode.MARK);
        for (long size : tensor.shape().getShape()) {
            putNumber(size);
        }
        put(PickleOpcode.TUPLE);
        putType(NumpyType.of(tensor.dataType()));
        put(PickleOpcode.NEWFALSE);
        writeBytes(tensor.bytes());
        put(PickleOpcode.TUPLE);
        put(PickleOpcode.BUILD);
    }

    private void writeBytes(ByteBuffer bytes) throws IOException {
        put(PickleOpcode.BINBYTES).putInt(bytes.remaining());
        flush();
        AtomicFiles.append(out, bytes);
    }

    private void putType(NumpyType type) {
        if (recall(type)) {
            return;
        }
        putGlobal(PickleGlobal.DTYPE);
        putText(type.code);
        put(PickleOpcode.NEWFALSE);
        put(PickleOpcode.NEWTRUE);
        put(PickleOpcode.TUPLE3);
        put(PickleOpcode.REDUCE);
        remember(type);
        put(PickleOpcode.MARK);
        putNumber(DTYPE_STATE);
        putText(type.order());
        put(PickleOpcode.NONE);
        put(PickleOpcode.NONE);
        put(PickleOpcode.NONE);
        putNumber(-1);
        putNumber(-1);
        putNumber(0);
        put(PickleOpcode.TUPLE);
        put(PickleOpcode.BUILD);
    }

    private void putGlobal(PickleGlobal global) {
        if (recall(global)) {
            return;
        }
        putText(global.module());
        putText(global.attribute());
        put(PickleOpcode.STACK_GLOBAL);
        remember(global);
    }

    private void putText(String text) {
        ByteBuffer bytes = encode(text);
        if (bytes.remaining() <= 0xFF) {
            put(PickleOpcode.SHORT_BINUNICODE).put((byte) bytes.remaining());
        } else {
            put(PickleOpcode.BINUNICODE).putInt(bytes.remaining());
        }
        pickle.put(bytes);
    }

    private void putNumber(long number) {
        if (number >= 0 && number <= 0xFF) {
            put(PickleOpcode.BININT1).put((byte) number);
        } else if (number == (int) number) {
            put(PickleOpcode.BININT).putInt((int) number);
        } else {
            put(PickleOpcode.LONG1).put((byte) Long.BYTES).putLong(number);
        }
    }

    private boolean recall(Enum<?> value) {
        Integer number = remembered.get(value);
        if (number != null) {
            put(PickleOpcode.BINGET).put(number.byteValue());
        }
        return number != null;
    }

    private void remember(Enum<?> value) {
        put(PickleOpcode.MEMOIZE);
        remembered.put(value, remembered.size());
    }

    private ByteBuffer put(PickleOpcode opcode) {
        return pickle.put((byte) opcode.code);
    }

    private void flush() throws IOException {
        AtomicFiles.append(out, pickle.flip());
        pickle.clear();
    }

    private static ByteBuffer encode(String text) {
        try {
            // Unlike getBytes, an encoder refuses half a surrogate pair.
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "tensor name must be valid text, but was '" + text + "'", e);
        }
    }

    private static void requireName(String name) {
        if (name.equals(PaddleState.NAME_TABLE) || name.equals(PaddleState.SLICES)) {
            throw new IllegalArgumentException(
                    "tensor name must differ from Paddle's own keys, but was " + name);
        }
        int length = encode(name).remaining();
        if (length > PickleInput.MAX_TEXT) {
            throw new IllegalArgumentException(
                    "tensor name must be at most "
                            + PickleInput.MAX_TEXT
                            + " bytes long, but was "
                            + length);
        }
    }

    private static void requireDimensions(String name, Shape shape) {
        if (shape.dimension() > NumpyArrays.MAX_DIMENSIONS) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "tensor '%s' must have at most %d dimensions, but had %d",
                            name,
                            NumpyArrays.MAX_DIMENSIONS,
                            shape.dimension()));
        }
    }
}
