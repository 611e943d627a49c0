package io.ssld.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostTensorTest {

    @Test
    void of_callersBufferAndShapeChangedLater_tensorStays() {
        ByteBuffer bytes = bytes(1f, 2f);
        Shape shape = new Shape(2);
        HostTensor tensor = HostTensor.of(shape, DataType.FLOAT32, bytes);
        bytes.putFloat(0, 9f);
        shape.getShape()[0] = 7;
        tensor.shape().getShape()[0] = 8;
        tensor.bytes().getFloat();

        assertThat(bytes.position()).isZero();
        assertThat(tensor).isEqualTo(tensor(1f, 2f)).hasToString("float32 (2)");
        assertThatThrownBy(() -> tensor.bytes().put(0, (byte) 1))
                .isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void of_transposedArray_rowMajorValues() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2)).transpose();
            HostTensor tensor = HostTensor.of(array);
            assertThat(tensor)
                    .isEqualTo(
                            HostTensor.of(
                                    new Shape(2, 2), DataType.FLOAT32, bytes(1f, 3f, 2f, 4f)));
            assertThat(tensor.toArray(manager)).isEqualTo(array);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"FLOAT64", "FLOAT32", "FLOAT16", "INT64", "INT32", "INT8", "UINT8", "BOOLEAN"})
    void toArray_eachType_sameTensorBack(DataType type) {
        ByteBuffer ones = ByteBuffer.allocate(2 * type.getNumOfBytes());
        ones.put(0, (byte) 1);
        HostTensor tensor = HostTensor.of(new Shape(2), type, ones);
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThat(HostTensor.of(tensor.toArray(manager))).isEqualTo(tensor);
        }
    }

    @Test
    void toType_floats_roundedOnce() {
        // Just above the middle of two halves; rounded to float first, it would be the middle.
        double value = 1 + 0x1p-11 + 0x1p-40;
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        HostTensor wide =
                HostTensor.of(new Shape(), DataType.FLOAT64, bytes.putDouble(value).flip());

        assertThat(wide.toType(DataType.FLOAT16).bytes().getShort()).isEqualTo((short) 0x3C01);
        assertThat(wide.toType(DataType.FLOAT32).bytes().getFloat()).isEqualTo(1 + 0x1p-11f);
        assertThat(wide.toType(DataType.FLOAT64)).isSameAs(wide);
        assertThat(tensor(-0f, Float.NaN, 0.5f).toType(DataType.FLOAT16).toType(DataType.FLOAT32))
                .isEqualTo(tensor(-0f, Float.NaN, 0.5f));
    }

    @Test
    void toType_integers_unchanged() {
        HostTensor steps =
                HostTensor.of(new Shape(), DataType.INT64, ByteBuffer.allocate(8).putLong(0, 3));
        assertThat(steps.toType(DataType.FLOAT16)).isSameAs(steps);
    }

    @Test
    void toType_notAFloat_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(1f).toType(DataType.INT8))
                .withMessage("target must be FLOAT16, FLOAT32 or FLOAT64, but was int8");
    }

    @Test
    void of_brainFloat_refusedBeforeTheEngineSeesIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                HostTensor.of(
                                        new Shape(1), DataType.BFLOAT16, ByteBuffer.allocate(2)))
                .withMessageStartingWith("dataType must be one of")
                .withMessageEndingWith("but was bfloat16");
    }

    @Test
    void of_wrongNumberOfBytes_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> HostTensor.of(new Shape(3), DataType.FLOAT32, ByteBuffer.allocate(8)))
                .withMessage("bytes must have the 12 bytes of shape (3) in float32, but had 8");
    }

    @Test
    void of_sizesBeyondALong_refused() {
        Shape shape = new Shape(Long.MAX_VALUE, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostTensor.of(shape, DataType.INT8, ByteBuffer.allocate(0)))
                .withMessageStartingWith("shape must take at most 2^63 - 1 bytes");
    }

    static HostTensor tensor(float... values) {
        return HostTensor.of(new Shape(values.length), DataType.FLOAT32, bytes(values));
    }

    private static ByteBuffer bytes(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
