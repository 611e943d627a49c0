package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

    @TempDir Path folder;
    private Path parent;
    private Path file;

    @BeforeEach
    void nameFile() {
        parent = folder.resolve("a").resolve("b");
        file = parent.resolve("file.txt");
    }

    @Test
    void writeString_missingFolders_makesThem() throws IOException {
        AtomicFiles.writeString(file, "größer");

        assertThat(file).hasContent("größer");
        assertThat(parent).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void write_existingFile_replacesIt() throws IOException {
        AtomicFiles.writeString(file, "the old and longer content");
        AtomicFiles.writeString(file, "new");

        assertThat(file).hasContent("new");
    }

    @Test
    void write_toPipeOrFolder_keepsThem() throws IOException {
        Path pipe = folder.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().onExit().join();
        for (Path target : List.of(pipe, Files.createDirectory(folder.resolve("x")))) {
            assertThatThrownBy(() -> AtomicFiles.writeString(target, "new"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("target must be a file", target.toString());
            assertThat(Files.exists(target) && !Files.isRegularFile(target)).isTrue();
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void write_contentClosesStream_isComplete() throws IOException {
        AtomicFiles.write(
                file,
                out -> {
                    out.write('x');
                    out.close();
                });

        assertThat(file).hasContent("x");
    }

    @Test
    void write_failureAfterManyBytes_keepsOldFileAndLeavesNothing() throws IOException {
        AtomicFiles.writeString(file, "old");

        assertThatThrownBy(
                        () ->
                                AtomicFiles.write(
                                        file,
                                        out -> {
                                            out.write(new byte[1 << 20]);
                                            throw new IOException("no space left");
                                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("no space left");
        assertThat(file).hasContent("old");
        assertThat(parent).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void write_uncheckedFailure_leavesNothing() {
        assertThatThrownBy(
                        () ->
                                AtomicFiles.write(
                                        file,
                                        out -> {
                                            throw new IllegalStateException("stop");
                                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void write_targetIsFolderWithFiles_keepsIt() throws IOException {
        AtomicFiles.writeString(file, "kept");

        assertThatThrownBy(() -> AtomicFiles.writeString(parent, "x"))
                .isInstanceOf(IOException.class);
        assertThat(file).hasContent("kept");
        assertThat(folder.resolve("a")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void write_parentIsLinkToFolder_followsIt() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);

        AtomicFiles.writeString(link.resolve("file.txt"), "x");

        assertThat(real.resolve("file.txt")).hasContent("x");
    }

    @Test
    void write_root_isRefused() {
        assertThatThrownBy(() -> AtomicFiles.writeString(folder.getRoot(), "x"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("target must name a file, but was ");
    }
}
