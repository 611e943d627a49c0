package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DivergencesTest {

    /** Mean over the two golden rows, as PaddleClas' formulas give it in float64. */
    @ParameterizedTest
    @CsvSource({
        "KL, 0.1743687907",
        "SYMMETRIC_KL, 0.2071455220",
        "JENSEN_SHANNON, 0.0489040370",
        "SOFT_CROSS_ENTROPY, 0.7042164660",
    })
    void perExample_goldenLogits_meanIsGolden(Kind kind, double golden) {
        assertThat(mean(kind.divergence, Batches.STUDENT, Batches.TEACHER))
                .isCloseTo(golden, within(1e-10));
    }

    @Test
    void kl_argumentsSwapped_isTheOtherDirection() {
        Divergence reverse = (student, teacher) -> Divergences.kl(teacher, student);
        assertThat(mean(reverse, Batches.STUDENT, Batches.TEACHER))
                .isCloseTo(0.2399222534, within(1e-10));
    }

    @ParameterizedTest
    @CsvSource({"SYMMETRIC_KL", "JENSEN_SHANNON"})
    void symmetric_argumentsSwapped_sameValue(Kind kind) {
        double[][] a = Batches.random(1, 8, 50, 4);
        double[][] b = Batches.random(2, 8, 50, 4);
        assertThat(mean(kind.divergence, a, b))
                .isCloseTo(mean(kind.divergence, b, a), withinPercentage(1e-12));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void perExample_oneRowChanged_othersKeepTheirValue(Kind kind) {
        double[][] student = Batches.random(3, 4, 10, 2);
        double[][] teacher = Batches.random(4, 4, 10, 2);
        double[] before = values(kind.divergence, student, teacher);
        student[2] = new double[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
        double[] after = values(kind.divergence, student, teacher);
        assertThat(after[2]).isNotEqualTo(before[2]);
        after[2] = before[2];
        assertThat(after).containsExactly(before);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void perExample_singleClass_isZero(Kind kind) {
        assertThat(values(kind.divergence, new double[][] {{3}}, new double[][] {{-5}}))
                .containsExactly(0);
    }

    @Test
    void jensenShannon_disjointPredictions_isLn2() {
        double[][] student = {{1e4, 0, 0}};
        double[][] teacher = {{0, 0, 1e4}};
        assertThat(mean(Divergences::jensenShannon, student, teacher)).isEqualTo(Math.log(2));
    }

    @Test
    void softCrossEntropy_equalArguments_isTheEntropy() {
        double[][] uniform = {{1, 1, 1, 1}};
        assertThat(mean(Divergences::softCrossEntropy, uniform, uniform))
                .isCloseTo(Math.log(4), within(1e-15));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void perExample_mixedTypes_widerTypeAndShapeN(Kind kind) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray student = Batches.array(manager, Batches.STUDENT, DataType.FLOAT32);
            NDArray teacher = Batches.array(manager, Batches.TEACHER, DataType.FLOAT64);
            NDArray result =
                    kind.divergence.perExample(student.logSoftmax(-1), teacher.logSoftmax(-1));
            assertThat(result.getDataType()).isEqualTo(DataType.FLOAT64);
            assertThat(result.getShape()).isEqualTo(new Shape(2));
        }
    }

    private static double mean(Divergence divergence, double[][] student, double[][] teacher) {
        return Arrays.stream(values(divergence, student, teacher)).average().orElseThrow();
    }

    private static double[] values(Divergence divergence, double[][] student, double[][] teacher) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray logP = manager.create(student).logSoftmax(-1);
            NDArray logQ = manager.create(teacher).logSoftmax(-1);
            return divergence.perExample(logP, logQ).toDoubleArray();
        }
    }
}
