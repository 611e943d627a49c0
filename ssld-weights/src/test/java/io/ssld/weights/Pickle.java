package io.ssld.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** Makes pickles that no pickler would write, instruction by instruction. */
final class Pickle {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Begins a pickle of protocol 4. */
    Pickle() {
        add(PickleOpcode.PROTO, 4);
    }

    Pickle add(PickleOpcode opcode, int... arguments) {
        bytes.write(opcode.code);
        for (int argument : arguments) {
            bytes.write(argument);
        }
        return this;
    }

    Pickle add(Pickle other) {
        byte[] added = other.bytes.toByteArray();
        bytes.write(added, 2, added.length - 2);
        return this;
    }

    Pickle repeat(int times, PickleOpcode opcode, int... arguments) {
        for (int i = 0; i < times; i++) {
            add(opcode, arguments);
        }
        return this;
    }

    Pickle text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        add(PickleOpcode.BINUNICODE, encoded.length, encoded.length >> 8, 0, 0);
        bytes.writeBytes(encoded);
        return this;
    }

    Pickle global(String module, String name) {
        return text(module).text(name).add(PickleOpcode.STACK_GLOBAL);
    }

    /** An element type with the state of numpy's. */
    Pickle type(String code, String order) {
        global("numpy", "dtype").text(code);
        add(PickleOpcode.NEWFALSE).add(PickleOpcode.NEWTRUE).add(PickleOpcode.TUPLE3);
        add(PickleOpcode.REDUCE).add(PickleOpcode.MARK).add(PickleOpcode.BININT1, 3).text(order);
        repeat(3, PickleOpcode.NONE).repeat(3, PickleOpcode.BININT1, 0);
        return add(PickleOpcode.TUPLE).add(PickleOpcode.BUILD);
    }

    /** An array of unsigned bytes, whose data the given part pushes. */
    Pickle array(int length, Pickle data) {
        return array(
                new Pickle().add(PickleOpcode.BININT1, length).add(PickleOpcode.TUPLE1),
                new Pickle().type("u1", "|"),
                data);
    }

    Pickle array(Pickle shape, Pickle type, Pickle data) {
        global("numpy.core.multiarray", "_reconstruct").global("numpy", "ndarray");
        add(PickleOpcode.BININT1, 0).add(PickleOpcode.TUPLE1).text("b");
        add(PickleOpcode.TUPLE3).add(PickleOpcode.REDUCE);
        add(PickleOpcode.MARK).add(PickleOpcode.BININT1, 1).add(shape).add(type);
        add(PickleOpcode.NEWFALSE).add(data).add(PickleOpcode.TUPLE);
        return add(PickleOpcode.BUILD);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** Ends the pickle and reads it. */
    StateDict read() throws IOException {
        return read(add(PickleOpcode.STOP).toBytes());
    }

    static StateDict read(byte[] pickle) throws IOException {
        return PdParams.read("pickle", new SeekableInMemoryByteChannel(pickle));
    }
}
