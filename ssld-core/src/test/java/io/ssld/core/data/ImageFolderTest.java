package io.ssld.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ssld.core.data.internal.Presence;
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

    private void link(String name, String target) throws IOException {
        Path link = folder.resolve(name);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    @Test
    void ofFolder_hiddenAndSystemFolders_areLeftOutAndCounted() throws IOException {
        touch("cat/a.png");
        touch("cat/@eaDir/a.png/THUMB.jpg");
        touch("cat/.ipynb_checkpoints/a.png");
        touch("__MACOSX/cat/._a.png");
        touch("cat/._a.png");
        touch("cat/Thumbs.db");
        LeftOut report = new LeftOut();
        ImageList list = ImageList.ofFolder(folder, report);
        assertThat(list.entries()).containsExactly(entry("cat/a.png", 0));
        assertThat(list.classNames()).containsExactly("cat");
        assertThat(report.hidden()).isEqualTo(5);
        assertThat(report.inWords()).contains("5 hidden or system files and folders (");
    }

    @Test
    void ofFolder_linkToItsOwnFolder_isNamedAndEachFolderReadOnce() throws IOException {
        touch("cat/a.png");
        touch("cat/deep/b.png");
        link("cat/deep/up", "..");
        link("cat/self", ".");
        link("all", ".");
        LeftOut report = new LeftOut();
        assertThat(ImageList.ofFolder(folder, report).entries())
                .containsExactly(entry("cat/a.png", 0), entry("cat/deep/b.png", 0));
        assertThat(report.links()).hasSize(3).allMatch(link -> link.reason().contains("a loop"));
        assertThat(report.inWords()).contains("3 links (the first: " + folder);
    }

    @Test
    void ofFolder_folderLinkedTwice_isReadOnceAndNamed() throws IOException {
        touch("cat/a.png");
        touch("dog/b.png");
        link("dog/more", "../cat");
        LeftOut report = new LeftOut();
        assertThat(ImageList.ofFolder(folder, report).entries())
                .containsExactly(entry("cat/a.png", 0), entry("dog/b.png", 1));
        assertThat(report.links()).singleElement().matches(l -> l.reason().contains("already"));
    }

    @Test
    void ofFolder_twoClassesOfOneFolder_areRefused() throws IOException {
        touch("cat/a.png");
        link("kitten", "cat");
        assertThatIOException()
                .isThrownBy(() -> ImageList.ofFolder(folder))
                .withMessageContaining("classes must be different folders, but");
    }

    @Test
    void ofFolder_danglingLinks_areMissingImages() throws IOException {
        touch("cat/a.png");
        link("dog/gone.jpg", "nowhere.jpg");
        ImageList list = ImageList.ofFolder(folder);
        assertThat(list.entries()).containsExactly(entry("cat/a.png", 0), entry("dog/gone.jpg", 1));
        Presence presence = Presence.of(list);
        assertThat(presence.inWords())
                .isEqualTo(
                        "1 of 2 is missing, the first: %s/dog/gone.jpg: link leads to nowhere.jpg, which is not there"
                                .formatted(folder));
        assertThatIOException()
                .isThrownBy(() -> presence.requireAtMost("training", 0.05, "allow it"))
                .withMessageContaining("images of training must exist but for 5 %, but 1 of 2");
    }

    @Test
    void ofFolder_classThatIsADanglingLink_isRefused() throws IOException {
        touch("cat/a.png");
        link("dog", "nowhere");
        assertThatIOException()
                .isThrownBy(() -> ImageList.ofFolder(folder))
                .withMessageContaining(folder + "/dog must lead to a folder of images, but leads");
    }
}
