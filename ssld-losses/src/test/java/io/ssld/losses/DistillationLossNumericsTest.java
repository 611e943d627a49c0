package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and gradients against float64 references, from harmless to extreme, in three types. */
class DistillationLossNumericsTest {

    private static final double PRECISION = 1e-6;
    private static final List<DataType> TYPES =
            List.of(DataType.FLOAT16, DataType.FLOAT32, DataType.FLOAT64);

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    static List<Arguments> kindsAndTypes() {
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            TYPES.forEach(type -> all.add(Arguments.of(kind, type)));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("kindsAndTypes")
    void evaluate_randomLogits_equalsReference(Kind kind, DataType type) {
        int[][] shapes = {{64, 2}, {7, 10}, {16, 1000}};
        for (int[] shape : shapes) {
            for (double scale : new double[] {1, 3, 10}) {
                for (long seed = 0; seed < 5; seed++) {
                    assertEqualsReference(
                            kind,
                            array(Batches.random(seed, shape[0], shape[1], scale), type),
                            array(Batches.random(seed + 100, shape[0], shape[1], scale), type));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndTypes")
    void evaluate_extremeLogits_equalsReference(Kind kind, DataType type) {
        double[][][] pairs = extremes();
        for (double[][] student : pairs) {
            for (double[][] teacher : pairs) {
                assertEqualsReference(kind, array(student, type), array(teacher, type));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndTypes")
    void evaluate_halfStudentOrHalfTeacher_equalsReference(Kind kind, DataType other) {
        double[][] student = Batches.random(5, 6, 20, 3);
        double[][] teacher = Batches.random(6, 6, 20, 3);
        NDArray a = array(student, DataType.FLOAT16);
        NDArray b = array(teacher, other);
        assertEqualsReference(kind, a, b);
        assertEqualsReference(kind, b, a);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"KL", "SYMMETRIC_KL", "JENSEN_SHANNON"})
    void evaluate_equalLogits_exactlyZeroWithZeroGradient(Kind kind) {
        for (DataType type : TYPES) {
            for (int classes : new int[] {1, 2, 3, 8, 17, 1000}) {
                NDArray logits = array(Batches.random(classes, 5, classes, 10), type);
                assertThat(Batches.value(kind.loss(), logits, logits.duplicate()))
                        .as("%s, %d classes", type, classes)
                        .isEqualTo(0);
                NDArray gradient = Batches.gradient(kind.loss(), logits, logits.duplicate());
                assertThat(Batches.doubles(gradient.abs().max())[0]).isLessThan(1e-7);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"KL", "SYMMETRIC_KL", "JENSEN_SHANNON"})
    void evaluate_anyLogits_withinBounds(Kind kind) {
        double upper = kind == Kind.JENSEN_SHANNON ? Math.log(2) : Double.POSITIVE_INFINITY;
        for (double distance : new double[] {1e-4, 1e-2, 1, 10, 1e4}) {
            double[][] rows = Batches.random(7, 8, 30, 2);
            NDArray student = array(rows, DataType.FLOAT32);
            NDArray teacher =
                    student.add(array(Batches.random(8, 8, 30, distance), DataType.FLOAT32));
            assertThat(Batches.value(kind.loss(), student, teacher)).isBetween(-1e-7, upper + 1e-7);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndTypes")
    void backward_randomLogits_equalsFiniteDifferences(Kind kind, DataType type) {
        for (double scale : new double[] {1, 3, 10}) {
            assertGradientEqualsReference(
                    kind,
                    array(Batches.random(9, 4, 10, scale), type),
                    array(Batches.random(10, 4, 10, scale), type));
        }
        assertGradientEqualsReference(
                kind,
                array(Batches.random(11, 2, 1000, 3), type),
                array(Batches.random(12, 2, 1000, 3), type));
    }

    @ParameterizedTest
    @MethodSource("kindsAndTypes")
    void backward_extremeLogits_finiteAndEqualsFiniteDifferences(Kind kind, DataType type) {
        double[][][] pairs = extremes();
        for (double[][] student : pairs) {
            for (double[][] teacher : pairs) {
                assertGradientEqualsReference(kind, array(student, type), array(teacher, type));
            }
        }
    }

    /** Rows of four classes: confident, wrong, flat, and one whose probabilities underflow. */
    private static double[][][] extremes() {
        return new double[][][] {
            {{1e4, -1e4, -1e4, -1e4}},
            {{-1e4, 1e4, 0, 0}},
            {{0, 0, 0, 0}},
            {{1e4, 1e4, 1e4, 1e4}},
            {{50, 0, -50, -200}},
        };
    }

    private NDArray array(double[][] rows, DataType type) {
        return Batches.array(manager, rows, type);
    }

    private static void assertEqualsReference(Kind kind, NDArray student, NDArray teacher) {
        double[][] s = Batches.rows(student);
        double expected = Reference.mean(kind.reference, s, Batches.rows(teacher), 1);
        assertThat(Batches.value(kind.loss(), student, teacher))
                .as("%s of %s logits", kind, student.getDataType())
                .isCloseTo(expected, within(PRECISION * Math.max(expected, 1e-3)));
    }

    /**
     * Compares with finite differences, as closely as differences and the gradient's type allow.
     */
    private static void assertGradientEqualsReference(Kind kind, NDArray student, NDArray teacher) {
        double[][] t = Batches.rows(teacher);
        double[][] expected =
                Reference.gradient(
                        s -> Reference.mean(kind.reference, s, t, 1), Batches.rows(student));
        NDArray gradient = Batches.gradient(kind.loss(), student, teacher);

        assertThat(gradient.getDataType()).isEqualTo(student.getDataType());
        double largest = Arrays.stream(Batches.flat(expected)).map(Math::abs).max().orElseThrow();
        double precision = student.getDataType() == DataType.FLOAT16 ? 1e-3 : 1e-5;
        assertThat(Batches.doubles(gradient))
                .as("%s of %s logits", kind, student.getDataType())
                .containsExactly(Batches.flat(expected), within(precision * Math.max(largest, .1)));
    }
}
