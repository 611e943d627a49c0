package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden values, settings, and what happens to the arrays. */
class DistillationLossTest {

    private NDManager manager;
    private NDArray student;
    private NDArray teacher;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
        student = manager.create(Batches.STUDENT);
        teacher = manager.create(Batches.TEACHER);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void evaluate_shortcuts_goldenValues() {
        assertThat(value(DistillationLoss.symmetricKl())).isCloseTo(.2071455220, within(1e-10));
        assertThat(value(DistillationLoss.jensenShannon())).isCloseTo(.0489040370, within(1e-10));
        assertThat(value(DistillationLoss.kl(1))).isCloseTo(.1743687907, within(1e-10));
        assertThat(value(DistillationLoss.kl(4))).isCloseTo(.3377600344, within(1e-10));
        assertThat(value(DistillationLoss.softCrossEntropy()))
                .isCloseTo(.7042164660, within(1e-10));
    }

    /** PaddleClas' {@code sum_across_class_dim} multiplies by the number of classes, 4 here. */
    @Test
    void weight_numberOfClasses_goldenSumAcrossClasses() {
        Loss loss = builder(Kind.SYMMETRIC_KL).optWeight(4).build();
        assertThat(value(loss)).isCloseTo(.8285820881, within(1e-9));
    }

    @Test
    void backward_symmetricKl_goldenGradient() {
        NDArray gradient = Batches.gradient(DistillationLoss.symmetricKl(), student, teacher);
        double[] golden = {
            -.15455081, .0950175, .04172662, .01780669, .08420839, -.00698487, -.14849372, .0712702
        };
        assertThat(gradient.toDoubleArray()).containsExactly(golden, within(1e-8));
    }

    @Test
    void name_shortcutsAndDefault_tellLossesApart() {
        assertThat(DistillationLoss.symmetricKl().getName()).isEqualTo("SymmetricKl");
        assertThat(DistillationLoss.jensenShannon().getName()).isEqualTo("JensenShannon");
        assertThat(DistillationLoss.kl(4).getName()).isEqualTo("Kl");
        assertThat(DistillationLoss.softCrossEntropy().getName()).isEqualTo("SoftCrossEntropy");
        assertThat(Kind.KL.loss().getName()).isEqualTo("DistillationLoss");
        DistillationLoss named =
                DistillationLoss.builder().setDivergence(Divergences::kl).optName("soft").build();
        assertThat(named.getName()).isEqualTo("soft");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void temperature_notOne_squaredTimesSoftenedDivergence(Kind kind) {
        for (float temperature : new float[] {.5f, 2, 4}) {
            Loss loss = builder(kind).optTemperature(temperature).build();
            double expected =
                    Reference.mean(kind.reference, Batches.STUDENT, Batches.TEACHER, temperature);
            assertThat(value(loss)).isCloseTo(expected, within(1e-10));
        }
    }

    @Test
    void temperature_halfPrecision_equalsReference() {
        NDArray s = student.toType(DataType.FLOAT16, false);
        NDArray t = teacher.toType(DataType.FLOAT16, false);
        double expected = Reference.mean(Reference::kl, Batches.rows(s), Batches.rows(t), 3);
        assertThat(Batches.value(DistillationLoss.kl(3), s, t)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void weight_notOne_multipliesTheValue() {
        double one = value(builder(Kind.KL).optTemperature(2).build());
        assertThat(value(builder(Kind.KL).optTemperature(2).optWeight(2.5f).build()))
                .isCloseTo(2.5 * one, within(1e-12));
        assertThatIllegalStateException()
                .isThrownBy(() -> builder(Kind.KL).optWeight(0).build())
                .withMessageContaining("weight must be greater than 0");
        assertThat(builder(Kind.KL).optWeight(0).optHardLabelWeight(1).build()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void evaluate_batch_isTheMeanOfItsExamples(Kind kind) {
        double mean = 0;
        for (int n = 0; n < 2; n++) {
            String row = n + ":" + (n + 1);
            mean += Batches.value(kind.loss(), student.get(row), teacher.get(row)) / 2;
        }
        assertThat(value(kind.loss())).isCloseTo(mean, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void evaluate_batchTwice_sameValue(Kind kind) {
        NDArray twiceStudent = student.concat(student);
        NDArray twiceTeacher = teacher.concat(teacher);
        assertThat(Batches.value(kind.loss(), twiceStudent, twiceTeacher))
                .isCloseTo(value(kind.loss()), within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT16", "FLOAT32", "FLOAT64"})
    void evaluate_anyFloatType_scalarOfTheComputedType(DataType type) {
        Loss loss = builder(Kind.KL).optTemperature(2).optHardLabelWeight(.5f).build();
        NDArray target = manager.create(new int[] {0, 2});
        NDList labels = new NDList(target, teacher.toType(type, true));
        NDArray result = loss.evaluate(labels, new NDList(student.toType(type, true)));
        assertThat(result.getShape()).isEqualTo(new Shape());
        assertThat(result.getDataType())
                .isEqualTo(type == DataType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void evaluate_twoSlots_targetsUnreadWithoutHardLabelWeight(boolean sensible) {
        NDArray target = manager.create(sensible ? new int[] {0, 2} : new int[] {77, -5, 3});
        assertThat(Batches.value(DistillationLoss.symmetricKl(), student, target, teacher))
                .isEqualTo(value(DistillationLoss.symmetricKl()));
    }

    @Test
    void evaluate_furtherPredictions_ignored() {
        NDList predictions = new NDList(student, manager.ones(new Shape(2, 9)));
        NDArray result = DistillationLoss.symmetricKl().evaluate(new NDList(teacher), predictions);
        assertThat(result.getDouble()).isEqualTo(value(DistillationLoss.symmetricKl()));
    }

    @Test
    void backward_teacherRequiresGradient_receivesNone() {
        teacher.setRequiresGradient(true);
        Batches.gradient(DistillationLoss.symmetricKl(), student, teacher);
        assertThat(Batches.doubles(teacher.getGradient())).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT16", "FLOAT32", "FLOAT64"})
    void evaluate_anyFloatType_inputsUnchanged(DataType type) {
        NDArray s = student.toType(type, true);
        NDArray t = teacher.toType(type, true);
        double[][] studentBefore = Batches.rows(s);
        double[][] teacherBefore = Batches.rows(t);
        Loss loss = builder(Kind.JENSEN_SHANNON).optTemperature(3).optWeight(2).build();
        Batches.gradient(loss, s, t);
        assertThat(Batches.rows(s)).isDeepEqualTo(studentBefore);
        assertThat(Batches.rows(t)).isDeepEqualTo(teacherBefore);
        assertThat(s.getManager()).isSameAs(manager);
        assertThat(t.getManager()).isSameAs(manager);
    }

    /** Labels that outlive the step must not collect what each step computes from them. */
    @Test
    void evaluate_labelsOnLongLivedManager_onlyTheResultStaysOnTheStepsManager() {
        Loss loss = builder(Kind.SYMMETRIC_KL).optTemperature(2).optHardLabelWeight(1).build();
        NDArray target = manager.create(new int[] {0, -1});
        NDArray halfTeacher = teacher.toType(DataType.FLOAT16, false);
        NDManager step = manager.newSubManager();
        NDArray logits = step.create(Batches.STUDENT).toType(DataType.FLOAT16, false);
        int longLived = manager.getManagedArrays().size();
        int shortLived = step.getManagedArrays().size();

        NDArray result = loss.evaluate(new NDList(target, halfTeacher), new NDList(logits));

        assertThat(result.getManager()).isSameAs(step);
        assertThat(step.getManagedArrays()).hasSize(shortLived + 1);
        assertThat(manager.getManagedArrays()).hasSize(longLived + 1);
        step.close();
        assertThat(manager.getManagedArrays()).hasSize(longLived - shortLived);
    }

    private double value(Loss loss) {
        return Batches.value(loss, student, teacher);
    }

    private static DistillationLoss.Builder builder(Kind kind) {
        return DistillationLoss.builder().setDivergence(kind.divergence);
    }
}
