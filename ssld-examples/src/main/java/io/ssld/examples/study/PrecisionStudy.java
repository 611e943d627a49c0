package io.ssld.examples.study;

import ai.djl.Model;
import io.ssld.core.teacher.CompiledTeacher;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.TeacherPrecision;
import io.ssld.engine.Precision;
import java.util.function.UnaryOperator;

/**
 * What 16 bits cost in accuracy, on CIFAR-10: students that learn without labels in float32, from a
 * teacher that answers in bfloat16, and in bfloat16 themselves.
 *
 * <pre>
 * java ... io.ssld.examples.study.PrecisionStudy CIFAR OUT [SEEDS [FRACTION [EPOCHS]]]
 * </pre>
 *
 * <p>See {@link CifarStudents} for the arguments. With the OUT of {@link LabelStoreStudy} the
 * teacher and the students in float32 are those of that study.
 */
public final class PrecisionStudy {

    private PrecisionStudy() {}

    /**
     * Runs the study.
     *
     * @param args see above
     * @throws Exception if a file cannot be read or written
     */
    public static void main(String[] args) throws Exception {
        CifarStudents students = new CifarStudents(args);
        try (Model model = students.teacher()) {
            NetworkTeacher live = CifarStudents.live(model);
            for (long seed : students.seeds()) {
                students.distil("live", "float32", seed, live, UnaryOperator.identity());
                try (CompiledTeacher half = live.compiled(TeacherPrecision.BFLOAT16)) {
                    students.distil(
                            "half-teacher",
                            "teacher in bfloat16",
                            seed,
                            half,
                            UnaryOperator.identity());
                    half.check().ifPresent(System.out::println);
                }
                students.distil(
                        "half-student",
                        "student in bfloat16",
                        seed,
                        live,
                        builder -> builder.optPrecision(Precision.BFLOAT16));
            }
        }
        students.report("precision");
    }
}
