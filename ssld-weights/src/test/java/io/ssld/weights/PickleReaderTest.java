package io.ssld.weights;

import static io.ssld.weights.HostTensorTest.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Pickles made by hand: forms that the files lack, and the limits. */
class PickleReaderTest {

    @Test
    void read_arrayOfProtocolFive_itsValues() throws IOException {
        Pickle call =
                new Pickle()
                        .global("numpy._core.numeric", "_frombuffer")
                        .add(PickleOpcode.MARK)
                        .add(PickleOpcode.BYTEARRAY8, 6, 0, 0, 0, 0, 0, 0, 0, 1, 4, 2, 5, 3, 6)
                        .add(new Pickle().type("i1", "|"))
                        .add(PickleOpcode.BININT1, 2)
                        .add(PickleOpcode.BININT1, 3)
                        .add(PickleOpcode.TUPLE2)
                        .text("F")
                        .add(PickleOpcode.TUPLE)
                        .add(PickleOpcode.REDUCE);
        HostTensor tensor = dictionary(call).read().tensor("a");
        assertThat(tensor.shape()).isEqualTo(new Shape(2, 3));
        assertThat(tensor)
                .isEqualTo(
                        HostTensor.wrap(
                                new Shape(2, 3), DataType.INT8, new byte[] {1, 2, 3, 4, 5, 6}));
    }

    @Test
    void read_numpyScalar_tensorWithoutDimensions() throws IOException {
        Pickle call =
                new Pickle()
                        .global("numpy.core.multiarray", "scalar")
                        .add(new Pickle().type("f4", ">"))
                        .add(PickleOpcode.SHORT_BINBYTES, 4, 0x3f, 0x80, 0, 0)
                        .add(PickleOpcode.TUPLE2)
                        .add(PickleOpcode.REDUCE);
        HostTensor one = dictionary(call).read().tensor("a");
        assertThat(one.shape()).isEqualTo(new Shape());
        assertThat(one.bytes()).isEqualTo(tensor(1f).bytes());
    }

    @Test
    void read_shortIntegers_asInt32() throws IOException {
        Pickle shape = new Pickle().add(PickleOpcode.BININT1, 1).add(PickleOpcode.TUPLE1);
        Pickle data = new Pickle().add(PickleOpcode.SHORT_BINBYTES, 2, 0xFE, 0xFF);
        HostTensor tensor =
                dictionary(new Pickle().array(shape, new Pickle().type("i2", "<"), data))
                        .read()
                        .tensor("a");
        assertThat(tensor.dataType()).isEqualTo(DataType.INT32);
        assertThat(tensor.bytes().getInt()).isEqualTo(-2);
    }

    @Test
    void read_tensorPickledByPaddle_itsArray() throws IOException {
        Pickle call =
                new Pickle()
                        .global("builtins", "tuple")
                        .text("linear_0.w_0")
                        .array(1, bytes(7))
                        .add(PickleOpcode.TUPLE2)
                        .add(PickleOpcode.TUPLE1)
                        .add(PickleOpcode.REDUCE);
        assertThat(dictionary(call).read().tensor("a").bytes().get()).isEqualTo((byte) 7);
    }

    @Test
    void read_bytesSharedByManyArrays_refusedBeforeMemoryIsGone() {
        Pickle pickle = new Pickle().add(PickleOpcode.EMPTY_DICT).text("0");
        int[] data = new int[251];
        data[0] = 250;
        pickle.array(
                250,
                new Pickle().add(PickleOpcode.SHORT_BINBYTES, data).add(PickleOpcode.BINPUT, 0));
        pickle.add(PickleOpcode.SETITEM);
        for (int i = 1; i < 200; i++) {
            pickle.text("" + i).array(250, new Pickle().add(PickleOpcode.BINGET, 0));
            pickle.add(PickleOpcode.SETITEM);
        }
        assertRefused(pickle, "tensors must not take more bytes than the file");
    }

    @Test
    void read_tooManyInstructions_refused() {
        assertRefused(
                new Pickle().repeat(PickleReader.MAX_INSTRUCTIONS, PickleOpcode.EMPTY_DICT),
                "EMPTY_DICT at byte 1000000 must be one of at most 1000000");
    }

    @Test
    void read_tooMuchText_refused() {
        String name = "n".repeat(PickleInput.MAX_TEXT);
        Pickle pickle = new Pickle().text(name).add(PickleOpcode.BINPUT, 0);
        for (int i = 0; i <= PickleInput.MAX_TEXTS / PickleInput.MAX_TEXT; i++) {
            pickle.add(PickleOpcode.EMPTY_DICT).add(PickleOpcode.BINGET, 0);
            pickle.add(PickleOpcode.NONE).add(PickleOpcode.SETITEM);
        }
        assertRefused(pickle, "must use names of at most 4096 bytes, 16777216 in all");
        assertRefused(
                dictionary(name + "n", new Pickle().array(1, bytes(0))), "at most 4096 bytes");
    }

    @Test
    void read_stackMisused_refused() {
        assertRefused(new Pickle(), "STOP at byte 2 must find 1 values, but found 0");
        assertRefused(
                new Pickle().add(PickleOpcode.NONE).add(PickleOpcode.NONE), "must leave one value");
        assertRefused(
                new Pickle().add(PickleOpcode.MARK).add(PickleOpcode.NONE), "must leave one value");
        assertRefused(
                new Pickle().add(PickleOpcode.NONE).add(PickleOpcode.MARK).add(PickleOpcode.TUPLE1),
                "TUPLE1 at byte 4 must find 1 values, but found 0");
        assertRefused(
                new Pickle()
                        .add(PickleOpcode.NONE)
                        .repeat(2, PickleOpcode.EMPTY_TUPLE)
                        .add(PickleOpcode.REDUCE),
                "REDUCE at byte 5 must work on a PickleGlobal, but worked on a tuple of 0");
        assertRefused(
                new Pickle().add(PickleOpcode.EMPTY_DICT).add(PickleOpcode.PROTO, 4),
                "PROTO at byte 3 must stand at an end of the file");
        assertRefused(new Pickle().add(PickleOpcode.LONG1, 9), "at most 8 bytes, but had one of 9");
    }

    @Test
    void read_containersMisused_refused() {
        Pickle array = new Pickle().array(1, bytes(0));
        assertRefused(
                dictionary(array).text("a").add(PickleOpcode.NONE).add(PickleOpcode.SETITEM),
                "must have each key once, but repeated 'a'");
        assertRefused(
                dictionary(new Pickle().add(array).add(PickleOpcode.NONE).add(PickleOpcode.BUILD)),
                "must fill a value once");
        assertRefused(
                new Pickle()
                        .global("collections", "OrderedDict")
                        .add(PickleOpcode.EMPTY_LIST)
                        .add(PickleOpcode.TUPLE1)
                        .add(PickleOpcode.REDUCE),
                "must make an OrderedDict of nothing");
        assertRefused(
                dictionary(PaddleState.NAME_TABLE, new Pickle().add(PickleOpcode.NONE)),
                "must be a dictionary, but was None");
    }

    @Test
    void read_arraysOfOddTypes_refused() {
        Pickle shape = new Pickle().add(PickleOpcode.BININT1, 1).add(PickleOpcode.TUPLE1);
        assertRefused(
                dictionary(new Pickle().array(shape, new Pickle().type("u2", "<"), bytes(0))),
                "tensor 'a': type must be one of [f8, f4,");
        assertRefused(
                dictionary(new Pickle().array(shape, new Pickle().type("f4", "="), bytes(0))),
                "byte order must be < or >, but was =");
        assertRefused(
                dictionary(new Pickle().array(shape, new Pickle().type("b1", "|"), bytes(2))),
                "a boolean must be 0 or 1, but was 2");
        assertRefused(
                dictionary(
                        new Pickle().array(shape, new Pickle().add(PickleOpcode.NONE), bytes(0))),
                "type must be a numpy.dtype, but was None");
        Pickle deep =
                new Pickle()
                        .add(PickleOpcode.MARK)
                        .repeat(65, PickleOpcode.BININT1, 1)
                        .add(PickleOpcode.TUPLE);
        assertRefused(
                dictionary(new Pickle().array(deep, new Pickle().type("u1", "|"), bytes(0))),
                "shape must be a tuple of at most 64 sizes");
    }

    @Test
    void read_bytesAfterTheEnd_refused() throws IOException {
        byte[] pickle =
                dictionary(new Pickle().array(1, bytes(0))).add(PickleOpcode.STOP).toBytes();
        byte[] longer = Arrays.copyOf(pickle, pickle.length + 3);
        assertThat(Pickle.read(pickle).tensors()).hasSize(1);
        assertThatExceptionOfType(MalformedWeightsException.class)
                .isThrownBy(() -> Pickle.read(longer))
                .withMessageContaining("must end the file, but 3 bytes followed");
    }

    @Test
    void read_controlCharactersInNames_notInMessages() {
        assertThatExceptionOfType(MalformedWeightsException.class)
                .isThrownBy(() -> dictionary("a\n\u001b[2Jb", new Pickle().text("no array")).read())
                .withMessageContaining("tensor 'a??[2Jb' must be a numpy array");
    }

    private static Pickle bytes(int value) {
        return new Pickle().add(PickleOpcode.SHORT_BINBYTES, 1, value);
    }

    private static Pickle dictionary(Pickle value) {
        return dictionary("a", value);
    }

    private static Pickle dictionary(String name, Pickle value) {
        return new Pickle()
                .add(PickleOpcode.EMPTY_DICT)
                .text(name)
                .add(value)
                .add(PickleOpcode.SETITEM);
    }

    private static void assertRefused(Pickle pickle, String message) {
        assertThatExceptionOfType(MalformedWeightsException.class)
                .isThrownBy(pickle::read)
                .withMessageContaining(message);
    }
}
