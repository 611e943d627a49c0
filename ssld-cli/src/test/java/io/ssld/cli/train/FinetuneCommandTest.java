package io.ssld.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ssld.cli.ColouredSquares;
import io.ssld.cli.Ran;
import io.ssld.weights.HostTensor;
import io.ssld.weights.StateDict;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune}, and the flows that go on with a trained network: stage 2 and FixRes. */
class FinetuneCommandTest {

    private static final String NETWORK = "SmallMobileNet_x0_6";

    @TempDir private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        ColouredSquares.write(folder);
    }

    private Ran run(String command, String out, String... more) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                command,
                                "--out",
                                path(out),
                                "--val",
                                path("val"),
                                "--workers",
                                "1"));
        args.addAll(Arrays.asList(more));
        if (!args.contains("--train")) {
            args.addAll(List.of("--train", path("train")));
        }
        if (!args.contains("--size")) {
            args.addAll(List.of("--size", "28", "--short-side", "28"));
        }
        if (!args.contains("--batch")) {
            args.addAll(List.of("--batch", "6"));
        }
        return Ran.ssld(args.toArray(new String[0]));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void succeed(Ran ran) {
        assertThat(ran.exit()).as(ran.err()).isZero();
    }

    /** A network that knows the squares, in {@code base/model}. */
    private void pretrain() {
        succeed(
                run(
                        "train",
                        "base",
                        "--model",
                        NETWORK,
                        "--epochs",
                        "6",
                        "--lr",
                        "0.05",
                        "--seed",
                        "3"));
    }

    @Test
    void finetune_savedWeightsAndNames_makeAModelOfTheNewClasses() throws Exception {
        pretrain();
        Path names = Files.writeString(folder.resolve("names.txt"), "0 sky\n1 leaf\n2 rose\n");
        Ran ran =
                run(
                        "finetune",
                        "tuned",
                        "--model",
                        NETWORK,
                        "--weights",
                        path("base/model/model.safetensors"),
                        "--class-names",
                        names.toString(),
                        "--freeze",
                        "stem",
                        "--freeze",
                        "unit1",
                        "--multipliers",
                        "none",
                        "--epochs",
                        "2",
                        "--json");
        succeed(ran);
        assertThat(ran.out()).contains("\"top1\"", "\"epochs\": 2");
        assertThat(ran.err()).contains("name: fineTune");
        assertThat(folder.resolve("tuned/recipe.yaml")).content().contains("stem");
        Path model = folder.resolve("tuned/model");
        assertThat(SavedModel.read(model).classNames()).containsExactly("sky", "leaf", "rose");
        assertThat(changed("base", "tuned"))
                .contains("unit2", "head")
                .doesNotContain("stem", "unit1");
        // What was saved is what predicts.
        Ran predicted = Ran.ssld("predict", "--model", model.toString(), path("val/red/2.png"));
        succeed(predicted);
        assertThat(predicted.out()).containsAnyOf("sky", "leaf", "rose");
    }

    /** The parts of the network whose values two models do not share. */
    private Set<String> changed(String one, String other) throws IOException {
        Map<String, HostTensor> before = weights(one).tensors();
        Map<String, HostTensor> after = weights(other).tensors();
        Set<String> parts = new TreeSet<>();
        before.forEach(
                (name, tensor) -> {
                    if (!tensor.equals(after.get(name))) {
                        parts.add(name.substring(0, name.indexOf('.')));
                    }
                });
        return parts;
    }

    private StateDict weights(String run) throws IOException {
        return SavedModel.readWeights(folder.resolve(run).resolve("model"));
    }

    @Test
    void finetune_teacher_isTunedFirst() {
        pretrain();
        Ran ran =
                run(
                        "finetune",
                        "pair",
                        "--model",
                        NETWORK + "=" + path("base/model/model.safetensors"),
                        "--teacher",
                        NETWORK + "=" + path("base/model/model.safetensors"),
                        "--unlabelled",
                        path("pool"),
                        "--epochs",
                        "1");
        succeed(ran);
        assertThat(ran.out()).contains("agreement", "teacherTop1");
        assertThat(folder.resolve("pair/teacher/model/synset.txt")).exists();
        assertThat(folder.resolve("pair/student/recipe.yaml")).exists();
        assertThat(folder.resolve("pair/student/provenance.json")).content().contains(": 48");
        // A saved model of these very classes teaches as it is.
        Ran ready =
                run(
                        "finetune",
                        "ready",
                        "--model",
                        NETWORK + "=" + path("base/model/model.safetensors"),
                        "--teacher",
                        path("base/model"),
                        "--epochs",
                        "1");
        succeed(ready);
        assertThat(folder.resolve("ready/model")).exists();
        assertThat(folder.resolve("ready/teacher")).doesNotExist();
        Ran again =
                run("finetune", "pair", "--model", path("base/model"), "--epochs", "1", "--force");
        succeed(again);
        assertThat(folder.resolve("pair/teacher")).doesNotExist();
    }

    @Test
    void stage2_studentOfStage1_isDistilledFurtherAtAHundredthOfTheRate() throws Exception {
        pretrain();
        succeed(
                run(
                        "distill",
                        "stage1",
                        "--teacher",
                        path("base/model"),
                        "--student",
                        NETWORK,
                        "--unlabelled",
                        path("pool"),
                        "--epochs",
                        "4"));
        Ran stage2 =
                run(
                        "distill",
                        "stage2",
                        "--teacher",
                        path("base/model"),
                        "--student",
                        path("stage1/model"),
                        "--recipe",
                        "ssldStage2",
                        "--epochs",
                        "2");
        succeed(stage2);
        double first = rate("stage1");
        assertThat(rate("stage2")).isCloseTo(first / 100, within(1e-12));
        assertThat(changed("stage1", "stage2")).contains("stem", "unit5", "head");
        // It started where stage 1 ended: so small a rate moves no weight far.
        HostTensor before = weights("stage1").tensor("head.weight");
        HostTensor after = weights("stage2").tensor("head.weight");
        for (int i = 0; i < before.bytes().remaining() / Float.BYTES; i++) {
            assertThat(after.bytes().getFloat(i * Float.BYTES))
                    .isCloseTo(before.bytes().getFloat(i * Float.BYTES), within(1e-3f));
        }
    }

    private double rate(String run) throws IOException {
        return RecipeYaml.read(folder.resolve(run).resolve("recipe.yaml")).learningRate();
    }

    @Test
    void fixRes_largerImages_tunesTheClassifierAlone() throws Exception {
        pretrain();
        succeed(
                run(
                        "train",
                        "fixed",
                        "--model",
                        path("base/model"),
                        "--recipe",
                        "fixRes",
                        "--size",
                        "40",
                        "--short-side",
                        "44",
                        "--epochs",
                        "2",
                        "--lr",
                        "0.01"));
        assertThat(changed("base", "fixed")).containsExactly("head");
        SavedModel saved = SavedModel.read(folder.resolve("fixed/model"));
        assertThat(saved.preprocessing().crop()).isEqualTo(40);
        assertThat(saved.preprocessing().resizeShort()).isEqualTo(44);
    }

    @Test
    void wrongArguments_areOneLine() throws Exception {
        pretrain();
        String weights = path("base/model/model.safetensors");
        failed(2, "random ones", "--model", NETWORK);
        failed(
                1,
                "--weights must be a file",
                "--model",
                NETWORK,
                "--weights",
                path("none.safetensors"));
        failed(1, "model.safetensors: ", "--model", "SmallResNet_x1_0", "--weights", weights);
        failed(2, "must be given once", "--model", path("base/model"), "--weights", weights);
        failed(2, "--multipliers", "--model", NETWORK + "=" + weights, "--multipliers", "high");
        failed(2, "by path", "--model", NETWORK + "=" + weights, "--multipliers", "0.1,1");
        failed(
                2,
                "must have a teacher",
                "--model",
                NETWORK + "=" + weights,
                "--unlabelled",
                path("pool"));
        Path two = Files.writeString(folder.resolve("two.txt"), "a\nb\n");
        failed(
                2,
                "classes must be the 2",
                "--model",
                NETWORK + "=" + weights,
                "--class-names",
                two + "");
        Path twice = Files.writeString(folder.resolve("twice.txt"), "a\nb\na\n");
        failed(1, "'a' twice", "--model", NETWORK + "=" + weights, "--class-names", twice + "");
        failed(1, "of class 3 '3'", "--model", NETWORK + "=" + weights, "--classes", "4");
        failed(1, "has 2; check", "--model", NETWORK + "=" + weights, "--classes", "2");
        Path one = folder.resolve("one.txt");
        Files.writeString(
                one, "blue/0.png 0\nblue/3.png 0\nred/2.png 2\ngreen/1.png 1\ngreen/4.png 1\n");
        failed(
                1,
                "1 of class 2 'red'",
                "--model",
                NETWORK + "=" + weights,
                "--train",
                one.toString(),
                "--root",
                path("train"),
                "--classes",
                "3");
        assertThat(folder.resolve("x")).doesNotExist();
        // Only the run itself finds this out.
        failed(1, "freezing prefix", "--model", NETWORK + "=" + weights, "--freeze", "blocks9");
    }

    private void failed(int exit, String text, String... args) {
        Ran ran = run("finetune", "x", args);
        assertThat(ran.exit()).as("%s: %s", Arrays.toString(args), ran.err()).isEqualTo(exit);
        assertThat(ran.err().lines().filter(line -> line.startsWith("ssld: ")))
                .singleElement()
                .asString()
                .contains(text);
    }
}
