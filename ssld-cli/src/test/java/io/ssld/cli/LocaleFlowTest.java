package io.ssld.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.core.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main flows in locales that have digits of their own: the files are those of any other. */
class LocaleFlowTest {

    private static final Locale BEFORE = Locale.getDefault();

    @TempDir private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        ColouredSquares.write(folder);
    }

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(BEFORE);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void run(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(command.split(" ")));
        for (String argument : more) {
            args.add(argument.startsWith("@") ? path(argument.substring(1)) : argument);
        }
        Ran ran = Ran.ssld(args.toArray(new String[0]));
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out() + ran.err()).matches("(?s)[\\x00-\\x{2fff}&&[^\\x{600}-\\x{dff}]]*");
    }

    private void train(String command, String out, String... more) {
        List<String> args = new ArrayList<>(List.of("--train", "@train", "--val", "@val"));
        args.addAll(List.of("--out", "@" + out, "--batch", "6", "--workers", "1"));
        args.addAll(List.of("--epochs", "2", "--warmup", "0", "--size", "28"));
        args.addAll(List.of("--short-side", "28"));
        args.addAll(Arrays.asList(more));
        run(command, args.toArray(new String[0]));
    }

    /** A teacher, its labels in shares and merged, a student from them; a table and its best. */
    private void flow(String out) {
        train("train", out + "/teacher", "--model", "SmallMobileNet_x0_6");
        String teacher = "@" + out + "/teacher/model";
        for (String share : List.of("1", "2")) {
            run(
                    "label record",
                    "--model",
                    teacher,
                    "--train",
                    "@train",
                    "--out",
                    "@" + out + "/share" + share,
                    "--views",
                    "2",
                    "--workers",
                    "1",
                    "--shard",
                    share + "/2");
        }
        run(
                "label merge",
                "@" + out + "/share1",
                "@" + out + "/share2",
                "--out",
                "@" + out + "/labels");
        train(
                "distill",
                out + "/student",
                "--labels",
                "@" + out + "/labels",
                "--student",
                "SmallMobileNet_x0_6");
        run(
                "select label",
                "--model",
                teacher,
                "--pool",
                "@pool",
                "--out",
                "@" + out + "/labels.tsv",
                "--size",
                "28");
        run(
                "select topk",
                "--labels",
                "@" + out + "/labels.tsv",
                "--k",
                "4",
                "--out",
                "@" + out + "/mined.txt",
                "--keep",
                "@" + out + "/kept.tsv");
    }

    /** What was written, by relative path; what tells the time is looked at by name alone. */
    private Map<String, String> files(String out) throws IOException {
        Map<String, String> files = new TreeMap<>();
        Path root = folder.resolve(out);
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String name =
                        root.relativize(file)
                                .toString()
                                .replaceFirst("tfevents[.][0-9]+", "tfevents.TIME");
                boolean timeless =
                        name.matches("(labels|share).*(bin|store.json|csv|tsv)|.*txt")
                                || name.matches(".*(model.safetensors|recipe.yaml|[.]tsv)");
                files.put(name, timeless ? Arrays.hashCode(Files.readAllBytes(file)) + "" : "");
            }
        }
        return files;
    }

    /** Also across machines: a store and a table of one locale are read in the others. */
    @Test
    void mainFlows_localesWithTheirOwnDigits_leaveTheSameFiles() throws IOException {
        Locale.setDefault(Locale.ROOT);
        flow("flow");
        Files.move(folder.resolve("flow"), folder.resolve("root"));
        Map<String, String> expected = files("root");
        assertThat(expected)
                .containsKeys("teacher/model/model.safetensors", "labels/store.json", "kept.tsv");
        for (String tag : List.of("ar-EG", "fa-IR", "bn-BD")) {
            Locale.setDefault(Locale.forLanguageTag(tag));
            assertThat(String.format(Locale.getDefault(), "%d", 1)).isNotEqualTo("1");
            // A store names its teacher's folder.
            flow("flow");
            Files.move(folder.resolve("flow"), folder.resolve(tag));
            assertThat(files(tag)).as(tag).isEqualTo(expected);
            assertThat(RunStatus.read(folder.resolve(tag + "/student")).state())
                    .isEqualTo(RunStatus.State.COMPLETE);
            run("label info", "@root/labels");
            run(
                    "select topk",
                    "--labels",
                    "@root/labels.tsv",
                    "--k",
                    "4",
                    "--out",
                    "@root/" + tag + ".txt");
            assertThat(folder.resolve("root/" + tag + ".txt"))
                    .hasSameBinaryContentAs(folder.resolve("root/mined.txt"));
        }
    }
}
