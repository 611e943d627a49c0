package io.ssld.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir Path folder;

    private void touch(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.createFile(file);
    }

    private static ImageEntry entry(String path, int label) {
        return new ImageEntry(Path.of(path), label);
    }

    @Test
    void ofFolder_subFolders_areClassesInCodePointOrder() throws IOException {
        // By UTF-16 the emoji (U+1F600) would stand before the full-width letter (U+FF21).
        touch("\uFF21/2.JPG");
        touch("😀/deep/er/1.webp");
        touch("b/10.png");
        touch("b/9.tiff");
        touch("b/.hidden.png");
        touch("b/notes.txt");
        touch("b/png");
        touch("B/1.bmp");
        touch(".git/1.png");
        touch("readme.md");
        Files.createDirectory(folder.resolve("empty"));
        ImageList list = ImageList.ofFolder(folder);
        assertThat(ImageList.classNames(folder)).containsExactly("B", "b", "empty", "\uFF21", "😀");
        assertThat(list.entries())
                .containsExactly(
                        entry("B/1.bmp", 0),
                        entry("b/10.png", 1),
                        entry("b/9.tiff", 1),
                        entry("\uFF21/2.JPG", 3),
                        entry("😀/deep/er/1.webp", 4));
        assertThat(list.resolve(list.entries().get(0))).exists();
    }

    @Test
    void ofFolder_flat_isUnlabelled() throws IOException {
        touch("b.gif");
        touch("a.jpeg");
        touch("c.tif");
        assertThat(ImageList.classNames(folder)).isEmpty();
        assertThat(ImageList.ofFolder(folder).entries())
                .containsExactly(entry("a.jpeg", -1), entry("b.gif", -1), entry("c.tif", -1));
    }

    @Test
    void ofFolder_imagesBesideSubFolders_isRefused() throws IOException {
        touch("a.png");
        touch("cat/b.png");
        assertThatIOException()
                .isThrownBy(() -> ImageList.ofFolder(folder))
                .withMessageContaining("holds both: a.png and cat");
    }

    @Test
    void ofFolder_withoutImages_isRefused() throws IOException {
        touch("a.txt");
        assertThatIOException()
                .isThrownBy(() -> ImageList.ofFolder(folder))
                .withMessageContaining(folder + " must hold images");
        assertThatIOException()
                .isThrownBy(() -> ImageList.ofFolder(folder.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
    }
}
