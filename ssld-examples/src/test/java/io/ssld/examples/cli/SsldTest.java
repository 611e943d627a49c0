package io.ssld.examples.cli;

import static io.ssld.examples.cli.Ran.ssld;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ssld.core.report.Provenance;
import io.ssld.examples.quickstart.SyntheticSet;
import io.ssld.zoo.weights.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a user and a program see it: exit codes, one line on stderr, files. */
class SsldTest {

    @TempDir private Path folder;

    @Test
    void help_everywhere_exitsWithZero() {
        assertThat(ssld("--help").exit()).isZero();
        Ran help = ssld("quickstart", "--help");
        assertThat(help.exit()).isZero();
        assertThat(help.out())
                .contains("--seeds", "--seed", "--out", "--epochs", "--force", "--json")
                .contains("--train-teacher", "--verbose");
        assertThat(ssld("--version").out()).startsWith("ssld ");
        for (String command : List.of("list", "info", "download", "logits", "convert")) {
            Ran ofZoo = ssld("zoo", command, "--help");
            assertThat(ofZoo.exit()).as(command).isZero();
            assertThat(ofZoo.out()).startsWith("Usage: ssld zoo " + command);
        }
        assertThat(ssld("zoo", "--help").out()).contains("convert");
        assertThat(ssld("predict", "--help").out()).startsWith("Usage: ssld predict");
    }

    @Test
    void wrongUsage_isOneLineAndTwo() {
        for (List<String> args :
                List.of(
                        List.<String>of(),
                        List.of("nonsense"),
                        List.of("quickstart", "--nonsense"),
                        List.of("quickstart", "--seeds", "many"),
                        List.of("quickstart", "--seeds", "0"),
                        List.of("quickstart", "--epochs", "-1"),
                        List.of("quickstart", "--steps", "5"),
                        List.of("zoo"),
                        List.of("zoo", "info"),
                        List.of("zoo", "info", "ResNet51"),
                        List.of("zoo", "download"),
                        List.of("zoo", "convert", "--model", "ResNet50_vd"),
                        List.of("predict", "--model", "ResNet50_vd"),
                        List.of("predict", "--model", "ResNet51", "cat.jpg"),
                        List.of("predict", "--model", "ResNet50_vd=a", "--weights", "b", "c"))) {
            Ran ran = ssld(args.toArray(new String[0]));
            assertThat(ran.exit()).as("%s", args).isEqualTo(2);
            assertThat(ran.err().lines()).as("%s", args).hasSize(1);
            assertThat(ran.err()).startsWith("ssld: ").contains("--help");
            assertThat(ran.out()).isEmpty();
        }
    }

    @Test
    void failure_isOneLineAndOne_andAStackTraceWhenAsked() throws Exception {
        Files.writeString(folder.resolve("file"), "mine");
        Ran ran = ssld("quickstart", "--out", folder.toString());
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.err()).startsWith("ssld: --out must be a new or empty folder");
        Ran verbose = ssld("quickstart", "--out", folder.toString(), "--verbose");
        assertThat(verbose.exit()).isEqualTo(1);
        assertThat(verbose.err()).contains("\tat io.ssld");
        assertThat(folder.resolve("file")).hasContent("mine");
    }

    @Test
    void quickstart_oneEpoch_leavesEverythingItPromises() throws Exception {
        Path out = folder.resolve("run");
        Ran ran =
                ssld(
                        "quickstart",
                        "--epochs",
                        "1",
                        "--seed",
                        "4",
                        "--out",
                        out.toString(),
                        "--json");
        assertThat(ran.exit()).as(ran.err()).isZero();
        JsonObject printed = JsonParser.parseString(ran.out()).getAsJsonObject();
        JsonObject results =
                JsonParser.parseString(Files.readString(out.resolve("results.json")))
                        .getAsJsonObject();
        assertThat(printed).isEqualTo(results);
        assertThat(results.getAsJsonObject("teacher").get("top1").getAsDouble()).isGreaterThan(90);
        assertThat(results.getAsJsonArray("seeds").get(0).getAsInt()).isEqualTo(4);
        List<String> names =
                results.getAsJsonArray("students").asList().stream()
                        .map(row -> row.getAsJsonObject().get("name").getAsString())
                        .toList();
        assertThat(names).containsExactly("labels-only", "distilled", "distilled+pool");
        assertThat(Files.readAllLines(out.resolve("metrics.csv"))).hasSize(4);
        assertThat(out.resolve("report.html"))
                .content()
                .contains("labels-only", "data:image/png;base64", "<svg")
                .doesNotContain("http:", "https:", "<script");
        assertThat(out.resolve("provenance.json")).content().contains("teacherDigest");
        JsonObject mining = results.getAsJsonObject("mining");
        assertThat(mining.getAsJsonArray("kinds"))
                .hasSize(6)
                .allMatch(kind -> kind.getAsJsonObject().get("left").getAsInt() == 0);
        assertThat(out.resolve("report.html")).content().contains("moved by a pixel");
        assertThat(out.resolve("mining/dedup/certificate.json")).isNotEmptyFile();
        Path run = out.resolve("runs/distilled+pool-seed4");
        assertThat(Provenance.read(run.resolve("provenance.json")).data())
                .hasEntrySatisfying(
                        "training",
                        list ->
                                assertThat(list.images())
                                        .isEqualTo(1000 + mining.get("kept").getAsInt()));
        assertThat(run.resolve("student-0000.params")).isNotEmptyFile();
        assertThat(Safetensors.read(run.resolve("student.safetensors")).tensors().keySet())
                .as("the student's tensors, none of the teacher's")
                .noneMatch(name -> name.startsWith("stage"));
        assertThat(ran.err()).contains("labels-only-seed4  epoch 1/1");
    }

    @Test
    void trainTeacher_fewSteps_writesWeightsThatLoad() throws Exception {
        Path source = SyntheticSet.write(folder.resolve("full"), 520, 110);
        Path out = folder.resolve("teacher");
        Ran ran =
                ssld(
                        "quickstart",
                        "--train-teacher",
                        source.toString(),
                        "--epochs",
                        "2",
                        "--steps",
                        "8",
                        "--out",
                        out.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("on 100 test images that are not embedded");
        assertThat(Files.size(out.resolve("teacher.safetensors"))).isLessThan(1_500_000);
        assertThat(Safetensors.read(out.resolve("teacher.safetensors")).tensors())
                .containsKey("stem.conv.weight");
    }
}
