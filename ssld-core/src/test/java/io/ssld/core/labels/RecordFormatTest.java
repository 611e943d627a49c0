package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.base.internal.Half;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecordFormatTest {

    @Test
    void half_everyFiniteOne_comesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Half.toFloat((short) bits);
            if (Float.isFinite(value)) {
                assertThat(Half.of(value)).isEqualTo((short) bits);
            }
        }
        assertThat(Half.toFloat(Half.of(-1e9))).isEqualTo(-Half.MAX);
        assertThat(Half.toFloat(Half.of(Double.NEGATIVE_INFINITY))).isEqualTo(-65504);
        // Halfway between 1 and its neighbour: the even one.
        assertThat(Half.toFloat(Half.of(1 + 0x1p-11))).isEqualTo(1);
        assertThatThrownBy(() -> Half.of(Double.NaN)).hasMessageContaining("was NaN");
    }

    @Test
    void write_anyClassesAndK_keepsTheLikeliestAndTheirTail() {
        Random random = new Random(5);
        for (int trial = 0; trial < 300; trial++) {
            int classes = trial == 0 ? 40_000 : trial == 1 ? 32_767 : 1 + random.nextInt(60);
            int topK = 1 + random.nextInt(Math.min(classes, 12));
            float[] row = row(classes, random);
            RecordFormat format = new RecordFormat(classes, topK);
            int at = random.nextInt(5);
            ByteBuffer bytes = little(at + format.bytes()).position(at);
            float[] shifted = new float[classes + 3];
            System.arraycopy(row, 0, shifted, 3, classes);
            format.write(shifted, 3, bytes);
            assertThat(bytes.hasRemaining()).isFalse();
            StoredLabel label = format.read(bytes, at);
            int[] best =
                    topK == classes
                            ? IntStream.range(0, classes).toArray()
                            : IntStream.range(0, classes)
                                    .boxed()
                                    .sorted(Comparator.comparingDouble((Integer c) -> -row[c]))
                                    .limit(topK)
                                    .mapToInt(c -> c)
                                    .toArray();
            assertThat(label.classes()).isEqualTo(best);
            double named = 0;
            for (int i = 0; i < topK; i++) {
                named += Math.exp(row[best[i]]);
                assertThat(label.logProbabilities()[i]).isEqualTo(rounded(row[best[i]]));
            }
            float[] dense = new float[classes + 1];
            format.dense(bytes, at, TailPolicy.SPREAD, dense, 1);
            double sum = 0;
            for (int c = 1; c <= classes; c++) {
                sum += Math.exp(dense[c]);
            }
            assertThat(sum).isBetween(0.985, 1.015);
            if (topK < classes) {
                assertThat(Math.exp(label.logTail())).isBetween(1 - named - 5e-3, 1 - named + 5e-3);
            }
        }
    }

    @Test
    void write_whatWasRead_isTheSameBytes() {
        Random random = new Random(8);
        for (int trial = 0; trial < 60; trial++) {
            int classes = trial == 0 ? 40_000 : 2 + random.nextInt(60);
            RecordFormat format = new RecordFormat(classes, trial % 2 == 0 ? 2 : classes);
            ByteBuffer once = little(format.bytes());
            format.write(row(classes, random), 0, once);
            StoredLabel label = format.read(once, 0);
            ByteBuffer again = little(format.bytes());
            format.write(label.classes(), label.logProbabilities(), label.logTail(), again);
            assertThat(again.rewind()).isEqualTo(once.rewind());
        }
        // A sure teacher's zero keeps its sign.
        RecordFormat format = new RecordFormat(3, 1);
        ByteBuffer zero = little(format.bytes());
        format.write(new int[] {2}, new float[] {-0.0f}, -65504, zero);
        assertThat(zero.getShort(2)).isEqualTo((short) 0x8000);
    }

    @Test
    void write_labelThatNoTeacherGives_isRefused() {
        assertWrong("must be 2, but were 1 and 2", new int[] {1}, -1, -2, -3);
        assertWrong("class must be in 0..4, but was 5", new int[] {1, 5}, -1, -2, -3);
        assertWrong("class must be in 0..4, but was -1", new int[] {-1, 0}, -1, -2, -3);
        assertWrong("but 3 is named twice", new int[] {3, 3}, -1, -2, -3);
        assertWrong("finite and at most 0, but was NaN", new int[] {3, 4}, Float.NaN, -2, -3);
        assertWrong("class 4 must be finite", new int[] {3, 4}, -1, Float.NEGATIVE_INFINITY, -3);
        assertWrong("at most 0, but was 0.5", new int[] {3, 4}, 0.5f, -2, -3);
        assertWrong("but 4 comes after a less likely one", new int[] {3, 4}, -2, -1, -3);
        assertWrong("tail must be finite and at most 0, but was 1", new int[] {3, 4}, -1, -2, 1);
        assertWrong("but was NaN", new int[] {3, 4}, -1, -2, Float.NaN);
        RecordFormat dense = new RecordFormat(2, 2);
        assertThatThrownBy(
                        () ->
                                dense.write(
                                        new int[] {1, 0},
                                        new float[] {-1, -2},
                                        Float.NEGATIVE_INFINITY,
                                        little(4)))
                .hasMessageContaining("named in order, but 1 is at place 0");
        assertThatThrownBy(() -> dense.write(new int[] {0, 1}, new float[] {-2, -1}, -1, little(4)))
                .hasMessageContaining("minus infinity where all classes are named, but was -1.0");
    }

    private static void assertWrong(
            String message, int[] classes, float first, float second, float tail) {
        ByteBuffer out = little(10);
        assertThatThrownBy(
                        () ->
                                new RecordFormat(5, 2)
                                        .write(classes, new float[] {first, second}, tail, out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(out.position()).as("bytes written").isZero();
    }

    private static float rounded(float value) {
        return Half.toFloat(Half.of(value));
    }

    private static float[] row(int classes, Random random) {
        float[] row = new float[classes];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            row[c] = (float) (4 * random.nextGaussian());
            sum += Math.exp(row[c]);
        }
        for (int c = 0; c < classes; c++) {
            row[c] -= (float) Math.log(sum);
        }
        return row;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void write_equalLogits_takesLowerClassesFirst() {
        RecordFormat format = new RecordFormat(6, 3);
        float fifth = (float) Math.log(0.2);
        ByteBuffer bytes = little(format.bytes());
        format.write(new float[] {-20, fifth, fifth, fifth, fifth, fifth}, 0, bytes);
        assertThat(format.read(bytes, 0).classes()).containsExactly(1, 2, 3);
    }

    @Test
    void dense_policies_giveTheRestWhatTheySay() {
        RecordFormat format = new RecordFormat(4, 2);
        ByteBuffer bytes = little(format.bytes());
        float[] row = {(float) Math.log(0.5), (float) Math.log(0.25), -3, -3};
        row[2] = row[3] = (float) Math.log(0.125);
        format.write(row, 0, bytes);
        float[] out = new float[4];
        format.dense(bytes, 0, TailPolicy.SPREAD, out, 0);
        assertThat(out[2]).isEqualTo(out[3]).isCloseTo(row[2], within(2e-3f));
        format.dense(bytes, 0, TailPolicy.RENORMALIZE, out, 0);
        assertThat(out[2]).isEqualTo(out[3]).isCloseTo((float) Math.log(1e-12), within(1e-5f));
        assertThat(out[0]).isCloseTo(row[0], within(1e-3f));
    }

    private static org.assertj.core.data.Offset<Float> within(float value) {
        return org.assertj.core.data.Offset.offset(value);
    }

    @Test
    void write_certainTeacher_hasAFiniteTail() {
        RecordFormat format = new RecordFormat(5, 2);
        ByteBuffer bytes = little(format.bytes());
        format.write(
                new float[] {0, -300, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, -1e30f},
                0,
                bytes);
        float[] out = new float[5];
        format.dense(bytes, 0, TailPolicy.SPREAD, out, 0);
        for (float value : out) {
            assertThat(Float.isFinite(value)).isTrue();
        }
        assertThat(out[0]).isZero();
    }

    @Test
    void read_classBeyondTheRange_fails() {
        RecordFormat format = new RecordFormat(5, 2);
        ByteBuffer bytes = little(format.bytes()).putShort(0, (short) 5);
        assertThatThrownBy(() -> format.read(bytes, 0))
                .hasMessageContaining("class of a stored label must be in 0..4, but was 5");
    }
}
