package io.ssld.cli;

import static io.ssld.cli.Ran.ssld;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ssld.base.internal.report.Provenance;
import io.ssld.cli.quickstart.SyntheticSet;
import io.ssld.weights.Safetensors;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

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

    /** Thrown by a command, in its own thread or in another one that it waits for. */
    @ParameterizedTest
    @CsvSource({
        "Java heap space,-Xmx4g",
        "GC overhead limit exceeded,-Xmx4g",
        "Direct buffer memory,-XX:MaxDirectMemorySize",
        "Metaspace,-XX:MaxMetaspaceSize",
        "unable to create native thread,--workers",
        "stack,-Xss16m"
    })
    void error_anywhere_isOneLineThatSaysWhatToRaise(String what, String raise) {
        Error error = what.equals("stack") ? new StackOverflowError() : new OutOfMemoryError(what);
        for (boolean elsewhere : new boolean[] {false, true}) {
            Failing failing = new Failing(error, elsewhere);
            StringWriter err = new StringWriter();
            CommandLine line = new CommandLine(new Ssld()).addSubcommand("failing", failing);
            line.setErr(new PrintWriter(err, true));
            assertThat(Ssld.run(line, "failing")).isEqualTo(1);
            assertThat(err.toString().lines()).hasSize(1);
            assertThat(err.toString()).startsWith("ssld: ").contains(" must ", raise);
        }
        StringWriter err = new StringWriter();
        CommandLine line =
                new CommandLine(new Ssld()).addSubcommand("failing", new Failing(error, false));
        line.setErr(new PrintWriter(err, true));
        assertThat(Ssld.run(line, "--verbose", "failing")).isEqualTo(1);
        assertThat(err.toString()).contains("\tat io.ssld");
    }

    @CommandLine.Command(name = "failing")
    private record Failing(Error error, boolean elsewhere) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            if (elsewhere) {
                throw new IllegalStateException("a worker failed", new ExecutionException(error));
            }
            throw error;
        }
    }

    /** An escape sequence of a name must not reach the terminal. */
    @Test
    void failure_nameWithControlCharacters_showsThem() {
        Ran ran = ssld("runs", folder.resolve("a\u001b[31mb\rc\u202ed").toString());
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("a\\u001b[31mb c\\u202ed")
                .doesNotContain("\u001b", "\u202e");
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
