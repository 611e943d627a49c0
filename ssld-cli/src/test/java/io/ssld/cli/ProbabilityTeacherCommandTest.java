package io.ssld.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands with a teacher that answers probabilities, and how they are told. */
class ProbabilityTeacherCommandTest {

    private static final String WORD = ":probabilities";

    @TempDir private Path folder;

    private String teacher;

    /** A network that says of every image that it is the first class with 0.5, and so on. */
    @BeforeEach
    void setUp() throws Exception {
        ColouredSquares.write(folder);
        Path file = folder.resolve("soft.safetensors");
        try (Model model = Model.newInstance("teacher", "PyTorch")) {
            Block block = SmallModel.MOBILENET_X0_6.newBlock(3);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 28, 28));
            for (Pair<String, Parameter> pair : block.getParameters()) {
                NDArray array = pair.getValue().getArray();
                if (array.getShape().equals(new Shape(3))) {
                    array.set(new float[] {0.5f, 0.25f, 0.25f});
                } else if (array.getShape().dimension() == 2 && array.size(0) == 3) {
                    array.muli(0);
                }
            }
            SsldWeights.write(file, block);
        }
        teacher = "SmallMobileNet_x0_6=" + file;
    }

    private Ran run(String command, String model, String out) {
        List<String> args = new ArrayList<>(List.of(command.split(" ")));
        boolean distils = !args.contains("label");
        args.addAll(List.of(distils ? "--teacher" : "--model", model));
        if (distils) {
            args.addAll(List.of("--student", "SmallMobileNet_x0_6"));
            args.addAll(List.of("--val", path("val"), "--short-side", "28", "--epochs", "1"));
        }
        args.addAll(List.of(args.contains("select") ? "--pool" : "--train", path("train")));
        if (args.contains("record")) {
            args.addAll(List.of("--views", "1"));
        }
        args.addAll(Arrays.asList("--out", path(out), "--size", "28", "--batch", "6"));
        args.addAll(List.of("--workers", "1"));
        if (model.contains("random") && !distils) {
            args.addAll(List.of("--classes", "3"));
        }
        return Ran.ssld(args.toArray(new String[0]));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"distill", "plan", "label record", "select label"})
    void teacherOfProbabilities_needsTheWordAndTakesIt(String command) {
        Ran untold = run(command, teacher, "untold");
        assertThat(untold.exit()).as(untold.err()).isEqualTo(1);
        assertThat(untold.err())
                .contains("must answer logits", "write :probabilities behind it (MODEL=WEIGHTS")
                .doesNotContain("ofProbabilities");
        Ran told = run(command, teacher + WORD, "told");
        assertThat(told.exit()).as(told.err()).isZero();
        Ran wrong = run(command, "SmallMobileNet_x0_6=random" + WORD, "wrong");
        assertThat(wrong.exit()).as(wrong.err()).isEqualTo(1);
        assertThat(wrong.err())
                .contains("must answer probabilities", "leave :probabilities out")
                .doesNotContain("ofProbabilities");
    }

    @Test
    void otherCommands_probabilities_areRefusedInOneLine() {
        for (String command : List.of("train", "predict")) {
            Ran ran = Ran.ssld(command, "--model", teacher + WORD, path("train"));
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("model must answer logits here, but was " + teacher);
        }
    }
}
