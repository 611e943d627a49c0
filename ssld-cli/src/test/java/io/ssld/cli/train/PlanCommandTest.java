package io.ssld.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.base.internal.Json;
import io.ssld.cli.ColouredSquares;
import io.ssld.cli.Ran;
import io.ssld.core.plan.DistillationPlan;
import io.ssld.core.plan.StorePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} on coloured squares. */
class PlanCommandTest {

    @TempDir private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        ColouredSquares.write(folder);
    }

    private Ran plan(String... more) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "plan",
                                "--student",
                                "SmallMobileNet_x0_6",
                                "--train",
                                folder.resolve("train").toString(),
                                "--val",
                                folder.resolve("val").toString(),
                                "--size",
                                "28",
                                "--short-side",
                                "28",
                                "--batch",
                                "6",
                                "--workers",
                                "1"));
        args.addAll(Arrays.asList(more));
        return Ran.ssld(args.toArray(new String[0]));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void plan_lineOfDistill_tellsCostsAndWritesNothing() throws Exception {
        List<Path> before = files();
        Ran ran =
                plan(
                        "--teacher",
                        "SmallMobileNet_x1_0=random",
                        "--unlabelled",
                        folder.resolve("pool").toString(),
                        "--epochs",
                        "3",
                        "--loss",
                        "KL",
                        "--temperature",
                        "2",
                        "--ema",
                        "0.9",
                        "--out",
                        folder.resolve("run").toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains(
                        "Distilling SmallMobileNet_x1_0=random into SmallMobileNet_x0_6: 48 images,"
                                + " 3 epochs of 8 steps of 6 images, 24 steps in all",
                        "24 images measured twice",
                        "3 views an image, 3 classes a label",
                        "break-even, 1 student",
                        "recording and 1 student;");
        assertThat(ran.out()).doesNotContain("share the store");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void plan_storeOptionsAndJson_areInTheFile() throws Exception {
        Path file = folder.resolve("plan.json");
        String[] options = {
            "--teacher", "SmallMobileNet_x1_0=random",
            "--epochs", "4",
            "--views", "6",
            "--k", "2",
            "--students", "5",
            "--steps", "2",
            "--json", file.toString()
        };
        Ran ran = plan(options);
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("break-even, 5 students", "recording and 5 students;");
        DistillationPlan plan = Json.read(file, DistillationPlan.class);
        StorePlan store = plan.store().orElseThrow();
        assertThat(store.views()).isEqualTo(6);
        assertThat(store.topK()).isEqualTo(2);
        assertThat(store.students()).isEqualTo(5);
        assertThat(plan.shape().epochs()).isEqualTo(4);
        assertThat(plan.shape().evaluationsPerEpoch()).isEqualTo(1);
        assertThat(ran.out()).contains(store.verdict());
        Ran again = plan(options);
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err()).contains("--json must be a new file", "--force");
        String[] forced = Arrays.copyOf(options, options.length + 1);
        forced[options.length] = "--force";
        assertThat(plan(forced).exit()).isZero();
    }

    @Test
    void plan_batchStatistics_saysWhyThereIsNoStore() {
        Ran ran = plan("--teacher", "SmallMobileNet_x1_0=random", "--batch-statistics");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("No label store can serve this run: the teacher uses the statistics")
                .doesNotContain("break-even");
    }

    @Test
    void plan_wrongUsage_failsAsDistillDoes() {
        failed(2, "--teacher or --labels must be given");
        failed(
                2,
                "--tail must go with",
                "--teacher",
                "SmallMobileNet_x1_0=random",
                "--tail",
                "SPREAD");
        failed(2, "--temperature", "--teacher", "SmallMobileNet_x1_0=random", "--temperature", "4");
        failed(2, "epochs", "--teacher", "SmallMobileNet_x1_0=random", "--epochs", "0");
        failed(2, "--classes", "--teacher", "SmallMobileNet_x1_0=random", "--classes", "0");
        failed(
                2,
                "views must be at least 1",
                "--teacher",
                "SmallMobileNet_x1_0=random",
                "--views",
                "0");
        failed(2, "students must be", "--teacher", "SmallMobileNet_x1_0=random", "--students", "0");
        failed(2, "steps must be", "--teacher", "SmallMobileNet_x1_0=random", "--steps", "0");
        failed(2, "topK must be", "--teacher", "SmallMobileNet_x1_0=random", "--k", "0");
        failed(1, "none", "--labels", folder.resolve("none").toString());
    }

    private void failed(int exit, String text, String... more) {
        Ran ran = plan(more);
        assertThat(ran.exit()).as("%s: %s", List.of(more), ran.err()).isEqualTo(exit);
        assertThat(ran.err().lines().filter(line -> line.startsWith("ssld: ")))
                .singleElement()
                .asString()
                .contains(text);
    }
}
