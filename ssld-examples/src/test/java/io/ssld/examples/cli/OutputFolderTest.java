package io.ssld.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {

    private static final String MARKER = "results.json";

    @TempDir private Path parent;

    @Test
    void complete_newFolder_appearsOnlyThen() throws Exception {
        Path out = parent.resolve("run");
        try (OutputFolder folder = OutputFolder.open(out, false, MARKER)) {
            Files.writeString(folder.path().resolve(MARKER), "{}");
            assertThat(out).doesNotExist();
            assertThat(folder.complete()).isEqualTo(out);
        }
        try (var files = Files.list(out)) {
            assertThat(files.map(p -> p.getFileName().toString())).containsExactly(MARKER);
        }
        assertThat(parent.resolve("run.partial")).doesNotExist();
    }

    @Test
    void open_existingRun_isRefusedWithoutForce() throws Exception {
        Path out = earlierRun();
        assertThatThrownBy(() -> OutputFolder.open(out, false, MARKER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exists; choose another one or add --force");
        assertThat(out.resolve(MARKER)).hasContent("old");
    }

    @Test
    void complete_forced_replacesTheEarlierRunOnlyAtTheEnd() throws Exception {
        Path out = earlierRun();
        try (OutputFolder folder = OutputFolder.open(out, true, MARKER)) {
            Files.writeString(folder.path().resolve(MARKER), "new");
            assertThat(out.resolve(MARKER)).hasContent("old");
            folder.complete();
        }
        assertThat(out.resolve(MARKER)).hasContent("new");
        assertThat(out.resolve("deep/file")).doesNotExist();
        try (var files = Files.list(parent)) {
            assertThat(files).containsExactly(out);
        }
    }

    @Test
    void open_forcedOverSomethingElse_isRefused() throws Exception {
        Path home = Files.createDirectories(parent.resolve("home"));
        Files.writeString(home.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> OutputFolder.open(home, true, MARKER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must name the folder of an earlier run");
        assertThat(home.resolve("letter.txt")).hasContent("dear");
    }

    @Test
    void open_afterAKilledRun_clearsWhatItLeft() throws Exception {
        Path partial = Files.createDirectories(parent.resolve("run.partial/runs"));
        Files.writeString(partial.resolve("half"), "half");
        try (OutputFolder folder = OutputFolder.open(parent.resolve("run"), false, MARKER)) {
            assertThat(folder.path().resolve("runs")).doesNotExist();
            folder.complete();
        }
        assertThat(parent.resolve("run")).isEmptyDirectory();
    }

    @Test
    void close_incomplete_keepsWhatWasWrittenAndNoEmptyFolder() throws Exception {
        Path out = parent.resolve("run");
        OutputFolder.open(out, false, MARKER).close();
        assertThat(parent).isEmptyDirectory();
        try (OutputFolder folder = OutputFolder.open(out, false, MARKER)) {
            Files.writeString(folder.path().resolve("half"), "half");
        }
        assertThat(parent.resolve("run.partial/half")).hasContent("half");
        assertThat(out).doesNotExist();
    }

    @Test
    void open_whileAnotherCommandWrites_isRefused() throws Exception {
        Path out = parent.resolve("run");
        try (OutputFolder first = OutputFolder.open(out, false, MARKER)) {
            assertThatThrownBy(() -> OutputFolder.open(out, false, MARKER))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another command writes");
            assertThat(first.path()).exists();
        }
    }

    private Path earlierRun() throws IOException {
        Path out = parent.resolve("run");
        Files.createDirectories(out.resolve("deep"));
        Files.writeString(out.resolve("deep/file"), "x");
        Files.writeString(out.resolve(MARKER), "old");
        return out;
    }
}
